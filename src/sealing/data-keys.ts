import { DarkroomError } from '../kernel/errors.js';
import { ID_PREFIXES, isId } from '../kernel/ids.js';
import type { Sealer } from '../kernel/seal.js';

/** What has a key of its own. */
export type KeyHolder = 'task' | 'asset';

/** What became of a key that was to be put under the active secret. LOST: none of the secrets opens it. */
export type Rewrapped = 'PRESENT' | 'MOVED' | 'GONE' | 'LOST';

export const KEY_BYTES = 32;
/** A wrapped key has 108 characters; the rest of its slot is blank. */
export const SLOT = 128;
export const WRAPPED = /^v1\.[0-9a-f]{8}\.[\w-]+\.[\w-]+$/;

/**
 * One key for each thing that holds personal data: the text of a task, a photo. It is wrapped under the secret of the
 * server and lies in a small file or object of its own, `keys/task/ab/task_ab…`, and nowhere else. The database, its
 * write-ahead log, dead rows, copies and freed blocks hold what was sealed under it: without the key none of that opens,
 * whatever secret somebody has. So to erase is to destroy the key.
 *
 * On a disk (`DiskKeys`), or in the bucket of the pictures (`BucketKeys`).
 */
export interface DataKeys {
  /** A new key, kept when this returns. Whatever was sealed under the one before does not open any more. */
  make(id: string): Promise<Buffer>;
  /** Undefined where there is none any more. Throws INTERNAL where it is under another secret than those that are known. */
  find(id: string): Promise<Buffer | undefined>;
  /** Does nothing where there is none. */
  destroy(id: string): Promise<void>;
  /** Puts a key under the active secret. */
  rewrap(id: string): Promise<Rewrapped>;
  /** The ids of all that have a key and whose random part begins with this letter, or of all; in no order. */
  list(holder: KeyHolder, letter?: string): AsyncIterable<string>;
  /** Whether a key was written more than `ms` ago. False where there is none. */
  isOlder(id: string, ms: number): Promise<boolean>;
  /** As it is kept, for a backup and for a move: the same form on both. Undefined where there is none. */
  readWrapped(id: string): Promise<Buffer | undefined>;
  writeWrapped(id: string, bytes: Uint8Array): Promise<void>;
  sweepTemporary(olderThanMs: number): Promise<void>;
}

/** Where the key of a task or an asset lies. Throws NOT_FOUND for anything else. */
export function keyFile(id: string): string {
  const holder = (['task', 'asset'] as const).find(each => isId(each, id));
  if (holder === undefined) throw new DarkroomError('NOT_FOUND');
  return `${holder}/${id.slice(ID_PREFIXES[holder].length + 1).slice(0, 2)}/${id}`;
}

/** The slot of a key: its text under the active secret, and blanks. */
export function wrap(sealer: Sealer, id: string, key: Buffer): Buffer {
  return Buffer.from(`${sealer.seal(key.toString('base64url'), about(id)).padEnd(SLOT - 1)}\n`);
}

export function unwrap(sealer: Sealer, id: string, text: string): Buffer | undefined {
  try {
    return Buffer.from(sealer.open(text, about(id)), 'base64url');
  } catch {
    return undefined;
  }
}

/** The first of these texts that opens. Undefined where none is a key; throws INTERNAL where one is, under a secret that is not known. */
export function openFirst(sealer: Sealer, id: string, texts: readonly string[]): Buffer | undefined {
  const keys = texts.map(text => unwrap(sealer, id, text)).filter(key => key !== undefined);
  if (keys.length > 0) return keys[0];
  const wrapped = texts.find(text => WRAPPED.test(text));
  // A crash came in the middle of its destruction: random bytes.
  if (wrapped === undefined) return undefined;
  sealer.open(wrapped, about(id));
  return undefined;
}

export function slotsIn(bytes: Buffer): string[] {
  return [bytes.subarray(0, SLOT), bytes.subarray(SLOT)].map(slot => slot.toString('latin1').trim());
}

export function blank(): Buffer {
  return Buffer.from(`${' '.repeat(SLOT - 1)}\n`);
}

/** What a wrapped key is bound to: a file that is copied to another id does not open. */
function about(id: string): string {
  return `key:${id}`;
}
