import type { Readable } from 'node:stream';
import type { Bytes } from '../kernel/chunks.js';
import { DarkroomError } from '../kernel/errors.js';

export interface StoredObject {
  key: string;
  bytes: number;
  /** By the clock of the bucket. */
  writtenAt: Date;
}

export interface OpenObject {
  bytes: number;
  /** Ends with an error where not all of them come. To be read to its end, or destroyed. */
  stream: Readable;
}

/** A place for objects, whole or not at all: what was put is seen by all from then on. Keys are below the prefix of the place. */
export interface Bucket {
  /** For people: `s3://bucket/prefix`. */
  readonly name: string;
  /** Sends the bytes piece by piece, with hashes by which the other side checks them. */
  put(key: string, bytes: Bytes): Promise<void>;
  /** Undefined where there is none. @param first no more than so many bytes */
  get(key: string, first?: number): Promise<OpenObject | undefined>;
  find(key: string): Promise<StoredObject | undefined>;
  /** Does nothing where there is none. */
  remove(key: string): Promise<void>;
  /** In the order of their keys. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** A URL by which whoever has it can read this object for so long. */
  presign(key: string, options: { seconds: number; mime: string; fileName: string }): Promise<string>;
  /** Whether what is deleted is kept as an older version. Undefined where the bucket does not tell. */
  keepsVersions(): Promise<boolean | undefined>;
  close(): Promise<void>;
}

/**
 * REFUSED: the key or its rights. MISSING: there is no such bucket. UNREACHABLE: no answer, or too late. BUSY: it asks to be left
 * alone for a while. FULL: a quota, or no room. FAILED: anything else.
 */
export type BucketFault = 'REFUSED' | 'MISSING' | 'UNREACHABLE' | 'BUSY' | 'FULL' | 'FAILED';

const WORDS: Record<BucketFault, string> = {
  REFUSED: 'The bucket refuses the access key, or what it is used for',
  MISSING: 'There is no such bucket',
  UNREACHABLE: 'The bucket does not answer',
  BUSY: 'The bucket has too much to do',
  FULL: 'The bucket has no room',
  FAILED: 'The bucket answered with an error',
};

/** STORAGE_FULL or STORAGE_UNAVAILABLE. The message names no bucket, no key and no address; `detail` is for the log. */
export class BucketError extends DarkroomError {
  constructor(
    readonly fault: BucketFault,
    /** What the bucket said, as a code of its own: `AccessDenied`. */
    readonly detail?: string,
    cause?: unknown,
  ) {
    const said = detail === undefined ? '' : ` (${detail})`;
    const code = fault === 'FULL' ? 'STORAGE_FULL' : 'STORAGE_UNAVAILABLE';
    super(code, `${WORDS[fault]}${said}.`, [], { cause });
    this.name = 'BucketError';
  }
}

export function isBucketError(error: unknown): error is BucketError {
  return DarkroomError.is(error) && 'fault' in error;
}

/** With 0 in any case, as of a file. False where there is none. */
export function isOlder(object: StoredObject | undefined, ms: number): boolean {
  if (object === undefined) return false;
  return ms === 0 || Date.now() - object.writtenAt.getTime() > ms;
}
