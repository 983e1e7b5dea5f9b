import { Readable } from 'node:stream';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { decodeBody, readBounded } from './bounded-body.js';

const KIB = 1024;

/** Chunks that count themselves as they are taken. */
function counted(chunk: Buffer, count = Number.POSITIVE_INFINITY) {
  const taken = { bytes: 0 };
  function* chunks() {
    for (let index = 0; index < count; index += 1) {
      taken.bytes += chunk.length;
      yield chunk;
    }
  }
  return { taken, stream: Readable.from(chunks(), { objectMode: false, highWaterMark: 16 * KIB }) };
}

test.each([0, 1, 65_535, 65_536, 65_537, 99_999, 100_000])('%i bytes under a cap of 100,000 come whole', async size => {
  const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
  const got = await readBounded(Readable.from([bytes.subarray(0, size >> 1), bytes.subarray(size >> 1)]), 100_000, 0);
  expect(got.equals(bytes)).toBe(true);
});

test('one byte more than the cap is refused', async () => {
  await expect(readBounded(Readable.from([Buffer.alloc(100_001)]), 100_000, 0)).rejects.toMatchObject({
    code: 'FILE_TOO_LARGE',
  });
});

test('of an endless body no more than the cap and 64 KiB is taken, and the stream is destroyed', async () => {
  const { taken, stream } = counted(Buffer.alloc(16 * KIB));
  await expect(readBounded(stream, 1_000_000, 0)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  expect(taken.bytes).toBeLessThanOrEqual(1_000_000 + 64 * KIB);
  expect(stream.destroyed).toBe(true);
});

test('a body in chunks of one byte costs its own size, not a hundred times that', async () => {
  const { stream } = counted(Buffer.alloc(1, 7), 300_000);
  const got = await readBounded(stream, 1_000_000, 0);
  expect(got.length).toBe(300_000);
  expect(got.buffer.byteLength).toBeLessThanOrEqual(1_000_000);
});

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  [' GZIP ', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['gzip, br', (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))],
  ['identity, deflate,gzip', (bytes: Buffer) => gzipSync(deflateRawSync(bytes))],
] as const)('a body that comes as %j is decoded, in chunks of any size', async (encoding, encode) => {
  const bytes = Buffer.from('a photo '.repeat(1_000));
  const encoded = encode(bytes);
  for (const chunks of [[encoded], Array.from(encoded, byte => Buffer.from([byte]))]) {
    const decoded = decodeBody(Readable.from(chunks), encoding);
    expect((await readBounded(decoded, 10_000, 0)).equals(bytes)).toBe(true);
  }
});

test.each(['gzip', 'deflate', 'br'])('a picture that only claims to be %s comes as it is', async encoding => {
  const picture = Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.alloc(5_000, 9)]);
  expect((await readBounded(decodeBody(Readable.from([picture]), encoding), 10_000, 0)).equals(picture)).toBe(true);
});

test.each(['gzip', 'deflate', 'br'])('an empty body that claims to be %s is empty', async encoding => {
  expect((await readBounded(decodeBody(Readable.from([]), encoding), 10_000, 0)).length).toBe(0);
});

test('a reader that has enough ends the body, whatever decoders stand between', async () => {
  const { taken, stream } = counted(gzipSync(Buffer.alloc(100_000)));
  await expect(readBounded(decodeBody(stream, 'gzip'), 1_000_000, 0)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  while (!stream.destroyed) await new Promise(resolve => setImmediate(resolve));
  expect(taken.bytes).toBeLessThan(200_000);
});

test('a gzip bomb of 1:1000 is stopped where the decoded bytes pass the cap', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect(bomb.length).toBeLessThan(60_000);
  const body = Readable.from([bomb]);
  const before = process.memoryUsage().arrayBuffers;
  await expect(readBounded(decodeBody(body, 'gzip'), 1_000_000, 0)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
});

test('a damaged body, one cut short, an unknown encoding and too many are errors, not an empty file', async () => {
  const gzip = gzipSync(Buffer.from('a photo '.repeat(1_000)));
  const damaged = Buffer.concat([gzip.subarray(0, 20), Buffer.alloc(20)]);
  for (const body of [damaged, gzip.subarray(0, -9)]) {
    await expect(readBounded(decodeBody(Readable.from([body]), 'gzip'), 10_000, 0)).rejects.toThrow();
  }
  for (const encoding of ['zstd', 'gzip, gzip, gzip, gzip', 'constructor']) {
    expect(() => decodeBody(Readable.from([]), encoding)).toThrow(expect.objectContaining({ code: 'URL_UNREACHABLE' }));
  }
});
