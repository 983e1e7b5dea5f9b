import { randomBytes } from 'node:crypto';
import { mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises';
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

  constructor(private readonly directory: string) {
    this.#temporary = path.join(directory, 'temporary');
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

  /** Does nothing when there is no such file. */
  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true }).catch(error => {
      throw storageError(error);
    });
  }

  /** The ids of all files, or of those older than `olderThanMs`, in no order. */
  async *list(olderThanMs = 0): AsyncIterable<string> {
    for await (const folder of entries(this.directory)) {
      if (!/^[0-9a-z]{2}$/.test(folder)) continue;
      for await (const file of entries(path.join(this.directory, folder)))
        if (isId('asset', file) && (await isOlder(this.#path(file), olderThanMs))) yield file;
    }
  }

  /**
   * Removes temporary files of a crash. Called at the start by the owner of the data directory; where the disk is
   * shared, with `olderThanMs`.
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

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw storageError(error);
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function storageError(error: unknown): DarkroomError {
  const full = FULL.has((error as NodeJS.ErrnoException).code ?? '');
  return new DarkroomError(full ? 'STORAGE_FULL' : 'INTERNAL', undefined, [], { cause: error });
}
