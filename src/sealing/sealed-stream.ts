import { createCipheriv, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { Chunks } from '../kernel/chunks.js';
import {
  CHUNK,
  CHUNKS_A_TURN,
  chunksIn,
  HEADER_BYTES,
  MAGIC,
  nonce,
  openChunk,
  PREFIX_BYTES,
  TAG,
} from './sealed-bytes.js';

/**
 * The sealed file of these bytes, of which no more than a chunk is in memory. Read again it gives the same bytes: an upload may be
 * tried a second time.
 * @param about what the bytes belong to; it is not stored, and they do not open as anything else's
 */
export function sealedChunks(key: Buffer, about: string, plain: Uint8Array): Chunks {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  randomBytes(PREFIX_BYTES).copy(header, MAGIC.length);
  const chunks = Math.max(1, Math.ceil(plain.byteLength / CHUNK));
  return {
    byteLength: HEADER_BYTES + plain.byteLength + chunks * TAG,
    read: async function* () {
      yield header;
      for (let chunk = 0; chunk < chunks; chunk += 1) {
        if (chunk % CHUNKS_A_TURN === CHUNKS_A_TURN - 1) await turn();
        const cipher = createCipheriv('aes-256-gcm', key, nonce(header, chunk, chunk === chunks - 1));
        cipher.setAAD(Buffer.from(about));
        yield cipher.update(plain.subarray(chunk * CHUNK, (chunk + 1) * CHUNK));
        cipher.final();
        yield cipher.getAuthTag();
      }
    },
  };
}

/** What is sealed in a file, chunk by chunk. */
export async function* openChunks(
  key: Buffer,
  about: string,
  { header, rest, fileBytes }: { header: Buffer; rest: AsyncIterable<Buffer>; fileBytes: number },
): AsyncGenerator<Buffer> {
  const chunks = chunksIn(fileBytes);
  let chunk = 0;
  let held: Buffer = Buffer.alloc(0);
  const open = (sealed: Buffer) => {
    const plain = openChunk(key, about, sealed, nonce(header, chunk, chunk === chunks - 1));
    chunk += 1;
    return plain;
  };
  for await (const piece of rest) {
    held = held.byteLength === 0 ? piece : Buffer.concat([held, piece]);
    for (; held.byteLength >= CHUNK + TAG; held = held.subarray(CHUNK + TAG)) yield open(held.subarray(0, CHUNK + TAG));
  }
  // Also where nothing is left and something should be: a file that was cut off does not open.
  if (held.byteLength > 0 || chunk < chunks) yield open(held);
}

/** The first bytes of a stream, as far as there are so many, and what comes after them. */
export async function readStart(
  stream: Readable,
  bytes: number,
): Promise<{ start: Buffer; rest: AsyncIterable<Buffer> }> {
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  let held: Buffer = Buffer.alloc(0);
  while (held.byteLength < bytes) {
    const { value, done } = await pieces.next();
    if (done) break;
    held = Buffer.concat([held, value]);
  }
  const first = held.subarray(bytes);
  async function* rest(): AsyncGenerator<Buffer> {
    if (first.byteLength > 0) yield first;
    yield* pieces;
  }
  return { start: held.subarray(0, bytes), rest: rest() };
}
