import { createDecipheriv } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { DarkroomError } from '../kernel/errors.js';

/**
 * A sealed file: a header of 16 bytes, then AES-256-GCM in chunks of 64 KiB, each with its tag, so that it can be served
 * from its first chunk on and nothing is given out unchecked. The nonce of a chunk is the random part of the header, its
 * number, and whether it is the last one (the STREAM construction): chunks cannot be swapped, left out or cut off. No
 * picture begins like the header, so plain and sealed files lie beside each other.
 */
export const MAGIC = Buffer.from('DARKR\x00S1', 'latin1');
export const HEADER_BYTES = 16;
export const PREFIX_BYTES = 7;
export const CHUNK = 65_536;
export const TAG = 16;
/** Chunks between two turns of the event loop: 1 MB, about a millisecond. */
export const CHUNKS_A_TURN = 16;

export function isSealed(head: Uint8Array): boolean {
  return MAGIC.equals(head.subarray(0, MAGIC.length));
}

/** The length of what is sealed in a file of this size. Throws INTERNAL where no such file has it. */
export function plainLength(fileBytes: number): number {
  const length = fileBytes - HEADER_BYTES - chunksIn(fileBytes) * TAG;
  if (length < 0) throw damaged();
  return length;
}

export function chunksIn(fileBytes: number): number {
  return Math.max(1, Math.ceil((fileBytes - HEADER_BYTES) / (CHUNK + TAG)));
}

/** Throws INTERNAL where they were changed, or belong to something else. */
export async function openBytes(key: Buffer, about: string, sealed: Uint8Array): Promise<Buffer> {
  const header = sealed.subarray(0, HEADER_BYTES);
  const plain = Buffer.allocUnsafe(plainLength(sealed.byteLength));
  const chunks = chunksIn(sealed.byteLength);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    if (chunk % CHUNKS_A_TURN === CHUNKS_A_TURN - 1) await turn();
    const from = HEADER_BYTES + chunk * (CHUNK + TAG);
    const bytes = sealed.subarray(from, from + CHUNK + TAG);
    openChunk(key, about, bytes, nonce(header, chunk, chunk === chunks - 1)).copy(plain, chunk * CHUNK);
  }
  return plain;
}

export function openChunk(key: Buffer, about: string, bytes: Uint8Array, iv: Buffer): Buffer {
  if (bytes.byteLength < TAG) throw damaged();
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG });
    decipher.setAAD(Buffer.from(about));
    decipher.setAuthTag(bytes.subarray(-TAG));
    const plain = decipher.update(bytes.subarray(0, -TAG));
    decipher.final();
    return plain;
  } catch {
    throw damaged();
  }
}

export function nonce(header: Uint8Array, chunk: number, last: boolean): Buffer {
  const iv = Buffer.alloc(12);
  iv.set(header.subarray(MAGIC.length, MAGIC.length + PREFIX_BYTES));
  iv.writeUInt32BE(chunk, PREFIX_BYTES);
  iv[11] = last ? 1 : 0;
  return iv;
}

function damaged(): DarkroomError {
  return new DarkroomError('INTERNAL', 'A sealed file was changed or belongs to something else.');
}
