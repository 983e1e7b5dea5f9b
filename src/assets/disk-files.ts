import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Bytes } from '../kernel/chunks.js';
import { DarkroomError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import {
  entries,
  isMissing,
  isOlder,
  storageError,
  sweepTemporary,
  unlessMissing,
  writeSynced,
  writeWhole,
} from '../kernel/whole-files.js';
import type { AssetFiles, OpenFile, Quarantined } from './files.js';

/**
 * On disk, in 1,024 folders by the first two letters of the random part of the id, each file as `writeWhole` writes it.
 * The modification time of one in quarantine is the time at which it came there.
 */
export class DiskFiles implements AssetFiles {
  readonly #temporary: string;
  readonly #quarantine: string;

  constructor(private readonly directory: string) {
    this.#temporary = path.join(directory, 'temporary');
    this.#quarantine = path.join(directory, 'quarantine');
  }

  async write(id: string, bytes: Bytes): Promise<void> {
    await writeWhole(this.#temporary, this.#path(id), bytes);
  }

  async probe(): Promise<void> {
    const file = path.join(this.#temporary, `probe.${randomBytes(6).toString('hex')}`);
    try {
      await mkdir(this.#temporary, { recursive: true, mode: 0o700 });
      await writeSynced(file, Buffer.alloc(4_096));
      await rm(file);
    } catch (error) {
      await rm(file, { force: true }).catch(() => undefined);
      throw storageError(error);
    }
  }

  async read(id: string): Promise<Buffer | undefined> {
    return unlessMissing(readFile(this.#path(id)));
  }

  async open(id: string): Promise<OpenFile | undefined> {
    const handle = await unlessMissing(open(this.#path(id), 'r'));
    if (handle === undefined) return undefined;
    try {
      const { size: bytes } = await handle.stat();
      // It closes the file at its end, or when it is destroyed.
      return { bytes, stream: handle.createReadStream({ start: 0 }) };
    } catch (error) {
      await handle.close();
      throw storageError(error);
    }
  }

  async has(id: string): Promise<boolean> {
    const place = this.#path(id);
    // Its place twice: another replica may bring it back in between.
    for (const file of [place, path.join(this.#quarantine, id), place])
      if ((await unlessMissing(stat(file))) !== undefined) return true;
    return false;
  }

  async remove(id: string): Promise<void> {
    for (const file of [this.#path(id), path.join(this.#quarantine, id)]) {
      await rm(file, { force: true }).catch(error => {
        throw storageError(error);
      });
    }
  }

  async *list(letter = ''): AsyncIterable<string> {
    for await (const folder of entries(this.directory)) {
      if (!/^[0-9a-z]{2}$/.test(folder) || !folder.startsWith(letter)) continue;
      for await (const file of entries(path.join(this.directory, folder))) if (isId('asset', file)) yield file;
    }
  }

  isOlder(id: string, ms: number): Promise<boolean> {
    return isOlder(this.#path(id), ms);
  }

  async quarantine(id: string): Promise<boolean> {
    const from = this.#path(id);
    try {
      await mkdir(this.#quarantine, { recursive: true, mode: 0o700 });
      const now = new Date();
      await utimes(from, now, now);
      await rename(from, path.join(this.#quarantine, id));
      return true;
    } catch (error) {
      return falseIfMissing(error);
    }
  }

  async bringBack(id: string): Promise<boolean> {
    const to = this.#path(id);
    try {
      await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
      await rename(path.join(this.#quarantine, id), to);
      return true;
    } catch (error) {
      return falseIfMissing(error);
    }
  }

  async *listQuarantined(): AsyncIterable<Quarantined> {
    for await (const id of entries(this.#quarantine)) {
      const found = isId('asset', id) ? await unlessMissing(stat(path.join(this.#quarantine, id))) : undefined;
      if (found !== undefined) yield { id, since: found.mtime };
    }
  }

  sweepTemporary(olderThanMs = 0): Promise<void> {
    return sweepTemporary(this.#temporary, olderThanMs);
  }

  #path(id: string): string {
    if (!isId('asset', id)) throw new DarkroomError('NOT_FOUND');
    const random = id.slice(id.indexOf('_') + 1);
    return path.join(this.directory, random.slice(0, 2), id);
  }
}

function falseIfMissing(error: unknown): false {
  if (isMissing(error)) return false;
  throw storageError(error);
}
