import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { pngMetadata, pngPaddedTo, pngXmp, withoutPngMetadata, withPngDensity, withPngXmp } from './png-chunks.js';

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
const textsOf = (png: Uint8Array) => [...pngMetadata(png)].map(String);

test('a density replaces the one that was there', async () => {
  const twice = withPngDensity(withPngDensity(await png, 72), 300);
  expect((await sharp(twice).metadata()).density).toBe(300);
  expect(Buffer.from(twice).toString('latin1').split('pHYs')).toHaveLength(2);
});

test('padding reaches its size, decodes, and survives the removal of metadata', async () => {
  const padded = pngPaddedTo(await png, 5_000);
  expect(padded.byteLength).toBe(5_000);
  expect((await sharp(padded, { failOn: 'warning' }).metadata()).width).toBe(9);
  expect(withoutPngMetadata(padded).byteLength).toBe(5_000);
  expect(pngPaddedTo(padded, 100)).toBe(padded);
});

test('text, EXIF and chunks of programs go, the picture stays', async () => {
  for (const [type, payload] of [
    ['tEXt', text('Author', Buffer.from('somebody'))],
    ['eXIf', Buffer.from('II*\0')],
    ['prVt', Buffer.from('private')],
  ] as const) {
    const clean = withoutPngMetadata(await withChunk(type, payload));
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
  ['zTXt', text('Raw profile type xmp', Buffer.concat([Buffer.from([0]), deflateSync(hexProfile('a label'))]))],
])('a text in %s is read, inflated', async (type, payload) => {
  expect(textsOf(await withChunk(type, payload))).toEqual([expect.stringMatching(/^(XML|Raw[\w ]*)\0.*a label$/s)]);
});

function hexProfile(profile: string): string {
  return `\nxmp\n${profile.length}\n${Buffer.from(profile).toString('hex')}\n`;
}

test('a text that inflates beyond any label is not unpacked, and of many only as much as of one picture is taken', async () => {
  const packed = (length: number) =>
    text('XML', Buffer.concat([Buffer.from([0]), deflateSync(Buffer.alloc(length, 'x'))]));
  expect(textsOf(await withChunk('zTXt', packed(50_000_000)))).toEqual(['XML\0']);
  const many = await withChunk('zTXt', packed(999_000));
  const chunk = many.subarray((await png).length - 12, -12);
  const bomb = Buffer.concat([many.subarray(0, -12), ...Array(1_000).fill(chunk), many.subarray(-12)]);
  expect(textsOf(bomb).filter(found => found.length > 10_000).length).toBeLessThanOrEqual(3);
});

test('an XMP packet replaces the one that was there, in whatever chunk it was', async () => {
  const other = text('XML:com.adobe.xmp', Buffer.concat([Buffer.from([0]), deflateSync('<old/>')]));
  const changed = withPngXmp(withPngXmp(await withChunk('zTXt', other), '<one/>'), '<新/>');
  expect(pngXmp(changed)).toBe('<新/>');
  expect(textsOf(changed)).toHaveLength(1);
  expect(String((await sharp(changed, { failOn: 'warning' }).metadata()).xmp)).toBe('<新/>');
});
