import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { Analysis } from '../src/engine/analysis.js';
import { Engine, enginePoolOptions, type IdPhotoOptions, type RenderedPhoto } from '../src/engine/engine.js';
import { WorkerPool } from '../src/engine/pool.js';
import { ROOT } from '../src/kernel/paths.js';

const log = { info() {}, warn: (_details: object, message: string) => warnings.push(message) };
const warnings: string[] = [];
const portrait = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const WHITE = { kind: 'solid', hex: '#FFFFFF' } as const;
const BLUE = { kind: 'solid', hex: '#438EDB' } as const;
const ONE_INCH: IdPhotoOptions = {
  widthPx: 295,
  heightPx: 413,
  dpi: 300,
  headRatio: 0.62,
  topMargin: 0.085,
  backgrounds: [BLUE],
};

let engine: Engine;
let reads = 0;
const photo = async () => {
  reads++;
  return portrait;
};

beforeAll(() => {
  engine = new Engine({ workers: 1, log });
});
afterAll(async () => {
  await engine.close();
  expect(warnings).toEqual([]);
});

async function render(options: Partial<IdPhotoOptions>): Promise<RenderedPhoto[]> {
  return engine.render('portrait', photo, { ...ONE_INCH, ...options });
}

/** Decoded, with a way to look at one pixel. */
async function pixelsOf(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return {
    info,
    at: (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * info.channels, (y * info.width + x + 1) * info.channels),
    ],
  };
}

function expectColour(actual: number[], expected: number[]): void {
  actual.slice(0, 3).forEach((channel, c) => {
    expect(Math.abs(channel - expected[c]!)).toBeLessThanOrEqual(4);
  });
}

describe('the engine on the portrait', () => {
  test('makes a one-inch photo of the exact size, density and background', async () => {
    const [result] = await render({ minKb: 20, maxKb: 60 });
    const { bytes, mime, warnings: found, matteQuality } = result!;
    expect(mime).toBe('image/jpeg');
    const metadata = await sharp(bytes).metadata();
    expect([metadata.format, metadata.width, metadata.height, metadata.density]).toEqual(['jpeg', 295, 413, 300]);
    expect([metadata.exif, metadata.icc, metadata.xmp, metadata.iptc]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(bytes.byteLength).toBeGreaterThanOrEqual(20 * 1024);
    expect(bytes.byteLength).toBeLessThanOrEqual(60_000);
    const pixels = await pixelsOf(bytes);
    for (const [x, y] of [
      [2, 2],
      [292, 2],
      [147, 12],
      [280, 200],
    ] as const)
      expectColour(pixels.at(x, y), [0x43, 0x8e, 0xdb]);
    expect(found).toEqual([]);
    expect(matteQuality).toBeGreaterThan(0.9);
  });

  test('keeps what is made for the next spec and the next colour', async () => {
    await engine.analyse('portrait', photo);
    const before = reads;
    await render({ backgrounds: [WHITE] });
    await render({ widthPx: 413, heightPx: 579 });
    expect(reads).toBe(before);
    engine.forget('portrait');
    await render({});
    expect(reads).toBe(before + 1);
  });

  test('renders a photo that its worker no longer holds', async () => {
    const [before] = await engine.render('the first of three', photo, ONE_INCH);
    for (const key of ['the second', 'the third']) await engine.analyse(key, photo);
    const read = reads;
    const [after] = await engine.render('the first of three', photo, ONE_INCH);
    expect(reads).toBe(read);
    expect(Buffer.compare(after!.bytes, before!.bytes)).toBe(0);
  });

  test('analyses an upload once when several ask for it at the same time', async () => {
    const before = reads;
    await Promise.all([1, 2, 3].map(() => engine.analyse('asked for by three', photo)));
    expect(reads).toBe(before + 1);
  });

  test('reports what it measured, and a fresh analysis of the result agrees', async () => {
    const pool = new WorkerPool(enginePoolOptions({ workers: 1, log }));
    for (const options of [
      { headRatio: 0.62, topMargin: 0.085 },
      { widthPx: 413, heightPx: 531, headRatio: 0.7, topMargin: 0.1 },
      { widthPx: 600, heightPx: 600, headRatio: 0.55, topMargin: 0.15 },
    ]) {
      const [result] = await render({ ...options, backgrounds: [WHITE] });
      const { geometry, bytes, heightPx, widthPx } = result!;
      expect(Math.abs(geometry.headRatio - options.headRatio)).toBeLessThan(0.01);
      expect(Math.abs(geometry.topMargin - options.topMargin)).toBeLessThan(0.01);

      const again = await pool.run<Analysis>({ kind: 'analyse', bytes, frameSize: 'near', id: 1 });
      const { head, frame } = again;
      const y = (frameY: number) =>
        (frame.toPhoto.yx * head.centreX + frame.toPhoto.yy * frameY + frame.toPhoto.y0) / heightPx;
      expect(Math.abs(y(head.chinY) - y(head.crownY) - options.headRatio)).toBeLessThan(0.02);
      expect(Math.abs(y(head.crownY) - options.topMargin)).toBeLessThan(0.02);
      const x = (frame.toPhoto.xx * head.centreX + frame.toPhoto.xy * head.chinY + frame.toPhoto.x0) / widthPx;
      expect(Math.abs(x - 0.5)).toBeLessThan(0.02);
      expect(Math.abs(again.facts.rollDegrees)).toBeLessThan(1.5);
      expect(Math.abs(again.facts.eyeDistancePx - geometry.eyeDistancePx)).toBeLessThan(0.02 * widthPx);
    }
    await pool.close();
  });

  test('puts the midpoint of the eyes where the face centre is asked for', async () => {
    const faceCenter = { x: 0.5, y: 0.45 };
    const { topMargin: _, ...rest } = ONE_INCH;
    const [result] = await engine.render('portrait', photo, { ...rest, faceCenter });
    expect(result!.geometry.faceCenter.x).toBeCloseTo(0.5, 2);
    expect(result!.geometry.faceCenter.y).toBeCloseTo(0.45, 2);
    expect(Math.abs(result!.geometry.headRatio - 0.62)).toBeLessThan(0.01);
  });

  test('renders each background in order, a gradient from top to bottom', async () => {
    const seen: string[] = [];
    const backgrounds = [WHITE, { kind: 'gradient', from: '#204080', to: '#F0F8FF' }, { kind: 'transparent' }] as const;
    const options = { ...ONE_INCH, headRatio: 0.5, topMargin: 0.2, backgrounds };
    const photos = await engine.render('portrait', photo, options, undefined, each => seen.push(each.background.kind));
    expect(photos.map(each => each.background)).toEqual(backgrounds);
    expect(seen).toEqual(['solid', 'gradient', 'transparent']);
    const gradient = await pixelsOf(photos[1]!.bytes);
    expectColour(gradient.at(1, 0), [0x20, 0x40, 0x80]);
    expectColour(gradient.at(1, 206), [0x88, 0x9c, 0xc0]);
  });

  test('makes a transparent PNG without any colour of the old background', async () => {
    const [result] = await render({ backgrounds: [{ kind: 'transparent' }] });
    expect(result!.mime).toBe('image/png');
    const pixels = await pixelsOf(result!.bytes);
    expect(pixels.info.channels).toBe(4);
    expect(pixels.at(2, 2)).toEqual([0, 0, 0, 0]);
    expect(pixels.at(147, 200)[3]).toBe(255);
    expect((await sharp(result!.bytes).metadata()).density).toBe(300);
  });

  test('looks wider when a size needs more of the photo than usual', async () => {
    const [result] = await render({ widthPx: 600, heightPx: 450, headRatio: 0.3, topMargin: 0.1 });
    expect(Math.abs(result!.geometry.headRatio - 0.3)).toBeLessThan(0.015);
    const pixels = await pixelsOf(result!.bytes);
    const [red, green, blue] = pixels.at(230, 330);
    expect(red! - Math.max(green!, blue!)).toBeGreaterThan(60);
  });

  test('warns where the photo enlarges too much or ends within the person', async () => {
    const part = async (top: number, height: number) => {
      const bytes = await sharp(portrait).extract({ left: 0, top, width: 512, height }).png().toBuffer();
      const options = { ...ONE_INCH, allowBodyCut: true };
      return (await engine.render(`part ${top}`, async () => bytes, options))[0]!.warnings;
    };
    expect(await part(0, 200)).toContain('BODY_CUT');
    expect(await part(30, 450)).toContain('CROWN_CUT');
    const enlarged = await render({ widthPx: 413, heightPx: 579 });
    expect(enlarged[0]!.warnings).toEqual(['LOW_RESOLUTION']);
  });

  test('refuses a size in KB that cannot be met', async () => {
    await expect(render({ maxKb: 2 })).rejects.toMatchObject({ code: 'CANNOT_FIT' });
  });

  test('makes a small photo as smooth as a large one', async () => {
    const small = await render({ widthPx: 90, heightPx: 126, backgrounds: [WHITE] });
    const large = await render({ widthPx: 360, heightPx: 504, backgrounds: [WHITE] });
    const shrunk = await sharp(large[0]!.bytes).resize(90, 126, { kernel: 'linear' }).raw().toBuffer();
    const direct = await sharp(small[0]!.bytes).raw().toBuffer();
    let difference = 0;
    for (let i = 0; i < direct.length; i++) difference += Math.abs(direct[i]! - shrunk[i]!);
    expect(difference / direct.length).toBeLessThan(2.5);
  });

  test('stops for a caller who leaves', async () => {
    const reason = new Error('left');
    await expect(engine.analyse('never', photo, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('photos that cannot be used', () => {
  const analyse = async (bytes: Promise<Uint8Array>) => engine.analyse(`refused ${Math.random()}`, () => bytes);
  const two = (size: number) =>
    sharp(portrait)
      .resize(size, size)
      .toBuffer()
      .then(neighbour =>
        sharp({ create: { width: 1_024, height: 512, channels: 3, background: '#777' } })
          .composite([
            { input: portrait, left: 0, top: 0 },
            { input: neighbour, left: 512 + 512 - size, top: 512 - size },
          ])
          .png()
          .toBuffer(),
      );

  test('a plain wall, and noise, are NO_FACE', async () => {
    const wall = sharp({ create: { width: 600, height: 800, channels: 3, background: '#c8c0b8' } })
      .jpeg()
      .toBuffer();
    await expect(analyse(wall)).rejects.toMatchObject({ code: 'NO_FACE' });
    const noise = {
      width: 600,
      height: 800,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    } as const;
    await expect(analyse(sharp({ create: noise }).jpeg().toBuffer())).rejects.toMatchObject({ code: 'NO_FACE' });
  });

  test('two faces of one size are MULTIPLE_FACES; a small bystander is a warning', async () => {
    await expect(analyse(two(512))).rejects.toMatchObject({ code: 'MULTIPLE_FACES' });
    const bytes = await two(280);
    const photos = await engine.render('with a bystander', async () => bytes, ONE_INCH);
    expect(photos[0]!.warnings).toContain('MULTIPLE_FACES');
  });

  test('a face with too few pixels between the eyes is FACE_TOO_SMALL, with both numbers', async () => {
    const error = await analyse(sharp(portrait).resize(300, 300).png().toBuffer()).catch((each: unknown) => each);
    expect(error).toMatchObject({
      code: 'FACE_TOO_SMALL',
      fields: [{ allowed: expect.stringMatching(/>= 40; measured 2\d/) }],
    });
  });

  test('a file cut short and a file of garbage are CORRUPT_IMAGE', async () => {
    const jpeg = await sharp(portrait).jpeg().toBuffer();
    for (const bytes of [jpeg.subarray(0, jpeg.length >> 1), Buffer.from('not a picture at all')]) {
      await expect(engine.normalise(bytes)).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
      await expect(analyse(Promise.resolve(bytes))).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
    }
  });

  test('formats that sharp could read but the engine does not are CORRUPT_IMAGE', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><rect width="9" height="9"/></svg>',
    );
    const gif = await sharp(portrait).resize(64).gif().toBuffer();
    const tiff = await sharp(portrait).resize(64).tiff().toBuffer();
    for (const bytes of [svg, gif, tiff]) {
      await expect(engine.normalise(bytes)).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
    }
  });
});

describe('a photo made safe to keep', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'comes upright and without metadata from EXIF orientation %i',
    async orientation => {
      const upright = sharp({ create: { width: 80, height: 120, channels: 3, background: '#fff' } }).composite([
        { input: { create: { width: 40, height: 40, channels: 3, background: '#f00' } }, left: 0, top: 0 },
        { input: { create: { width: 40, height: 40, channels: 3, background: '#00f' } }, left: 40, top: 80 },
      ]);
      const stored = await storedAs(await upright.png().toBuffer(), orientation);
      const tagged = await sharp(stored)
        .withMetadata({ orientation })
        .withExifMerge({ IFD0: { Copyright: 'someone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
        .jpeg({ quality: 100 })
        .toBuffer();
      const { bytes, width, height, mime } = await engine.normalise(tagged);
      expect([mime, width, height]).toEqual(['image/jpeg', 80, 120]);
      const metadata = await sharp(bytes).metadata();
      expect([metadata.exif, metadata.xmp, metadata.icc, metadata.orientation]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      const pixels = await pixelsOf(bytes);
      expectColour(pixels.at(10, 10), [254, 0, 0]);
      expectColour(pixels.at(70, 110), [0, 0, 254]);
      expectColour(pixels.at(70, 10), [255, 255, 255]);
    },
  );

  test('loses all that 50 cameras wrote into it: EXIF, GPS, XMP and profiles, in each format', async () => {
    const left: string[] = [];
    for (let camera = 0; camera < 50; camera++) {
      const canary = `camera-${camera}-canary`;
      const colour = { r: camera * 5, g: 90, b: 200 - camera };
      const tagged = await sharp({ create: { width: 64 + camera, height: 64, channels: 3, background: colour } })
        .withExif({
          IFD0: { Copyright: canary, Artist: canary },
          IFD2: { UserComment: canary },
          IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSMapDatum: canary },
        })
        .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${canary}</a></x:xmpmeta>`)
        .withIccProfile(camera % 2 === 0 ? 'p3' : 'srgb')
        .toFormat((['jpeg', 'png', 'webp'] as const)[camera % 3]!)
        .toBuffer();
      expect(tagged.includes(canary)).toBe(true);
      const { bytes } = await engine.normalise(tagged);
      const { exif, xmp, icc, iptc, comments } = await sharp(bytes).metadata();
      if ([exif, xmp, icc, iptc, comments].some(each => each !== undefined) || Buffer.from(bytes).includes(canary))
        left.push(canary);
    }
    expect(left).toEqual([]);
  });

  test('is converted to sRGB by its own profile', async () => {
    const colour = { create: { width: 64, height: 64, channels: 3, background: { r: 200, g: 60, b: 40 } } } as const;
    const wideGamut = await sharp(colour).withIccProfile('p3').png().toBuffer();
    const stored = await sharp(wideGamut, { ignoreIcc: true }).raw().toBuffer();
    expect(stored[0]).toBeLessThan(195);
    expectColour((await pixelsOf((await engine.normalise(wideGamut)).bytes)).at(5, 5), [200, 60, 40]);
  });

  test('lies on white where it was transparent', async () => {
    const png = await sharp({ create: { width: 64, height: 64, channels: 4, background: '#ff000000' } })
      .png()
      .toBuffer();
    expectColour((await pixelsOf((await engine.normalise(png)).bytes)).at(5, 5), [255, 255, 255]);
  });
});

/** The upright picture turned back to how a camera of this orientation stores it. */
async function storedAs(upright: Buffer, orientation: number): Promise<Buffer> {
  const image = sharp(upright);
  switch (orientation) {
    case 2:
      return image.flop().png().toBuffer();
    case 3:
      return image.rotate(180).png().toBuffer();
    case 4:
      return image.flip().png().toBuffer();
    case 5:
      return sharp(await image.rotate(90).png().toBuffer())
        .flop()
        .png()
        .toBuffer();
    case 6:
      return image.rotate(270).png().toBuffer();
    case 7:
      return sharp(await image.rotate(270).png().toBuffer())
        .flop()
        .png()
        .toBuffer();
    case 8:
      return image.rotate(90).png().toBuffer();
    default:
      return upright;
  }
}

test('every weight file is the one that NOTICE names', () => {
  const notice = readFileSync(path.join(ROOT, 'NOTICE'), 'utf8');
  const folder = path.join(ROOT, 'src', 'engine', 'weights');
  const files = readdirSync(folder).sort();
  expect(files).toHaveLength(8);
  for (const name of files) {
    const hash = createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex');
    expect(notice).toContain(`${hash}  ${name}`);
  }
});

test('the main thread never loads a decoder or a model', () => {
  const entry = path.join(__dirname, '..', 'src', 'engine', 'engine.js');
  const script = `require(${JSON.stringify(entry)});
    console.log(Object.keys(require.cache).filter(file => /[/\\\\](sharp|@img|@tensorflow)[/\\\\]/.test(file)).length)`;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('0');
});
