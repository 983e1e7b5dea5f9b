import type { Readable } from 'node:stream';
import type { Bytes } from '../kernel/chunks.js';

/** An open file. If it is removed meanwhile, it can still be read to its end. Read or destroy the stream. */
export interface OpenFile {
  bytes: number;
  stream: Readable;
}

export interface Quarantined {
  id: string;
  since: Date;
}

/**
 * The files of photos, one for each asset id, byte for byte as it was given, sealed or not (`Pictures`): on a disk
 * (`DiskFiles`) or in a bucket (`BucketFiles`). A file appears complete or not at all, and what was written is seen by all
 * replicas. An invalid id throws before it becomes a path.
 * Errors: STORAGE_FULL; STORAGE_UNAVAILABLE of a bucket (`BucketError`); INTERNAL for any other error of the system.
 */
export interface AssetFiles {
  write(id: string, bytes: Bytes): Promise<void>;
  /** Writes and removes a small file, as a photo would be written. Throws the errors of `write`. */
  probe(): Promise<void>;
  /** Undefined when there is no such file. */
  read(id: string): Promise<Buffer | undefined>;
  /** Undefined where there is none. */
  open(id: string): Promise<OpenFile | undefined>;
  /** Whether there is a file, in its place or in quarantine. */
  has(id: string): Promise<boolean>;
  /** Deletes the file, wherever it lies: in its place or in quarantine. Does nothing when there is none. */
  remove(id: string): Promise<void>;
  /** The ids of all files in their places whose random part begins with this letter, or of all; in no order. */
  list(letter?: string): AsyncIterable<string>;
  /** Whether the file in its place was written more than `ms` ago. False where it does not exist. */
  isOlder(id: string, ms: number): Promise<boolean>;
  /**
   * Moves a file from its place into quarantine, where no link reaches it. False where another replica was faster. Its
   * age begins anew there, and survives restarts.
   */
  quarantine(id: string): Promise<boolean>;
  /** Moves a file from quarantine back to its place. False where another replica was faster. */
  bringBack(id: string): Promise<boolean>;
  /** What is in quarantine, in no order. */
  listQuarantined(): AsyncIterable<Quarantined>;
  /** Removes what a crash left of files that were never whole. With `olderThanMs` where others may be writing. */
  sweepTemporary(olderThanMs?: number): Promise<void>;
}
