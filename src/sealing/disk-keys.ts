import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { isId } from '../kernel/ids.js';
import type { Sealer } from '../kernel/seal.js';
import { entries, isOlder, storageError, sweepTemporary, unlessMissing, writeWhole } from '../kernel/whole-files.js';
import {
  blank,
  type DataKeys,
  KEY_BYTES,
  type KeyHolder,
  keyFile,
  openFirst,
  type Rewrapped,
  SLOT,
  slotsIn,
  unwrap,
  WRAPPED,
  wrap,
} from './data-keys.js';

/**
 * A file has two slots. A rotation writes the one that is free, waits for the disk and blanks the other one, in place: a
 * file that is destroyed in the same moment does not come back, and one of the slots opens after any crash.
 */
export class DiskKeys implements DataKeys {
  readonly #temporary: string;

  constructor(
    private readonly directory: string,
    private readonly sealer: Sealer,
  ) {
    this.#temporary = path.join(directory, 'temporary');
  }

  async make(id: string): Promise<Buffer> {
    const key = randomBytes(KEY_BYTES);
    const slot = wrap(this.sealer, id, key);
    await writeWhole(this.#temporary, this.#path(id), Buffer.concat([slot, blank()]));
    return key;
  }

  async find(id: string): Promise<Buffer | undefined> {
    const handle = await unlessMissing(open(this.#path(id), 'r'));
    if (handle === undefined) return undefined;
    try {
      return openFirst(this.sealer, id, slotsIn(await readAll(handle)));
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
    const texts = slotsIn(await readAll(handle));
    const keys = texts.map(text => unwrap(this.sealer, id, text));
    const from = keys.findIndex(key => key !== undefined);
    if (from === -1) return texts.some(text => WRAPPED.test(text)) ? 'LOST' : 'GONE';
    let present = texts.findIndex((text, slot) => keys[slot] !== undefined && text.startsWith(this.sealer.prefix));
    if (present !== -1 && texts[1 - present] === '') return 'PRESENT';
    if (present === -1) {
      present = 1 - from;
      await handle.write(wrap(this.sealer, id, keys[from]!), 0, SLOT, present * SLOT);
      await handle.sync();
    }
    await handle.write(blank(), 0, SLOT, (1 - present) * SLOT);
    await handle.sync();
    return 'MOVED';
  }

  async *list(holder: KeyHolder, letter = ''): AsyncIterable<string> {
    const folder = path.join(this.directory, holder);
    for await (const part of entries(folder)) {
      if (!part.startsWith(letter)) continue;
      for await (const file of entries(path.join(folder, part))) if (isId(holder, file)) yield file;
    }
  }

  isOlder(id: string, ms: number): Promise<boolean> {
    return isOlder(this.#path(id), ms);
  }

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

  #path(id: string): string {
    return path.join(this.directory, keyFile(id));
  }
}

async function readAll(handle: FileHandle): Promise<Buffer> {
  const bytes = Buffer.alloc(2 * SLOT);
  const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, 0);
  return bytes.subarray(0, bytesRead);
}

async function wipe(handle: FileHandle): Promise<Buffer> {
  const noise = randomBytes(2 * SLOT);
  await handle.write(noise, 0, noise.byteLength, 0);
  await handle.sync();
  return noise;
}
