import sharp from 'sharp';
import { jpegSize } from './jpeg-size.js';

const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#808080' } });

test.each([true, false])('it reads the size of a JPEG (progressive: %s)', async progressive => {
  const jpeg = await photo(301, 417).withMetadata({ density: 300 }).jpeg({ progressive }).toBuffer();
  expect(jpegSize(jpeg)).toEqual({ width: 301, height: 417 });
});

test('anything else has no size', async () => {
  expect(jpegSize(await photo(10, 10).png().toBuffer())).toBeUndefined();
  expect(jpegSize(Buffer.alloc(0))).toBeUndefined();
  expect(jpegSize((await photo(10, 10).jpeg().toBuffer()).subarray(0, 30))).toBeUndefined();
});
