import { type Duplex, pipeline, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { DarkroomError } from '../kernel/errors.js';

/** An honest server applies one. Each more is a way to make a small body large. */
const MAX_ENCODINGS = 3;

/** The decoder for a body that begins with these bytes; undefined where it is not encoded as the header says. */
const DECODERS: Readonly<Record<string, (head: Buffer) => Duplex | undefined>> = {
  gzip: head => (isGzip(head) ? createGunzip() : undefined),
  // Half of the servers mean zlib's format, as the standard does, and half the bare one.
  deflate: head => (isPicture(head) ? undefined : isZlib(head) ? createInflate() : createInflateRaw()),
  br: head => (isPicture(head) ? undefined : createBrotliDecompress()),
  identity: () => undefined,
};

/**
 * The decoded body, by the value of its `Content-Encoding`. A body that does not begin as the header says is passed on as
 * it is. The decoded bytes count against the limit of whoever reads them.
 * Throws URL_UNREACHABLE for an unknown encoding, and for too many.
 */
export function decodeBody(body: Readable, encoding: string): Readable {
  const names = encoding
    .toLowerCase()
    .split(',')
    .map(name => name.trim().replace(/^x-gzip$/, 'gzip'))
    .filter(Boolean);
  if (names.length > MAX_ENCODINGS || names.some(name => !Object.hasOwn(DECODERS, name))) {
    throw new DarkroomError('URL_UNREACHABLE', 'The file behind the URL comes in an encoding that is not known.');
  }
  // The last one was applied last.
  return names.reduceRight((encoded, name) => Readable.from(decode(encoded, DECODERS[name]!), BYTES), body);
}

export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

const BYTES = { objectMode: false } as const;

async function* decode(body: Readable, decoderOf: (head: Buffer) => Duplex | undefined): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  for (let next = await chunks.next(); ; next = await chunks.next()) {
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
    if (head.length >= 4) break;
  }
  const whole = Readable.from(followed(head, chunks), BYTES);
  const decoder = head.length === 0 ? undefined : decoderOf(head);
  // The reader gets errors of the body through the decoder.
  yield* decoder === undefined ? whole : pipeline(whole, decoder, () => {});
}

async function* followed(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** RFC 1950: the method 8, and a check of the two bytes. */
function isZlib(head: Buffer): boolean {
  return head.length >= 2 && (head[0]! & 0x0f) === 8 && head.readUInt16BE(0) % 31 === 0;
}

/** JPEG, PNG, GIF or WebP: a file that was not encoded after all. */
function isPicture(head: Buffer): boolean {
  return ['ffd8ff', '89504e47', '47494638', '52494646'].some(magic => head.toString('hex').startsWith(magic));
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
