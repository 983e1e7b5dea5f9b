import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { Engine, type IdPhotoOptions, type SheetItem } from '../src/engine/engine.js';
import { newAigcLabel } from '../src/kernel/aigc.js';
import { ROOT } from '../src/kernel/paths.js';

const log = { info() {}, warn: (_details: object, message: string) => warnings.push(message) };
const warnings: string[] = [];
const portrait = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const photo = async () => portrait;
const ONE_INCH: IdPhotoOptions = {
  widthPx: 295,
  heightPx: 413,
  dpi: 300,
  headRatio: 0.62,
  topMargin: 0.085,
  backgrounds: [{ kind: 'solid', hex: '#FFFFFF' }],
};

let engine: Engine;
beforeAll(() => {
  engine = new Engine({ workers: 1, log });
});
afterAll(async () => {
  await engine.close();
  expect(warnings).toEqual([]);
});

async function pixelsOf(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const i = (y * info.width + x) * info.channels;
    return [...data.subarray(i, i + info.channels)];
  };
  return { data, at, ...info };
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

const ofPortrait = (left: number, top: number, width: number, height: number) =>
  sharp(portrait).extract({ left, top, width, height }).removeAlpha().png().toBuffer();

describe('another background for the whole photo', () => {
  test('keeps the size and the person, and paints the rest from top to bottom', async () => {
    const gradient = { kind: 'gradient', from: '#204080', to: '#F0F8FF' } as const;
    const { bytes, mime, width, height, matteQuality } = await engine.changeBackground('a', photo, gradient);
    expect([mime, width, height]).toEqual(['image/jpeg', 512, 512]);
    expect(matteQuality).toBeGreaterThan(0.1);
    expect(matteQuality).toBeLessThan(1);
    const [after, before] = [await pixelsOf(bytes), await pixelsOf(portrait)];
    const near = (actual: number[], expected: number[], by: number) =>
      actual.slice(0, 3).forEach((channel, c) => {
        expect(Math.abs(channel - expected[c]!)).toBeLessThanOrEqual(by);
      });
    near(after.at(500, 0), [0x20, 0x40, 0x80], 4);
    // Where the shuttle stood, and the wall beside the head.
    near(after.at(415, 150), [0x5d, 0x76, 0xa5], 6);
    near(after.at(320, 60), [0x38, 0x56, 0x8f], 6);
    // Face, and the suit below the head's frame: the coarser matte.
    for (const [x, y] of [
      [222, 110],
      [200, 300],
      [120, 420],
      [180, 470],
    ] as const)
      near(after.at(x, y), before.at(x, y), 12);
  });

  test('is a PNG with nothing left of the room when it is transparent', async () => {
    const { bytes, mime } = await engine.changeBackground('a', photo, { kind: 'transparent' });
    expect(mime).toBe('image/png');
    const { at } = await pixelsOf(bytes);
    expect(at(415, 150)).toEqual([0, 0, 0, 0]);
    expect(at(222, 110)[3]).toBe(255);
  });

  test('is the same person when it is transparent: laid on a colour it is the photo on that colour', async () => {
    const hex = '#204080';
    const clear = await engine.changeBackground('a', photo, { kind: 'transparent' });
    const laid = await pixelsOf(await sharp(clear.bytes).flatten({ background: hex }).png().toBuffer());
    const solid = await pixelsOf((await engine.changeBackground('a', photo, { kind: 'solid', hex })).bytes);
    // What is left is the JPEG's.
    expect(meanDifference(laid.data, solid.data)).toBeLessThan(1.5);
  });

  test('refuses a photo without a face', async () => {
    const wall = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#999' } })
      .png()
      .toBuffer();
    const refused = engine.changeBackground('wall', async () => wall, { kind: 'transparent' });
    await expect(refused).rejects.toMatchObject({ code: 'NO_FACE' });
  });
});

describe('super-resolution', () => {
  test('doubles a picture, and is nearer to the truth than an interpolation', async () => {
    const truth = await ofPortrait(160, 20, 144, 144);
    const small = await sharp(truth).resize(72, 72).png().toBuffer();
    const { bytes, mime, width, height } = await engine.superResolve(small);
    expect([mime, width, height]).toEqual(['image/jpeg', 144, 144]);
    const interpolated = await sharp(small).resize(144, 144, { kernel: 'lanczos3' }).jpeg({ quality: 95 }).toBuffer();
    const [ours, theirs, wanted] = await Promise.all([bytes, interpolated, truth].map(pixelsOf));
    const gain = squaredError(theirs!.data, wanted!.data) / squaredError(ours!.data, wanted!.data);
    expect(10 * Math.log10(gain)).toBeGreaterThan(0.5);
  });

  test('leaves no seam between tiles', async () => {
    // The same picture cut differently: the seam at column 192 of one lies in the middle of a tile of the other.
    const [whole, right] = await Promise.all([ofPortrait(100, 40, 240, 40), ofPortrait(140, 40, 200, 40)]);
    const enlarged = await Promise.all([whole, right].map(each => engine.superResolve(each!)));
    const [left, other] = await Promise.all(
      [80, 0].map((from, i) =>
        sharp(enlarged[i]!.bytes)
          .extract({ left: from + 32, top: 0, width: 320, height: 80 })
          .raw()
          .toBuffer(),
      ),
    );
    expect(Math.max(...left!.map((value, i) => Math.abs(value - other![i]!)))).toBeLessThanOrEqual(2);
  });

  test('refuses what would take minutes, and says what it takes', async () => {
    const large = await sharp({ create: { width: 2_100, height: 64, channels: 3, background: '#999' } })
      .png()
      .toBuffer();
    await expect(engine.superResolve(large)).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
      fields: [{ allowed: expect.stringContaining('2048') }],
    });
  });

  test('lets other work in between', async () => {
    const order: string[] = [];
    const large = engine.superResolve(await ofPortrait(100, 0, 40, 450)).then(() => order.push('large'));
    const small = engine.fit(portrait, { maxSide: 100 }).then(() => order.push('small'));
    await Promise.all([large, small]);
    expect(order).toEqual(['small', 'large']);
  });

  test('ends with the signal', async () => {
    const leaving = new AbortController();
    const work = engine.superResolve(await ofPortrait(0, 0, 400, 400), leaving.signal);
    setTimeout(() => leaving.abort(new Error('left')), 300);
    await expect(work).rejects.toThrow('left');
  });
});

function squaredError(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

describe('what is written on pictures', () => {
  test('a watermark crosses every part of a photo', async () => {
    const [idPhoto] = await engine.render('a', photo, ONE_INCH);
    const marked = await engine.watermark(idPhoto!.bytes, 'Preview 123');
    expect([marked.mime, marked.width, marked.height]).toEqual(['image/jpeg', 295, 413]);
    expect((await sharp(marked.bytes).metadata()).density).toBe(300);
    const [before, after] = await Promise.all([idPhoto!.bytes, marked.bytes].map(pixelsOf));
    const BLOCK = 59;
    for (let top = 0; top + BLOCK <= 413; top += BLOCK) {
      for (let left = 0; left + BLOCK <= 295; left += BLOCK) {
        let changed = 0;
        for (let y = top; y < top + BLOCK; y++) {
          for (let x = left; x < left + BLOCK; x++) {
            if (Math.abs(after!.at(x, y)[1]! - before!.at(x, y)[1]!) > 15) changed++;
          }
        }
        expect(changed / BLOCK ** 2).toBeGreaterThan(0.1);
      }
    }
    await expect(engine.watermark(idPhoto!.bytes, ' ')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('a placeholder is large letters on a pale ground', async () => {
    const text = { title: 'SANDBOX - NOT A REAL PAINTING', lines: ['1024*1536', '水墨'], width: 512, height: 768 };
    const { bytes, mime, width, height } = await engine.placeholder(text);
    expect([mime, width, height]).toEqual(['image/jpeg', 512, 768]);
    const { data } = await pixelsOf(bytes);
    const dark = data.filter(value => value < 100).length / data.length;
    expect(dark).toBeGreaterThan(0.02);
    expect(dark).toBeLessThan(0.3);
    const other = await engine.placeholder({ ...text, title: 'SANDBOX - NOT A REAL COLOUR' });
    expect(Buffer.from(other.bytes).equals(bytes)).toBe(false);
  });

  describe('the label of generated content', () => {
    const content = newAigcLabel('Maker <&> "one"', 'asset_1');
    const marked = { labels: [content], mark: true };

    test('is in the corner, as high as the standard asks, and touches nothing else', async () => {
      const { bytes, mime, width, height } = await engine.label(portrait, marked);
      expect([mime, width, height]).toEqual(['image/jpeg', 512, 512]);
      const { at } = await pixelsOf(bytes);
      const rows: number[] = [];
      for (let y = 420; y < 512; y++) {
        for (let x = 380; x < 505; x++) {
          const [red, green, blue] = at(x, y) as [number, number, number];
          if (Math.min(red, green, blue) > 215) rows.push(y);
        }
      }
      expect(Math.max(...rows) - Math.min(...rows)).toBeGreaterThanOrEqual(0.05 * 512);
      const upper = (picture: Uint8Array) =>
        sharp(picture).removeAlpha().extract({ left: 0, top: 0, width: 512, height: 400 }).raw().toBuffer();
      expect(meanDifference(await upper(bytes), await upper(portrait))).toBeLessThan(2);
    });

    test('stands in XMP as the seven fields of annex E', async () => {
      const { bytes } = await engine.label(portrait, marked);
      const xmp = (await sharp(bytes).metadata()).xmp!.toString('utf8');
      expect(xmp).toContain('xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"');
      const json = /<TC260:AIGC>(.*)<\/TC260:AIGC>/s.exec(xmp)![1]!;
      expect(JSON.parse(json.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'))).toEqual({
        Label: '1',
        ContentProducer: 'Maker <&> "one"',
        ProduceID: 'asset_1',
        ReservedCode1: '',
        ContentPropagator: '',
        PropagateID: '',
        ReservedCode2: '',
      });
    });

    test('without the mark changes no pixel, and is not written twice', async () => {
      const first = await engine.label(portrait, { labels: [content], mark: false });
      expect(first).toMatchObject({ mime: 'image/png', labels: [content] });
      const pixels = (picture: Uint8Array) => sharp(picture).raw().toBuffer();
      expect((await pixels(first.bytes)).equals(await pixels(portrait))).toBe(true);
      const second = await engine.label(first.bytes, { labels: [content], mark: false });
      expect(Buffer.from(second.bytes).equals(first.bytes)).toBe(true);
    });

    test('of another one is added behind the one that is there', async () => {
      const [first, other] = [newAigcLabel('first', '1'), newAigcLabel('other', '2')];
      const { bytes } = await engine.label(portrait, { labels: [first], mark: false });
      const { labels } = await engine.label(bytes, { labels: [first, other], mark: false });
      expect(labels).toEqual([first, other]);
    });
  });
});

describe('a print sheet', () => {
  const PAPER = { widthMm: 152, heightMm: 102, dpi: 300, gapMm: 2, marginMm: 5, rotate: 'AUTO' } as const;
  const sheetOf = (photos: Uint8Array[], items: SheetItem[]) =>
    engine.printSheet(photos, { ...PAPER, cropLines: 'LINES', items });

  test('shows photos untouched, and says what it holds', async () => {
    const [blue, white] = await engine.render('a', photo, {
      ...ONE_INCH,
      backgrounds: ['#438EDB', '#FFFFFF'].map(hex => ({ kind: 'solid', hex })),
    });
    const item = { widthPx: 295, heightPx: 413, dpi: 300, count: 5 };
    const made = await sheetOf([blue!.bytes, white!.bytes], [item, { ...item, count: null }]);
    expect(made).toMatchObject({
      width: 1_795,
      height: 1_205,
      dpi: 300,
      items: Array(2).fill({ count: 5, rotated: false }),
    });
    for (const [one, top] of [
      [blue!, 177],
      [white!, 614],
    ] as const) {
      const wanted = await sharp(one.bytes).raw().toBuffer();
      for (const left of [112, 112 + 4 * 319]) {
        const placed = await sharp(made.bytes).extract({ left, top, width: 295, height: 413 }).raw().toBuffer();
        expect(meanDifference(placed, wanted)).toBeLessThan(1.5);
      }
    }
  });

  test('refuses more than fit, and a photo larger than the paper', async () => {
    const portrait = await photo();
    const item = { widthPx: 295, heightPx: 413, dpi: 300, count: 11 };
    await expect(sheetOf([portrait], [item])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.items.0.count', allowed: expect.stringContaining('1 to 10') }],
    });
    await expect(sheetOf([portrait], [{ ...item, heightPx: 2_000 }])).rejects.toMatchObject({
      fields: [{ path: 'input.items.0', code: 'TOO_LARGE_FOR_SHEET' }],
    });
  });
});

describe('a small copy', () => {
  test('has the width, what was transparent, and the labels; it is made once', async () => {
    const marked = newAigcLabel('a vendor', '7');
    const cut = await sharp(portrait).ensureAlpha(0.5).png().toBuffer();
    const labelled = await engine.label(cut, { labels: [marked], mark: false });
    let reads = 0;
    const bytes = async () => {
      reads += 1;
      return labelled.bytes;
    };
    const small = await engine.thumbnail('small', bytes, 128);
    expect(await engine.thumbnail('small', bytes, 128)).toBe(small);
    expect(reads).toBe(1);
    const { format, width, hasAlpha } = await sharp(small.bytes).metadata();
    expect([format, width, hasAlpha]).toEqual(['webp', 128, true]);
    expect((await engine.receive(small.bytes, { keepMetadata: true })).labels).toEqual([marked]);
    expect(small.bytes.byteLength).toBeLessThan(12_000);
    engine.forget('small');
    await engine.thumbnail('small', bytes, 64);
    expect(reads).toBe(2);
  });
});
