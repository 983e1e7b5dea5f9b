import sharp from 'sharp';
import { webpXmp, withoutWebpMetadata } from './webp-chunks.js';

const XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/">a label</x:xmpmeta>';
const webp = sharp({ create: { width: 9, height: 7, channels: 4, background: '#44aa6680' } })
  .withExif({ IFD0: { Copyright: 'somebody' } })
  .withXmp(XMP)
  .webp({ lossless: true })
  .toBuffer();

test('XMP is read', async () => {
  expect(webpXmp(await webp).map(String)).toEqual([expect.stringContaining('a label')]);
});

test('EXIF and XMP go with their flags, and the picture stays', async () => {
  const clean = withoutWebpMetadata(await webp, () => false);
  const { exif, xmp, width } = await sharp(clean, { failOn: 'warning' }).metadata();
  expect([exif, xmp, width]).toEqual([undefined, undefined, 9]);
  expect(clean[20]! & 0x0c).toBe(0);
  expect(Buffer.from(clean).readUInt32LE(4)).toBe(clean.byteLength - 8);
  expect(
    Buffer.compare(
      await sharp(clean).raw().toBuffer(),
      await sharp(await webp)
        .raw()
        .toBuffer(),
    ),
  ).toBe(0);
});

test('XMP that is wanted stays, with its flag', async () => {
  const labelled = withoutWebpMetadata(await webp, payload => payload.includes('a label'));
  const { exif, xmp } = await sharp(labelled).metadata();
  expect(exif).toBeUndefined();
  expect(String(xmp)).toContain('a label');
});
