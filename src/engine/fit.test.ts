import sharp from 'sharp';
import { jpegOf } from './encode.js';
import { fitWithin } from './fit.js';

/** Noise over a slope: needs bytes at any quality, as a face does. */
function noise(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  let seed = 7;
  for (let i = 0; i < data.length; i++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    data[i] = 90 + ((i / 3) % width) / 8 + (seed % 24);
  }
  return { data, width, height };
}
const image = noise(800, 600);
const png = sharp(image.data, { raw: { width: 800, height: 600, channels: 3 } })
  .png()
  .toBuffer();

test('a picture within both limits is returned byte for byte', async () => {
  const bytes = await png;
  const fitted = await fitWithin(bytes, { maxSide: 800, maxBytes: bytes.byteLength });
  expect(fitted).toEqual({ bytes, mime: 'image/png', width: 800, height: 600 });
});

test('the longer side meets its limit exactly, and the shape stays', async () => {
  const fitted = await fitWithin(await png, { maxSide: 400 });
  expect(fitted).toMatchObject({ mime: 'image/jpeg', width: 400, height: 300 });
});

test('within a limit of bytes it has the highest quality that fits', async () => {
  const target = (await jpegOf(image, 82)).byteLength;
  const { bytes, width } = await fitWithin(await png, { maxBytes: target });
  expect(width).toBe(800);
  expect(Buffer.compare(bytes, await jpegOf(image, 82))).toBe(0);
});

test('it is scaled down before its quality falls below 70', async () => {
  const limit = (await jpegOf(image, 70)).byteLength - 1;
  const { bytes, width } = await fitWithin(await png, { maxBytes: limit });
  expect(width).toBe(Math.floor(800 * 0.82));
  expect(bytes.byteLength).toBeLessThanOrEqual(limit);
});

test('a limit that leaves no recognisable face is CANNOT_FIT', async () => {
  await expect(fitWithin(await png, { maxBytes: 600 })).rejects.toMatchObject({ code: 'CANNOT_FIT' });
});
