import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { isId } from '../kernel/ids.js';
import type { Sealer } from '../kernel/seal.js';
import { type Bucket, isOlder, type StoredObject } from '../objects/bucket.js';
import {
  blank,
  type DataKeys,
  KEY_BYTES,
  type KeyHolder,
  keyFile,
  openFirst,
  type Rewrapped,
  slotsIn,
  unwrap,
  WRAPPED,
  wrap,
} from './data-keys.js';

const KEYS = 'keys/';
const SLOTS = ['a', 'b'] as const;

interface Slot {
  slot: (typeof SLOTS)[number];
  text: string;
  bytes: Buffer;
}

/**
 * In a bucket, where nothing is written in place: the two slots are two objects, `keys/asset/ab/asset_ab….a` and `.b`. A
 * rotation puts the one that is free and then looks whether the one that it read is still there: if not, the key was
 * destroyed meanwhile, and what was just put goes as well.
 */
export class BucketKeys implements DataKeys {
  constructor(
    private readonly bucket: Bucket,
    private readonly sealer: Sealer,
  ) {}

  async make(id: string): Promise<Buffer> {
    const key = randomBytes(KEY_BYTES);
    await this.bucket.put(slotKey(id, 'a'), wrap(this.sealer, id, key));
    await this.bucket.remove(slotKey(id, 'b'));
    return key;
  }

  /** Requests are billed: the second slot is asked for only where the first does not hold it. */
  async find(id: string): Promise<Buffer | undefined> {
    const texts: string[] = [];
    for (const slot of SLOTS) {
      const found = await this.#readSlot(id, slot);
      const key = found && unwrap(this.sealer, id, found.text);
      if (key !== undefined) return key;
      if (found !== undefined) texts.push(found.text);
    }
    if (texts.length === 0 && (await this.#wasMoved(id))) return this.find(id);
    return openFirst(this.sealer, id, texts);
  }

  async destroy(id: string): Promise<void> {
    // The first slot twice: a rotation may have filled it from the second one in between.
    for (const slot of ['a', 'b', 'a'] as const) await this.bucket.remove(slotKey(id, slot));
  }

  async rewrap(id: string): Promise<Rewrapped> {
    const slots = await this.#read(id);
    const from = slots.find(({ text }) => unwrap(this.sealer, id, text) !== undefined);
    if (from === undefined) return slots.some(({ text }) => WRAPPED.test(text)) ? 'LOST' : 'GONE';
    const present = slots.find(
      ({ text }) => text.startsWith(this.sealer.prefix) && unwrap(this.sealer, id, text) !== undefined,
    );
    if (present !== undefined && slots.length === 1) return 'PRESENT';
    const to = present ?? { slot: from.slot === 'a' ? ('b' as const) : ('a' as const) };
    const old = to.slot === 'a' ? 'b' : 'a';
    if (present === undefined) {
      await this.bucket.put(slotKey(id, to.slot), wrap(this.sealer, id, unwrap(this.sealer, id, from.text)!));
      if ((await this.bucket.find(slotKey(id, old))) === undefined) {
        await this.bucket.remove(slotKey(id, to.slot));
        return 'GONE';
      }
    }
    await this.bucket.remove(slotKey(id, old));
    return 'MOVED';
  }

  async *list(holder: KeyHolder, letter = ''): AsyncIterable<string> {
    let last = '';
    for await (const { key } of this.bucket.list(`${KEYS}${holder}/${letter}`)) {
      const id = key.slice(key.lastIndexOf('/') + 1).replace(/\.[ab]$/, '');
      // The two slots of a key stand beside each other.
      if (id === last || !isId(holder, id)) continue;
      last = id;
      yield id;
    }
  }

  async isOlder(id: string, ms: number): Promise<boolean> {
    const found: StoredObject[] = [];
    for await (const object of this.bucket.list(baseKey(id))) found.push(object);
    return found.length > 0 && found.every(object => isOlder(object, ms));
  }

  async readWrapped(id: string): Promise<Buffer | undefined> {
    const slots = await this.#read(id);
    if (slots.length === 0) return undefined;
    return Buffer.concat(SLOTS.map(slot => slots.find(each => each.slot === slot)?.bytes ?? blank()));
  }

  async writeWrapped(id: string, bytes: Uint8Array): Promise<void> {
    const texts = slotsIn(Buffer.from(bytes));
    for (const [index, slot] of SLOTS.entries())
      if (texts[index] !== '') await this.bucket.put(slotKey(id, slot), Buffer.from(slotText(texts[index]!)));
  }

  async sweepTemporary(): Promise<void> {}

  async #read(id: string): Promise<Slot[]> {
    const slots: Slot[] = [];
    for (const slot of SLOTS) {
      const found = await this.#readSlot(id, slot);
      if (found !== undefined) slots.push(found);
    }
    if (slots.length === 0 && (await this.#wasMoved(id))) return this.#read(id);
    return slots;
  }

  /** Where both slots were empty: a rotation may have moved it to the first one after that one was looked at. */
  async #wasMoved(id: string): Promise<boolean> {
    return (await this.#readSlot(id, 'a')) !== undefined;
  }

  async #readSlot(id: string, slot: Slot['slot']): Promise<Slot | undefined> {
    const found = await this.bucket.get(slotKey(id, slot));
    if (found === undefined) return undefined;
    const bytes = await buffer(found.stream);
    return { slot, bytes, text: bytes.toString('latin1').trim() };
  }
}

function baseKey(id: string): string {
  return `${KEYS}${keyFile(id)}.`;
}

function slotKey(id: string, slot: Slot['slot']): string {
  return `${baseKey(id)}${slot}`;
}

function slotText(text: string): string {
  return `${text.padEnd(blank().byteLength - 1)}\n`;
}
