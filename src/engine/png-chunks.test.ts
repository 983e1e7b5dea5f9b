import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { pngPaddedTo, pngTexts, withoutPngMetadata, withPngDensity } from './png-chunks.js';

const png = sharp({ create: { width: 9, height: 7, channels: 3, background: '#4a6' } })
  .png()
  .toBuffer();

/** A chunk before IEND; no reader of ours looks at the checksum. */
async function withChunk(type: string, payload: Buffer): Promise<Buffer> {
  const plain = await png;
  const chunk = Buffer.alloc(payload.length + 12);
  chunk.writeUInt32BE(payload.length);
  chunk.write(type, 4, 'latin1');
  payload.copy(chunk, 8);
  return Buffer.concat([plain.subarray(0, -12), chunk, plain.subarray(-12)]);
}
const text = (keyword: string, rest: Buffer) => Buffer.concat([Buffer.from(`${keyword}\0`, 'latin1'), rest]);
const none = () => false;

test('a density replaces the one that was there', async () => {
  const twice = withPngDensity(withPngDensity(await png, 72), 300);
  expect((await sharp(twice).metadata()).density).toBe(300);
  expect(Buffer.from(twice).toString('latin1').split('pHYs')).toHaveLength(2);
});

test('padding reaches its size, decodes, and survives the removal of metadata', async () => {
  const padded = pngPaddedTo(await png, 5_000);
  expect(padded.byteLength).toBe(5_000);
  expect((await sharp(padded, { failOn: 'warning' }).metadata()).width).toBe(9);
  expect(withoutPngMetadata(padded, none).byteLength).toBe(5_000);
  expect(pngPaddedTo(padded, 100)).toBe(padded);
});

test('text, EXIF and chunks of programs go, the picture stays', async () => {
  for (const [type, payload] of [
    ['tEXt', text('Author', Buffer.from('somebody'))],
    ['eXIf', Buffer.from('II*\0')],
    ['prVt', Buffer.from('private')],
  ] as const) {
    const clean = withoutPngMetadata(await withChunk(type, payload), none);
    expect(Buffer.from(clean).includes(type)).toBe(false);
    expect(
      Buffer.compare(
        await sharp(clean).raw().toBuffer(),
        await sharp(await png)
          .raw()
          .toBuffer(),
      ),
    ).toBe(0);
  }
});

test.each([
  ['tEXt', text('XML', Buffer.from('a label'))],
  ['zTXt', text('XML', Buffer.concat([Buffer.from([0]), deflateSync('a label')]))],
  ['iTXt', text('XML', Buffer.concat([Buffer.from([1, 0]), Buffer.from('en\0Titel\0'), deflateSync('a label')]))],
])('a label in %s is read, inflated, and kept where it is wanted', async (type, payload) => {
  const labelled = await withChunk(type, payload);
  expect(pngTexts(labelled).map(String)).toEqual([expect.stringMatching(/^XML\0.*a label$/s)]);
  const isLabel = (found: Buffer) => found.includes('a label');
  expect(Buffer.from(withoutPngMetadata(labelled, isLabel)).includes(type)).toBe(true);
});

test('a text that inflates beyond any label is not unpacked', async () => {
  const bomb = text('XML', Buffer.concat([Buffer.from([0]), deflateSync(Buffer.alloc(50_000_000, 'x'))]));
  expect(pngTexts(await withChunk('zTXt', bomb)).map(String)).toEqual(['XML\0']);
});
