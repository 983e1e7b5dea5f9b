import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { Engine } from '../src/engine/engine.js';
import { ROOT } from '../src/kernel/paths.js';
import { plainBmp } from './plain-bmp.js';

const portrait = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const log = { info() {}, warn() {} };

let engine: Engine;
beforeAll(() => {
  engine = new Engine({ workers: 1, log });
});
afterAll(() => engine.close());

const pixels = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer();
const SECRETS = { IFD0: { Copyright: 'someone', Software: 'vendor' } };
const PLAIN = { width: 64, height: 48, channels: 4 } as const;
/** Two frames of different colours. */
const animation = async () => {
  const frame = (background: string) =>
    sharp({ create: { ...PLAIN, background } })
      .png()
      .toBuffer();
  return sharp([await frame('#ff0000'), await frame('#00ff00')], { join: { animated: true } });
};
const XMP = (inner: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inner}</rdf:RDF></x:xmpmeta>`;

describe('a picture from a vendor', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('as %s comes clean, with the same pixels', async format => {
    const vendors = await sharp(portrait)
      .withExif(SECRETS)
      .withXmp(XMP('<rdf:Description rdf:about="" note="someone"/>'))
      .withIccProfile('p3')
      .toFormat(format, { quality: 90 })
      .toBuffer();
    expect(vendors.includes('someone')).toBe(true);
    const { bytes, mime, width, height, labels } = await engine.receive(vendors, { keepMetadata: false });
    expect([mime, width, height, labels]).toEqual([`image/${format}`, 512, 512, []]);
    expect(Buffer.from(bytes).includes('someone')).toBe(false);
    const { exif, xmp, icc } = await sharp(bytes).metadata();
    expect([exif, xmp]).toEqual([undefined, undefined]);
    expect(icc).toBeDefined();
    expect((await pixels(bytes)).equals(await pixels(vendors))).toBe(true);
    const kept = await engine.receive(vendors, { keepMetadata: true });
    expect(Buffer.from(kept.bytes).equals(vendors)).toBe(true);
  });

  test.each([
    ['a GIF', async () => sharp(portrait).gif().toBuffer()],
    ['an animated GIF', async () => (await animation()).gif({ delay: 100 }).toBuffer()],
    ['an animated WebP', async () => (await animation()).webp({ lossless: true }).toBuffer()],
    ['a TIFF', async () => sharp(portrait).tiff({ compression: 'lzw' }).toBuffer()],
    ['a TIFF in CMYK', async () => sharp(portrait).toColourspace('cmyk').tiff().toBuffer()],
    ['an AVIF', async () => sharp(portrait).avif().toBuffer()],
    [
      'a transparent GIF',
      async () =>
        sharp({ create: { ...PLAIN, background: '#ff000000' } })
          .gif()
          .toBuffer(),
    ],
  ] as const)('as %s becomes a PNG of the same pixels (its first frame)', async (_, make) => {
    const vendors = await make();
    const { bytes, mime, width, height, labels } = await engine.receive(vendors, { keepMetadata: false });
    expect([mime, labels]).toEqual(['image/png', []]);
    const expected = await sharp(vendors).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    const seen = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([width, height, seen.info]).toEqual([expected.info.width, expected.info.height, expected.info]);
    expect(seen.data.equals(expected.data)).toBe(true);
    expect((await sharp(bytes).metadata()).pages).toBeUndefined();
  });

  test('as a BMP becomes a PNG of the same pixels, with its density', async () => {
    const { data, info } = await sharp(portrait).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const vendors = plainBmp({ data, width: info.width, height: info.height }, { dpi: 350 });
    const { bytes, mime, width, height, dpi } = await engine.receive(vendors, { keepMetadata: false });
    expect([mime, width, height, dpi]).toEqual(['image/png', 512, 512, 350]);
    expect((await pixels(bytes)).equals(data)).toBe(true);
  });

  test('as a TIFF keeps its density and its label of generated content, and nothing else', async () => {
    const label = '<TC260:AIGC xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/">{"Label":"1"}</TC260:AIGC>';
    const packet = XMP(`<rdf:Description rdf:about="">${label}</rdf:Description>`);
    const vendors = await sharp(portrait)
      .withMetadata({ density: 350 })
      .withExif(SECRETS)
      .withXmp(packet)
      .tiff({ xres: 350 / 25.4, yres: 350 / 25.4 })
      .toBuffer();
    const { bytes, dpi, labels } = await engine.receive(vendors, { keepMetadata: false });
    expect([dpi, labels]).toMatchObject([350, [{ Label: '1' }]]);
    const { exif, xmp } = await sharp(bytes).metadata();
    expect([exif, xmp!.toString('utf8').includes('TC260:AIGC')]).toEqual([undefined, true]);
    expect(Buffer.from(bytes).includes('someone')).toBe(false);
  });

  test('keeps its density, wherever the vendor wrote it', async () => {
    const item = { widthPx: 300, heightPx: 300, dpi: 350, count: 1 };
    const paper = { widthMm: 152, heightMm: 102, gapMm: 2, marginMm: 5, cropLines: 'NONE', rotate: 'AUTO' } as const;
    const inJfif = await engine.printSheet([portrait], { ...paper, dpi: 350, items: [item] });
    const inExif = await sharp(portrait).withMetadata({ density: 350 }).jpeg().toBuffer();
    const inPng = await sharp(portrait).withMetadata({ density: 350 }).png().toBuffer();
    for (const bytes of [inJfif.bytes, inExif, inPng]) {
      const clean = await engine.receive(bytes, { keepMetadata: false });
      expect(clean.dpi).toBe(350);
      expect((await sharp(clean.bytes).metadata()).density).toBe(350);
    }
    const plain = await sharp(portrait).jpeg().toBuffer();
    expect((await engine.receive(plain, { keepMetadata: false })).dpi).toBeNull();
  });

  test('keeps padding to a least file size, and loses comments and what hangs behind its end', async () => {
    const jpeg = await sharp(portrait).jpeg().toBuffer();
    const comment = (text: Buffer) =>
      Buffer.concat([Buffer.from([0xff, 0xfe, (text.length + 2) >> 8, (text.length + 2) & 0xff]), text]);
    const parts = [jpeg.subarray(0, 2), comment(Buffer.alloc(5_000, 0x20)), comment(Buffer.from('someone'))];
    const vendors = Buffer.concat([...parts, jpeg.subarray(2), Buffer.from('someone')]);
    const { bytes } = await engine.receive(vendors, { keepMetadata: false });
    expect(Buffer.from(bytes).includes('someone')).toBe(false);
    expect(bytes.byteLength).toBe(jpeg.length + 5_004);
  });

  test('keeps a label of generated content, though all else goes', async () => {
    const label = '{"Label":"1","ContentProducer":"vendor"}';
    const read = [{ Label: '1', ContentProducer: 'vendor' }];
    const packet = XMP(
      `<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"><TC260:AIGC>${label}</TC260:AIGC></rdf:Description>`,
    );
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const vendors = await sharp(portrait).withExif(SECRETS).withXmp(packet).toFormat(format).toBuffer();
      const { bytes, labels } = await engine.receive(vendors, { keepMetadata: false });
      expect(labels).toMatchObject(read);
      const { exif, xmp } = await sharp(bytes).metadata();
      expect([exif, String(xmp).includes(label.slice(1, -1))]).toEqual([undefined, true]);
      const again = await engine.label(bytes, { labels, mark: false });
      expect([again.labels, Buffer.compare(again.bytes, bytes)]).toMatchObject([read, 0]);
    }
  });

  test('that lies on its side in EXIF is turned upright', async () => {
    const stored = await sharp(portrait)
      .resize(120, 80, { fit: 'fill' })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { bytes, width, height } = await engine.receive(stored, { keepMetadata: false });
    expect([width, height]).toEqual([80, 120]);
    const metadata = await sharp(bytes).metadata();
    expect([metadata.width, metadata.height, metadata.exif]).toEqual([80, 120, undefined]);
  });

  test('that is none, or is cut short anywhere, is CORRUPT_IMAGE', async () => {
    const jpeg = await sharp(portrait).jpeg().toBuffer();
    const png = await sharp(portrait).png().toBuffer();
    const others = [await sharp(portrait).gif().toBuffer(), await sharp(portrait).tiff().toBuffer()];
    const broken = [jpeg, png, ...others, await sharp(portrait).avif().toBuffer()].flatMap(whole =>
      [0.3, 0.97].map(share => whole.subarray(0, whole.length * share)),
    );
    for (const bytes of [...broken, Buffer.from('<html>busy</html>'), Buffer.alloc(0)]) {
      await expect(engine.receive(bytes, { keepMetadata: false })).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
    }
  });
});

describe('a photo fitted to a limit', () => {
  test('that it keeps already is handed back byte for byte', async () => {
    const fitted = await engine.fit(portrait, { maxSide: 512, maxBytes: portrait.length });
    expect(fitted).toMatchObject({ mime: 'image/png', width: 512, height: 512 });
    expect(Buffer.from(fitted.bytes).equals(portrait)).toBe(true);
  });

  test('of pixels alone is made smaller, never larger than asked', async () => {
    const wide = await sharp(portrait).resize(999, 700, { fit: 'fill' }).jpeg().toBuffer();
    const { mime, width, height, bytes } = await engine.fit(wide, { maxSide: 499 });
    expect([mime, width, height]).toEqual(['image/jpeg', 499, 350]);
    const metadata = await sharp(bytes).metadata();
    expect([metadata.width, metadata.height, metadata.exif]).toEqual([499, 350, undefined]);
  });

  test.each([75_000, 30_000, 15_000])('of %i bytes uses most of them', async maxBytes => {
    const { bytes, width } = await engine.fit(portrait, { maxBytes });
    expect(bytes.byteLength).toBeLessThanOrEqual(maxBytes);
    expect(bytes.byteLength).toBeGreaterThan(maxBytes * 0.6);
    expect(width).toBeGreaterThanOrEqual(262);
  });

  test('that would leave no face of it is CANNOT_FIT', async () => {
    await expect(engine.fit(portrait, { maxBytes: 3_000 })).rejects.toMatchObject({ code: 'CANNOT_FIT' });
  });
});
