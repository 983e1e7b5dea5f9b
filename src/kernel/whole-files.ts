import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Bytes, Chunks } from './chunks.js';
import { DarkroomError } from './errors.js';
import { syncPath } from './sync-path.js';

const WRITTEN_AT_ONCE = 1_000_000;

/**
 * A file appears complete or not at all: it is written and synced under a temporary name, then renamed. Only the user of
 * this process can read it (0600 in folders of 0700).
 * Errors: STORAGE_FULL where the disk, a quota or a size limit is reached; INTERNAL for any other error of the system.
 */
export async function writeWhole(temporaryFolder: string, target: string, bytes: Bytes): Promise<void> {
  const temporary = path.join(temporaryFolder, `${path.basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(temporaryFolder, { recursive: true, mode: 0o700 });
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await writeSynced(temporary, bytes);
    await rename(temporary, target);
    await syncPath(path.dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storageError(error);
  }
}

/** Writes a new file that only its owner can read, and waits for the disk. */
export async function writeSynced(file: string, bytes: string | Bytes): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    if (typeof bytes === 'string' || bytes instanceof Uint8Array) await handle.writeFile(bytes);
    else await writePieces(handle, bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A megabyte at a time: many small writes would wait for many turns of the thread pool. */
async function writePieces(handle: FileHandle, bytes: Chunks): Promise<void> {
  let held: Uint8Array[] = [];
  let size = 0;
  const write = async () => {
    await handle.writeFile(Buffer.concat(held));
    [held, size] = [[], 0];
  };
  for await (const piece of bytes.read()) {
    held.push(piece);
    size += piece.byteLength;
    if (size >= WRITTEN_AT_ONCE) await write();
  }
  if (size > 0) await write();
}

/**
 * Removes temporary files of a crash: nobody was told of them. To be called at the start by the owner of the folder;
 * where the disk is shared, with `olderThanMs`.
 */
export async function sweepTemporary(temporaryFolder: string, olderThanMs: number): Promise<void> {
  for await (const name of entries(temporaryFolder)) {
    const file = path.join(temporaryFolder, name);
    if (await isOlder(file, olderThanMs)) await rm(file, { force: true });
  }
}

/** Whether the file was written more than `ms` ago; with 0 in any case. */
export async function isOlder(file: string, ms: number): Promise<boolean> {
  if (ms === 0) return true;
  const found = await unlessMissing(stat(file));
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}

/** The names in a folder, in no order; none where there is no such folder. */
export async function* entries(folder: string): AsyncIterable<string> {
  const directory = await unlessMissing(opendir(folder));
  if (!directory) return;
  for await (const entry of directory) yield entry.name;
}

export async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
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
  if (DarkroomError.is(error)) return error;
  const full = FULL.has((error as NodeJS.ErrnoException).code ?? '');
  return new DarkroomError(full ? 'STORAGE_FULL' : 'INTERNAL', undefined, [], { cause: error });
}
