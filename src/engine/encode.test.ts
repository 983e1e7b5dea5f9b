import sharp from 'sharp';
import { encodePhoto, type Pixels } from './encode.js';

/** Noise over a slope: needs bytes at any quality, like a face does. */
function picture(width: number, height: number, channels: 3 | 4): Pixels {
  const data = new Uint8Array(width * height * channels);
  let seed = 7;
  for (let i = 0; i < data.length; i++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    data[i] = 90 + ((i / channels) % width) / 4 + (seed % 40);
  }
  return { data, width, height, channels };
}

const oneInch = picture(295, 413, 3);

describe('the encoder', () => {
  test('writes the density into the JFIF header of a JPEG', async () => {
    const { bytes, mime } = await encodePhoto(oneInch, { dpi: 350 });
    expect(mime).toBe('image/jpeg');
    expect(Buffer.from(bytes.subarray(0, 18)).toString('hex')).toBe('ffd8ffe000104a46494600010101015e015e');
    expect((await sharp(bytes).metadata()).density).toBe(350);
    expect((await sharp(bytes).metadata()).exif).toBeUndefined();
  });

  test.each([
    [undefined, 30],
    [10, 20],
    [20, 60],
    [30, 80],
    [100, 200],
    [15, 16],
    [25, 26],
    [200, undefined],
  ])('meets %s to %s KB in either counting', async (minKb, maxKb) => {
    const { bytes } = await encodePhoto(oneInch, {
      dpi: 300,
      ...(minKb === undefined ? {} : { minKb }),
      ...(maxKb === undefined ? {} : { maxKb }),
    });
    if (minKb !== undefined)
      expect(bytes.byteLength).toBeGreaterThanOrEqual(minKb * (maxKb === minKb + 1 ? 1000 : 1024));
    if (maxKb !== undefined)
      expect(bytes.byteLength).toBeLessThanOrEqual(maxKb * (maxKb - (minKb ?? 0) === 1 ? 1024 : 1000));
    const { info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([295, 413]);
  });
});

describe('the encoder, for a size in KB,', () => {
  test('counts minimum and maximum leniently where the strict counting leaves no room', async () => {
    const { bytes } = await encodePhoto(oneInch, { dpi: 300, minKb: 50, maxKb: 50 });
    expect(bytes.byteLength).toBeGreaterThanOrEqual(50_000);
    expect(bytes.byteLength).toBeLessThanOrEqual(51_200);
  });

  test('takes the highest quality that fits', async () => {
    const wide = await encodePhoto(oneInch, { dpi: 300, maxKb: 60 });
    const narrow = await encodePhoto(oneInch, { dpi: 300, maxKb: 20 });
    expect(narrow.quality).toBeLessThan(wide.quality!);
    const better = await sharp(oneInch.data, { raw: { width: 295, height: 413, channels: 3 } })
      .jpeg({ quality: narrow.quality! + 1, chromaSubsampling: narrow.quality! + 1 >= 80 ? '4:4:4' : '4:2:0' })
      .toBuffer();
    expect(better.byteLength).toBeGreaterThan(20_000);
  });

  test('pads to a large minimum with comments, and every decoder still reads the same pixels', async () => {
    const plain = await encodePhoto(oneInch, { dpi: 300, minKb: 1 });
    const padded = await encodePhoto(oneInch, { dpi: 300, minKb: 500 });
    expect(padded.bytes.byteLength).toBeGreaterThanOrEqual(512_000);
    expect(padded.bytes.byteLength).toBeLessThan(512_000 + 4);
    const pixels = (bytes: Uint8Array) => sharp(bytes, { failOn: 'warning' }).raw().toBuffer();
    const difference = Buffer.compare(await pixels(padded.bytes), await pixels(plain.bytes));
    expect(padded.quality).toBeGreaterThanOrEqual(plain.quality!);
    if (padded.quality === plain.quality) expect(difference).toBe(0);
  });

  test.each([{ minKb: 5, maxKb: 1 }, { maxKb: 1 }])('refuses %p with CANNOT_FIT', async range => {
    await expect(encodePhoto(oneInch, { dpi: 300, ...range })).rejects.toMatchObject({ code: 'CANNOT_FIT' });
  });
});

describe('the encoder, for a transparent photo,', () => {
  test('writes a PNG with alpha and pHYs, padded or squeezed into the range of KB', async () => {
    const transparent = picture(295, 413, 4);
    const { bytes, mime } = await encodePhoto(transparent, { dpi: 300, minKb: 700 });
    expect(mime).toBe('image/png');
    const metadata = await sharp(bytes).metadata();
    expect([metadata.hasAlpha, metadata.density, metadata.width, metadata.height]).toEqual([true, 300, 295, 413]);
    expect(Buffer.from(bytes).readUInt32BE(Buffer.from(bytes).indexOf('pHYs') + 4)).toBe(11_811);
    expect(bytes.byteLength).toBeGreaterThanOrEqual(700 * 1024);
    const squeezed = await encodePhoto(transparent, { dpi: 300, maxKb: 130 });
    expect(squeezed.bytes.byteLength).toBeLessThanOrEqual(130_000);
    expect((await sharp(squeezed.bytes).metadata()).hasAlpha).toBe(true);
    await expect(encodePhoto(transparent, { dpi: 300, maxKb: 2 })).rejects.toMatchObject({ code: 'CANNOT_FIT' });
  });
});
