import { randomBytes } from 'node:crypto';
import { mkdir, open, opendir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { DarkroomError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import { syncPath } from '../kernel/sync-path.js';

/** An open file. If it is removed meanwhile, it can still be read to its end. Read or destroy the stream. */
export interface OpenAsset {
  bytes: number;
  stream: Readable;
}

/**
 * Photos on disk, one file for each asset id, in 1,024 folders by the first two letters of the random part of the id. A
 * file appears complete or not at all: it is written and synced under a temporary name, then renamed. Only the user of
 * this process can read the files (0700, 0600). An invalid id throws before it becomes a path.
 *
 * Errors: STORAGE_FULL where the disk, a quota or a size limit is reached; INTERNAL for any other error of the system.
 */
export class AssetFiles {
  readonly #temporary: string;
  readonly #quarantine: string;

  constructor(private readonly directory: string) {
    this.#temporary = path.join(directory, 'temporary');
    this.#quarantine = path.join(directory, 'quarantine');
  }

  async write(id: string, bytes: Uint8Array): Promise<void> {
    const target = this.#path(id);
    const temporary = path.join(this.#temporary, `${id}.${randomBytes(6).toString('hex')}`);
    try {
      await mkdir(this.#temporary, { recursive: true, mode: 0o700 });
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      await writeSynced(temporary, bytes);
      await rename(temporary, target);
      await syncPath(path.dirname(target));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw storageError(error);
    }
  }

  /** Writes, syncs and removes a small file, as a photo would be written. Throws the errors of `write`. */
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

  /** Undefined when there is no such file. */
  async read(id: string): Promise<Buffer | undefined> {
    return unlessMissing(readFile(this.#path(id)));
  }

  /** Opens a file for serving. Undefined where it does not exist. */
  async open(id: string): Promise<OpenAsset | undefined> {
    const handle = await unlessMissing(open(this.#path(id), 'r'));
    if (!handle) return undefined;
    try {
      const { size } = await handle.stat();
      return { bytes: size, stream: handle.createReadStream() };
    } catch (error) {
      await handle.close();
      throw storageError(error);
    }
  }

  /** Deletes the file, wherever it lies: in its place or in quarantine. Does nothing when there is none. */
  async remove(id: string): Promise<void> {
    for (const file of [this.#path(id), path.join(this.#quarantine, id)]) {
      await rm(file, { force: true }).catch(error => {
        throw storageError(error);
      });
    }
  }

  /** The ids of all files in their places, in no order. */
  async *list(): AsyncIterable<string> {
    for await (const folder of entries(this.directory)) {
      if (!/^[0-9a-z]{2}$/.test(folder)) continue;
      for await (const file of entries(path.join(this.directory, folder))) if (isId('asset', file)) yield file;
    }
  }

  /** Whether the file in its place was written more than `ms` ago. False where it does not exist. */
  isOlder(id: string, ms: number): Promise<boolean> {
    return isOlder(this.#path(id), ms);
  }

  /**
   * Moves a file from its place into quarantine, where no link reaches it. False where another replica was faster. Its
   * modification time becomes the time of the move, so that its age there survives restarts.
   */
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

  /** Moves a file from quarantine back to its place. False where another replica was faster. */
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

  /** The ids in quarantine, in no order. */
  async *listQuarantined(): AsyncIterable<string> {
    for await (const file of entries(this.#quarantine)) if (isId('asset', file)) yield file;
  }

  /** Whether a file has been in quarantine for more than `ms`. */
  isQuarantinedFor(id: string, ms: number): Promise<boolean> {
    return isOlder(path.join(this.#quarantine, id), ms);
  }

  /**
   * Removes temporary files of a crash: they are no photos yet, and nobody was told of them. Called at the start by the
   * owner of the data directory; where the disk is shared, with `olderThanMs`.
   */
  async sweepTemporary(olderThanMs = 0): Promise<void> {
    for await (const name of entries(this.#temporary)) {
      const file = path.join(this.#temporary, name);
      if (await isOlder(file, olderThanMs)) await rm(file, { force: true });
    }
  }

  #path(id: string): string {
    if (!isId('asset', id)) throw new DarkroomError('NOT_FOUND');
    const random = id.slice(id.indexOf('_') + 1);
    return path.join(this.directory, random.slice(0, 2), id);
  }
}

async function isOlder(file: string, ms: number): Promise<boolean> {
  if (ms === 0) return true;
  const found = await unlessMissing(stat(file));
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}

async function writeSynced(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* entries(folder: string): AsyncIterable<string> {
  const directory = await unlessMissing(opendir(folder));
  if (!directory) return;
  for await (const entry of directory) yield entry.name;
}

function falseIfMissing(error: unknown): false {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
  throw storageError(error);
}

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw storageError(error);
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export function storageError(error: unknown): DarkroomError {
  const full = FULL.has((error as NodeJS.ErrnoException).code ?? '');
  return new DarkroomError(full ? 'STORAGE_FULL' : 'INTERNAL', undefined, [], { cause: error });
}
