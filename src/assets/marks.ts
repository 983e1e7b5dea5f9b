import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { syncPath } from '../kernel/sync-path.js';
import type { Bucket } from '../objects/bucket.js';

/**
 * Small texts beside the pictures, by which database and pictures, and replicas, know each other. In the directory of
 * the pictures (`DiskMarks`) or in their bucket (`BucketMarks`).
 */
export interface Marks {
  /** Where the pictures lie, for people. */
  readonly place: string;
  readonly isBucket: boolean;
  /** Undefined where there is none. */
  read(name: string): Promise<string | undefined>;
  /** Whole, or not at all. */
  write(name: string, content: string): Promise<void>;
  /** One that changes all the time and always has the same length; it may be lost in a crash. */
  overwrite(name: string, content: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export class DiskMarks implements Marks {
  readonly isBucket = false;

  /** @param place the directory of the pictures */
  constructor(readonly place: string) {}

  read(name: string): Promise<string | undefined> {
    return readFile(path.join(this.place, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  }

  async write(name: string, content: string): Promise<void> {
    await mkdir(this.place, { recursive: true, mode: 0o700 });
    const file = path.join(this.place, name);
    const handle = await open(`${file}.new`, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.new`, file);
    await syncPath(this.place);
  }

  /**
   * In place: a network disk shows the new content of a file at its next opening, but a new name, as a rename would give,
   * perhaps a minute later.
   */
  async overwrite(name: string, content: string): Promise<void> {
    const file = path.join(this.place, name);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      await handle.write(content, 0);
    } finally {
      await handle.close();
    }
  }

  async remove(name: string): Promise<void> {
    await rm(path.join(this.place, name), { force: true });
  }
}

export class BucketMarks implements Marks {
  readonly isBucket = true;

  constructor(private readonly bucket: Bucket) {}

  get place(): string {
    return this.bucket.name;
  }

  async read(name: string): Promise<string | undefined> {
    const found = await this.bucket.get(name);
    return found && text(found.stream);
  }

  write(name: string, content: string): Promise<void> {
    return this.bucket.put(name, Buffer.from(content));
  }

  overwrite(name: string, content: string): Promise<void> {
    return this.write(name, content);
  }

  remove(name: string): Promise<void> {
    return this.bucket.remove(name);
  }
}
