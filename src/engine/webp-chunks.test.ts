import sharp from 'sharp';
import { webpMetadata, webpXmp, withoutWebpMetadata, withWebpXmp } from './webp-chunks.js';

const SIZE = { width: 9, height: 7 };
const XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/">a label</x:xmpmeta>';
const plain = sharp({ create: { ...SIZE, channels: 4, background: '#44aa6680' } });
const webp = plain
  .clone()
  .withExif({ IFD0: { Copyright: 'somebody' } })
  .withXmp(XMP)
  .webp({ lossless: true })
  .toBuffer();

const pixels = (picture: Uint8Array) => sharp(picture, { failOn: 'warning' }).raw().toBuffer();

test('XMP and EXIF are read', async () => {
  expect(webpXmp(await webp)).toContain('a label');
  expect([...webpMetadata(await webp)].map(String).join()).toMatch(/somebody.*a label|a label.*somebody/s);
});

test('EXIF and XMP go with their flags, and the picture stays', async () => {
  const clean = withoutWebpMetadata(await webp);
  const { exif, xmp, width } = await sharp(clean, { failOn: 'warning' }).metadata();
  expect([exif, xmp, width]).toEqual([undefined, undefined, 9]);
  expect(clean[20]! & 0x0c).toBe(0);
  expect(Buffer.from(clean).readUInt32LE(4)).toBe(clean.byteLength - 8);
  expect((await pixels(clean)).equals(await pixels(await webp))).toBe(true);
});

test.each([
  ['lossless with alpha', plain.clone().webp({ lossless: true })],
  ['lossless without', plain.clone().removeAlpha().webp({ lossless: true })],
  ['lossy with alpha', plain.clone().webp()],
  ['lossy without', plain.clone().removeAlpha().webp()],
])('an XMP packet is written into a picture that is %s, and replaces another', async (_, made) => {
  const before = await made.toBuffer();
  const labelled = withWebpXmp(withWebpXmp(before, '<one/>', SIZE), XMP, SIZE);
  const { xmp, hasAlpha } = await sharp(labelled, { failOn: 'warning' }).metadata();
  expect([String(xmp), hasAlpha]).toEqual([XMP, (await sharp(before).metadata()).hasAlpha]);
  expect(Buffer.from(labelled).readUInt32LE(4)).toBe(labelled.byteLength - 8);
  expect((await pixels(labelled)).equals(await pixels(before))).toBe(true);
  expect((await pixels(withoutWebpMetadata(labelled))).equals(await pixels(before))).toBe(true);
});
