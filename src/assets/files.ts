import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import {
  type Content,
  entries,
  isMissing,
  isOlder,
  storageError,
  sweepTemporary,
  unlessMissing,
  writeSynced,
  writeWhole,
} from '../kernel/whole-files.js';

/**
 * Photos on disk, one file for each asset id, in 1,024 folders by the first two letters of the random part of the id,
 * each as `writeWhole` writes it: byte for byte as it was given, sealed or not (`Pictures`). An invalid id throws before
 * it becomes a path. Errors: those of `writeWhole`.
 */
export class AssetFiles {
  readonly #temporary: string;
  readonly #quarantine: string;

  constructor(private readonly directory: string) {
    this.#temporary = path.join(directory, 'temporary');
    this.#quarantine = path.join(directory, 'quarantine');
  }

  async write(id: string, bytes: Content): Promise<void> {
    await writeWhole(this.#temporary, this.#path(id), bytes);
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

  /** Opens a file for reading: if it is removed meanwhile, it can still be read to its end. Undefined where there is none. */
  async open(id: string): Promise<FileHandle | undefined> {
    return unlessMissing(open(this.#path(id), 'r'));
  }

  /** Whether there is a file, in its place or in quarantine. */
  async has(id: string): Promise<boolean> {
    const place = this.#path(id);
    // Its place twice: another replica may bring it back in between.
    for (const file of [place, path.join(this.#quarantine, id), place])
      if ((await unlessMissing(stat(file))) !== undefined) return true;
    return false;
  }

  /** Deletes the file, wherever it lies: in its place or in quarantine. Does nothing when there is none. */
  async remove(id: string): Promise<void> {
    for (const file of [this.#path(id), path.join(this.#quarantine, id)]) {
      await rm(file, { force: true }).catch(error => {
        throw storageError(error);
      });
    }
  }

  /** The ids of all files in their places whose random part begins with this letter, or of all; in no order. */
  async *list(letter = ''): AsyncIterable<string> {
    for await (const folder of entries(this.directory)) {
      if (!/^[0-9a-z]{2}$/.test(folder) || !folder.startsWith(letter)) continue;
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
