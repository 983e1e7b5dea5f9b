import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { DarkroomError } from '../kernel/errors.js';

const DECODERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress };

/**
 * The decoded body. We ask for no encoding, but a paid result must not be lost to a server that encodes all the same.
 * The decoded bytes count against the same limit. Throws URL_UNREACHABLE for an unknown encoding.
 */
export function decodeBody(body: Readable, encoding: string): Readable {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  if (!Object.hasOwn(DECODERS, name)) {
    throw new DarkroomError('URL_UNREACHABLE', 'The file behind the URL comes in an encoding that is not known.');
  }
  const decoder = DECODERS[name as keyof typeof DECODERS]();
  // The reader gets errors of the body through the decoder.
  pipeline(body, decoder, () => {});
  return decoder;
}

/**
 * Reads a stream to its end into one buffer, which grows by doubling. Kept as separate chunks, a body in chunks of one
 * byte would cost a hundred times its size.
 * Throws FILE_TOO_LARGE at the first chunk beyond `maxBytes`, and destroys the stream.
 */
export async function readBounded(stream: Readable, maxBytes: number, expectedBytes: number): Promise<Buffer> {
  let buffer = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(expectedBytes, 64 * 1024)));
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (length + chunk.length > maxBytes) {
      stream.destroy();
      throw tooLarge(maxBytes);
    }
    if (length + chunk.length > buffer.length) {
      const grown = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(buffer.length * 2, length + chunk.length)));
      buffer.copy(grown, 0, 0, length);
      buffer = grown;
    }
    chunk.copy(buffer, length);
    length += chunk.length;
  }
  return buffer.subarray(0, length);
}

export function tooLarge(maxBytes: number): DarkroomError {
  return new DarkroomError('FILE_TOO_LARGE', `The file behind the URL is larger than ${maxBytes} bytes.`);
}
