import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { DarkroomError } from '../kernel/errors.js';
import { HEADER_BYTES, isSealed, openBytes, plainLength } from './sealed-bytes.js';
import { sealedChunks } from './sealed-stream.js';

const KEY = Buffer.alloc(32, 5);
const ABOUT = 'asset:default:asset_1';
const CHUNK = 65_536;
const sealBytes = (key: Buffer, about: string, plain: Buffer) =>
  buffer(sealedChunks(key, about, plain).read() as AsyncIterable<Uint8Array>);
const refused = (sealed: Buffer, { key = KEY, about = ABOUT } = {}) =>
  openBytes(key, about, sealed).then(
    () => 'it opened',
    error => (DarkroomError.is(error) ? error.code : String(error)),
  );

test.each([0, 1, 1_000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 2_000_001])(
  '%i bytes come back as they were',
  async length => {
    const plain = randomBytes(length);
    const sealed = await sealBytes(KEY, ABOUT, plain);
    expect(isSealed(sealed)).toBe(true);
    expect(plainLength(sealed.byteLength)).toBe(length);
    expect((await openBytes(KEY, ABOUT, sealed)).equals(plain)).toBe(true);
    if (length >= 16) expect(sealed.includes(plain.subarray(0, 16))).toBe(false);
  },
);

test('no picture begins like a sealed file', () => {
  for (const head of ['ffd8ffe000104a46', '89504e470d0a1a0a', '5249464600000000', '474946383961', '424d'])
    expect(isSealed(Buffer.from(head, 'hex'))).toBe(false);
  expect(isSealed(Buffer.alloc(0))).toBe(false);
});

test('it opens with its key and as itself alone', async () => {
  const sealed = await sealBytes(KEY, ABOUT, randomBytes(100));
  expect(await refused(sealed, { key: Buffer.alloc(32, 6) })).toBe('INTERNAL');
  for (const about of ['asset:default:asset_2', 'asset:another:asset_1', ''])
    expect(await refused(sealed, { about })).toBe('INTERNAL');
});

test('no byte can be changed, and no chunk swapped, left out, repeated or cut off', async () => {
  const sealed = await sealBytes(KEY, ABOUT, randomBytes(3 * CHUNK + 5));
  for (const at of [8, 14, HEADER_BYTES, HEADER_BYTES + CHUNK + 3, sealed.byteLength - 1]) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    expect(await refused(changed)).toBe('INTERNAL');
  }
  const chunk = (index: number) =>
    sealed.subarray(HEADER_BYTES + index * (CHUNK + 16), HEADER_BYTES + (index + 1) * (CHUNK + 16));
  const header = sealed.subarray(0, HEADER_BYTES);
  const of = (...parts: number[]) => Buffer.concat([header, ...parts.map(chunk)]);
  for (const parts of [[1, 0, 2, 3], [0, 2, 3], [0, 1, 2], [0, 1, 1, 2, 3], [0], []])
    expect(await refused(of(...parts))).toBe('INTERNAL');
  expect(await refused(sealed.subarray(0, HEADER_BYTES + 3))).toBe('INTERNAL');
  expect(await openBytes(KEY, ABOUT, of(0, 1, 2, 3))).toHaveLength(3 * CHUNK + 5);
});

test('no piece of what is sealed is larger than a chunk, however large the picture', async () => {
  const sealed = sealedChunks(KEY, ABOUT, randomBytes(5_000_000));
  let bytes = 0;
  for await (const piece of sealed.read()) {
    expect(piece.byteLength).toBeLessThanOrEqual(CHUNK);
    bytes += piece.byteLength;
  }
  expect([bytes, plainLength(bytes)]).toEqual([sealed.byteLength, 5_000_000]);
});

test('sealing and opening 30 MB leave a turn to the event loop for each MB', async () => {
  const plain = randomBytes(30_000_000);
  let turns = 0;
  let working = true;
  const count = () => {
    turns += 1;
    if (working) setImmediate(count);
  };
  setImmediate(count);
  const sealed = await sealBytes(KEY, ABOUT, plain);
  expect((await openBytes(KEY, ABOUT, sealed)).equals(plain)).toBe(true);
  working = false;
  expect(turns).toBeGreaterThanOrEqual(50);
});
