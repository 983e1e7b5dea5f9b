import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../kernel/errors.js';
import { ID_PREFIXES, isId } from '../kernel/ids.js';
import type { Sealer } from '../kernel/seal.js';
import { entries, isOlder, storageError, sweepTemporary, unlessMissing, writeWhole } from '../kernel/whole-files.js';

/** What has a key of its own. */
export type KeyHolder = 'task' | 'asset';

/** What became of a key that was to be put under the active secret. LOST: none of the secrets opens it. */
export type Rewrapped = 'PRESENT' | 'MOVED' | 'GONE' | 'LOST';

const KEY_BYTES = 32;
/** A wrapped key has 108 characters; the rest of its slot is blank. */
const SLOT = 128;
const WRAPPED = /^v1\.[0-9a-f]{8}\.[\w-]+\.[\w-]+$/;

/**
 * One key for each thing that holds personal data: the text of a task, a photo. It is wrapped under the secret of the
 * server and lies in a small file of its own, `keys/task/ab/task_ab…`, and nowhere else. The database, its write-ahead
 * log, dead rows, copies and freed blocks hold what was sealed under it: without the file none of that opens, whatever
 * secret somebody has. So to erase is to destroy the file.
 *
 * The file has two slots. A rotation writes the one that is free, waits for the disk and blanks the other one, in place:
 * a file that is destroyed in the same moment does not come back, and one of the slots opens after any crash.
 */
export class DataKeys {
  readonly #temporary: string;

  constructor(
    private readonly directory: string,
    private readonly sealer: Sealer,
  ) {
    this.#temporary = path.join(directory, 'temporary');
  }

  /** A new key, on the disk when this returns. Whatever was sealed under the one before does not open any more. */
  async make(id: string): Promise<Buffer> {
    const key = randomBytes(KEY_BYTES);
    const slot = this.#wrap(id, key);
    await writeWhole(this.#temporary, this.#path(id), Buffer.concat([slot, blank()]));
    return key;
  }

  /** Undefined where there is none any more. Throws INTERNAL where it is under another secret than those that are known. */
  async find(id: string): Promise<Buffer | undefined> {
    const handle = await unlessMissing(open(this.#path(id), 'r'));
    if (handle === undefined) return undefined;
    try {
      const texts = await readSlots(handle);
      const keys = texts.map(text => this.#unwrap(id, text)).filter(key => key !== undefined);
      if (keys.length > 0) return keys[0];
      const wrapped = texts.find(text => WRAPPED.test(text));
      // A crash came in the middle of its destruction: random bytes.
      if (wrapped === undefined) return undefined;
      this.sealer.open(wrapped, about(id));
      return undefined;
    } catch (error) {
      throw storageError(error);
    } finally {
      await handle.close();
    }
  }

  /** Overwrites the key and removes its file. Does nothing where there is none. */
  async destroy(id: string): Promise<void> {
    const file = this.#path(id);
    const handle = await unlessMissing(open(file, 'r+'));
    if (handle === undefined) return;
    try {
      const wiped = await wipe(handle);
      await rm(file, { force: true });
      // A rotation may have written into it in between.
      if (!(await readAll(handle)).equals(wiped)) await wipe(handle);
    } catch (error) {
      throw storageError(error);
    } finally {
      await handle.close();
    }
  }

  /** Puts a key under the active secret. */
  async rewrap(id: string): Promise<Rewrapped> {
    const handle = await unlessMissing(open(this.#path(id), 'r+'));
    if (handle === undefined) return 'GONE';
    try {
      const became = await this.#rewrap(id, handle);
      // Destroyed meanwhile: then what was just written must not stay in its blocks either.
      if ((await handle.stat()).nlink === 0) {
        await wipe(handle);
        return 'GONE';
      }
      return became;
    } catch (error) {
      throw storageError(error);
    } finally {
      await handle.close();
    }
  }

  async #rewrap(id: string, handle: FileHandle): Promise<Rewrapped> {
    const texts = await readSlots(handle);
    const keys = texts.map(text => this.#unwrap(id, text));
    const from = keys.findIndex(key => key !== undefined);
    if (from === -1) return texts.some(text => WRAPPED.test(text)) ? 'LOST' : 'GONE';
    let present = texts.findIndex((text, slot) => keys[slot] !== undefined && text.startsWith(this.sealer.prefix));
    if (present !== -1 && texts[1 - present] === '') return 'PRESENT';
    if (present === -1) {
      present = 1 - from;
      await handle.write(this.#wrap(id, keys[from]!), 0, SLOT, present * SLOT);
      await handle.sync();
    }
    await handle.write(blank(), 0, SLOT, (1 - present) * SLOT);
    await handle.sync();
    return 'MOVED';
  }

  /** The ids of all that have a key and whose random part begins with this letter, or of all; in no order. */
  async *list(holder: KeyHolder, letter = ''): AsyncIterable<string> {
    const folder = path.join(this.directory, holder);
    for await (const part of entries(folder)) {
      if (!part.startsWith(letter)) continue;
      for await (const file of entries(path.join(folder, part))) if (isId(holder, file)) yield file;
    }
  }

  /** Whether a key was written more than `ms` ago. False where there is none. */
  isOlder(id: string, ms: number): Promise<boolean> {
    return isOlder(this.#path(id), ms);
  }

  /** As it lies on the disk, for a backup. Undefined where there is none. */
  async readWrapped(id: string): Promise<Buffer | undefined> {
    const handle = await unlessMissing(open(this.#path(id), 'r'));
    if (handle === undefined) return undefined;
    try {
      return await readAll(handle);
    } finally {
      await handle.close();
    }
  }

  async writeWrapped(id: string, bytes: Uint8Array): Promise<void> {
    await writeWhole(this.#temporary, this.#path(id), bytes);
  }

  sweepTemporary(olderThanMs: number): Promise<void> {
    return sweepTemporary(this.#temporary, olderThanMs);
  }

  #wrap(id: string, key: Buffer): Buffer {
    return Buffer.from(`${this.sealer.seal(key.toString('base64url'), about(id)).padEnd(SLOT - 1)}\n`);
  }

  #unwrap(id: string, text: string): Buffer | undefined {
    try {
      return Buffer.from(this.sealer.open(text, about(id)), 'base64url');
    } catch {
      return undefined;
    }
  }

  #path(id: string): string {
    return path.join(this.directory, keyFile(id));
  }
}

/** Where the key of a task or an asset lies. Throws NOT_FOUND for anything else. */
export function keyFile(id: string): string {
  const holder = (['task', 'asset'] as const).find(each => isId(each, id));
  if (holder === undefined) throw new DarkroomError('NOT_FOUND');
  return `${holder}/${id.slice(ID_PREFIXES[holder].length + 1).slice(0, 2)}/${id}`;
}

/** What a wrapped key is bound to: a file that is copied to another id does not open. */
function about(id: string): string {
  return `key:${id}`;
}

function blank(): Buffer {
  return Buffer.from(`${' '.repeat(SLOT - 1)}\n`);
}

async function readAll(handle: FileHandle): Promise<Buffer> {
  const bytes = Buffer.alloc(2 * SLOT);
  const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, 0);
  return bytes.subarray(0, bytesRead);
}

async function readSlots(handle: FileHandle): Promise<string[]> {
  const bytes = await readAll(handle);
  return [bytes.subarray(0, SLOT), bytes.subarray(SLOT)].map(slot => slot.toString('latin1').trim());
}

async function wipe(handle: FileHandle): Promise<Buffer> {
  const noise = randomBytes(2 * SLOT);
  await handle.write(noise, 0, noise.byteLength, 0);
  await handle.sync();
  return noise;
}
