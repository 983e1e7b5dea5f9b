import sharp from 'sharp';
import { plainBmp } from '../../test/plain-bmp.js';
import { DarkroomError, ERRORS } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { type Sniffed, sniff, sniffUpload } from './sniff.js';

function picture(width: number, height: number): sharp.Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#8899aa' } });
}

function bytes(...parts: (string | number[] | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function chunk(type: string, body: number[] | Uint8Array = []): Buffer {
  return bytes(uint32(body.length), type, body, [0, 0, 0, 0]);
}

function png(width: number, height: number, ...between: Buffer[]): Buffer {
  const header = chunk('IHDR', [...uint32(width), ...uint32(height), 8, 2, 0, 0, 0]);
  return bytes(PNG, header, ...between, chunk('IDAT'));
}

function jpegFrame(width: number, height: number): Buffer {
  return bytes([0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3], Buffer.alloc(9));
}

function webp(type: string, body: number[]): Buffer {
  return bytes('RIFF', [0, 0, 0, 0], 'WEBP', type, [body.length, 0, 0, 0], body);
}

function webpCanvas(width: number, height: number, flags = 0): Buffer {
  const side = (value: number) => [(value - 1) & 255, ((value - 1) >> 8) & 255, (value - 1) >> 16];
  return webp('VP8X', [flags, 0, 0, 0, ...side(width), ...side(height)]);
}

/** Its directory alone: width as SHORT and height as LONG. */
function bigEndianTiff(width: number, height: number): Buffer {
  const entry = (number: number, type: number, value: number[]) => [
    0x01,
    number & 255,
    0,
    type,
    ...uint32(1),
    ...value,
  ];
  const widthEntry = entry(256, 3, [width >> 8, width & 255, 0, 0]);
  return bytes('MM', [0, 42], uint32(8), [0, 2], widthEntry, entry(257, 4, uint32(height)));
}

function changedSize(bmp: Buffer, side: number): Buffer {
  bmp.writeInt32LE(side, 18);
  bmp.writeInt32LE(side, 22);
  return bmp;
}

function refusal(file: Uint8Array, look = sniffUpload): DarkroomError {
  try {
    look(file);
  } catch (error) {
    if (DarkroomError.is(error)) return error;
    throw error;
  }
  throw new Error('The file was let in.');
}

test.each<[string, Promise<Buffer>, Sniffed['format']]>([
  ['a baseline JPEG', picture(301, 203).jpeg().toBuffer(), 'jpeg'],
  ['a progressive JPEG', picture(301, 203).jpeg({ progressive: true }).toBuffer(), 'jpeg'],
  ['a CMYK JPEG', picture(301, 203).toColourspace('cmyk').jpeg().toBuffer(), 'jpeg'],
  [
    'a JPEG with EXIF and a profile',
    picture(301, 203)
      .withExif({ IFD0: { Copyright: 'x' } })
      .withIccProfile('p3')
      .jpeg()
      .toBuffer(),
    'jpeg',
  ],
  ['a PNG', picture(301, 203).png().toBuffer(), 'png'],
  ['an interlaced palette PNG', picture(301, 203).png({ progressive: true, palette: true }).toBuffer(), 'png'],
  ['a lossy WebP', picture(301, 203).webp().toBuffer(), 'webp'],
  ['a lossless WebP', picture(301, 203).webp({ lossless: true }).toBuffer(), 'webp'],
  ['a WebP with alpha', picture(301, 203).ensureAlpha(0.5).webp().toBuffer(), 'webp'],
])('%s is measured without decoding it', async (_, made, format) => {
  const measured = { format, mime: `image/${format}`, width: 301, height: 203 };
  expect(sniffUpload(await made)).toEqual(measured);
  expect(sniff(await made)).toEqual(measured);
});

test.each<[string, Promise<Buffer> | Buffer, Sniffed['format']]>([
  ['a GIF', picture(301, 203).gif().toBuffer(), 'gif'],
  ['a TIFF', picture(301, 203).tiff().toBuffer(), 'tiff'],
  ['a TIFF with its directory at the end', picture(301, 203).tiff({ compression: 'lzw' }).toBuffer(), 'tiff'],
  ['a big-endian TIFF', bigEndianTiff(301, 203), 'tiff'],
  ['an AVIF', picture(301, 203).avif().toBuffer(), 'avif'],
  ['an AVIF with a profile', picture(301, 203).withIccProfile('p3').avif().toBuffer(), 'avif'],
  ['a BMP', plainBmp({ data: new Uint8Array(301 * 203 * 3), width: 301, height: 203 }), 'bmp'],
  [
    'a BMP from the top down',
    plainBmp({ data: new Uint8Array(301 * 203 * 3), width: 301, height: 203 }, { topDown: true }),
    'bmp',
  ],
  ['an animated PNG', png(301, 203, chunk('acTL', [0, 0, 0, 2, 0, 0, 0, 0])), 'png'],
  ['an animated WebP', webpCanvas(301, 203, 0x02), 'webp'],
])('%s that a vendor made is measured; as an upload it is refused', async (_, made, format) => {
  const file = await made;
  expect(sniff(file)).toEqual({ format, mime: `image/${format}`, width: 301, height: 203 });
  expect(refusal(file).code).toBe('UNSUPPORTED_FORMAT');
});

test('a picture that a vendor made may be of any size down to one pixel', async () => {
  expect(sniff(await picture(1, 1).png().toBuffer())).toMatchObject({ width: 1, height: 1 });
  expect(sniff(await picture(47, 900).jpeg().toBuffer())).toMatchObject({ width: 47, height: 900 });
});

test.each([
  ['a BMP of 30,000 x 30,000', changedSize(plainBmp({ data: new Uint8Array(3), width: 1, height: 1 }), 30_000)],
  ['a TIFF of 30,000 x 30,000', bigEndianTiff(30_000, 30_000)],
])('%s has too many pixels', (_, file) => {
  expect(refusal(file, sniff).code).toBe('TOO_MANY_PIXELS');
});

test.each([
  ['a TIFF without a size', bigEndianTiff(301, 203).fill(0, 10, 34)],
  ['a TIFF whose directory is beyond its end', bigEndianTiff(301, 203).subarray(0, 20)],
  ['an AVIF without a size', bytes([0, 0, 0, 0x1c], 'ftypavif', Buffer.alloc(400))],
  ['a GIF of nothing', bytes('GIF89a')],
])('%s is damaged', (_, file) => {
  expect(refusal(file, sniff).code).toBe('CORRUPT_IMAGE');
});

test('a JPEG that begins like an AVIF as well reaches no decoder', async () => {
  const jpeg = await picture(100, 80).jpeg().toBuffer();
  const both = bytes([0xff, 0xd8, 0xff, 0xfe], 'ftypavif', jpeg.subarray(2));
  expect(refusal(both).code).toBe('CORRUPT_IMAGE');
  expect(refusal(both, sniff).code).toBe('CORRUPT_IMAGE');
});

test('a view into a larger buffer is read from its own beginning', async () => {
  const file = await picture(100, 80).png().toBuffer();
  expect(sniff(bytes('garbage', file).subarray(7))).toMatchObject({ format: 'png', width: 100, height: 80 });
});

test('an empty file is called empty', () => {
  expect(refusal(new Uint8Array())).toMatchObject({ code: 'EMPTY_FILE' });
});

test.each<[string, string, Buffer | Promise<Buffer>]>([
  ['GIF', 'a GIF', picture(64, 64).gif().toBuffer()],
  ['TIFF', 'a TIFF', picture(64, 64).tiff().toBuffer()],
  ['AVIF', 'an AVIF', picture(64, 64).avif().toBuffer()],
  ['BMP', 'a BMP', bytes('BM', uint32(0), uint32(0), [0x36, 0, 0, 0, 0x28, 0, 0, 0], Buffer.alloc(40))],
  ['PDF', 'a PDF', bytes('%PDF-1.7\n')],
  ['PDF', 'a PDF after a line of something else', bytes('\n\n%PDF-1.4\n')],
  ['JPEG XL', 'a bare JPEG XL', bytes([0xff, 0x0a, 0xfa, 0x1f])],
  ['JPEG XL', 'a JPEG XL', bytes([0, 0, 0, 0x0c], 'JXL ', [0x0d, 0x0a, 0x87, 0x0a])],
  ['JPEG 2000', 'a JPEG 2000', bytes([0, 0, 0, 0x0c], 'jP  ', [0x0d, 0x0a, 0x87, 0x0a])],
  ['PSD', 'a PSD', bytes('8BPS', [0, 1])],
  ['ICO', 'an icon', bytes([0, 0, 1, 0, 1, 0, 16, 16])],
  ['SVG', 'an SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  [
    'SVG',
    'an SVG after its prolog',
    bytes([0xef, 0xbb, 0xbf], ' <?xml version="1.0"?>\n<!-- made by x -->\n<!DOCTYPE svg []>\n<svg>'),
  ],
  ['SVG', 'an SVG with a prefix', bytes('<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg">')],
  ['SVG', 'an SVG in UTF-16', Buffer.from('\ufeff<?xml version="1.0"?><svg >', 'utf16le')],
  ['animated PNG', 'an animated PNG', png(100, 100, chunk('acTL', [0, 0, 0, 2, 0, 0, 0, 0]))],
  ['animated WebP', 'an animated WebP', webpCanvas(100, 100, 0x02)],
])('%s is named when %s is refused', async (name, _, made) => {
  const error = refusal(await made);
  expect(error.code).toBe('UNSUPPORTED_FORMAT');
  expect(error.message).toContain(name);
});

test.each([
  ['HEIC', bytes([0, 0, 0, 0x24], 'ftypheic', [0, 0, 0, 0], 'mif1heic')],
  ['HEIF', bytes([0, 0, 0, 0x18], 'ftypmif1', [0, 0, 0, 0], 'mif1')],
])('%s has a code of its own, which says how an iPhone sends JPEG', (name, photo) => {
  const error = refusal(photo);
  expect(error.code).toBe('HEIC_NOT_SUPPORTED');
  expect(error.message).toMatch(new RegExp(`^The file is ${name}; .*accept="image/jpeg"`));
  const { en, zh } = ERRORS.HEIC_NOT_SUPPORTED;
  expect([en, zh]).toEqual([expect.stringContaining('Most Compatible'), expect.stringContaining('兼容性最佳')]);
});

test.each([
  ['text', bytes('hello')],
  ['one byte', bytes([0xff])],
  ['a ZIP archive', bytes('PK', [3, 4], Buffer.alloc(100))],
  ['a film', bytes([0, 0, 0, 0x18], 'ftypisom', Buffer.alloc(40))],
  ['a sound in the container of WebP', bytes('RIFF', [0, 0, 0, 0], 'WAVEfmt ')],
  ['a web page that holds an SVG', bytes('<!DOCTYPE html><html><body><svg></svg></body></html>')],
  ['zeros', Buffer.alloc(5_000)],
])('%s is no image', (_, file) => {
  expect(refusal(file).code).toBe('NOT_AN_IMAGE');
});

const TOO_MANY_PIXELS: [string, Buffer][] = [
  ['a PNG of 30,000 x 30,000', png(30_000, 30_000)],
  ['a PNG of 1 x 1,000,000,000', png(1, 1_000_000_000)],
  ['a PNG of the largest sides', png(0xffffffff, 0xffffffff)],
  ['a JPEG of 65,535 x 65,535', bytes([0xff, 0xd8], jpegFrame(65_535, 65_535))],
  ['a WebP of 16,384 x 16,384', webp('VP8L', [0x2f, 0xff, 0xff, 0xff, 0x0f])],
  ['a WebP canvas of 16,777,216 x 16,777,216', webpCanvas(2 ** 24, 2 ** 24)],
  ['one row of pixels more than allowed', png(5_000, LIMITS.image.pixels / 5_000 + 1)],
  ['one side longer than allowed', png(LIMITS.image.maxSide + 1, 100)],
];
test.each(TOO_MANY_PIXELS)('%s has too many pixels', (_, file) => {
  const error = refusal(file);
  expect(error).toMatchObject({ code: 'TOO_MANY_PIXELS', fields: [{ path: 'photo', code: 'TOO_MANY_PIXELS' }] });
});

test('the limits themselves are allowed', () => {
  expect(sniff(png(5_000, LIMITS.image.pixels / 5_000)).width).toBe(5_000);
  expect(sniff(png(LIMITS.image.maxSide, LIMITS.image.minSide)).height).toBe(LIMITS.image.minSide);
  expect(refusal(png(LIMITS.image.minSide - 1, 500)).code).toBe('TOO_FEW_PIXELS');
});

/** Divisible by the length of each unit, so that what stands behind the units would be found by whoever read so far. */
const MANY = 20_000_004;

function repeated(unit: Buffer): Buffer {
  return Buffer.alloc(MANY, unit);
}

const ENDLESS: [string, () => Buffer][] = [
  ['a JPEG of endless segments', () => bytes([0xff, 0xd8], repeated(bytes([0xff, 0xe1, 0, 2])), jpegFrame(100, 100))],
  ['a JPEG of endless fill bytes', () => bytes([0xff, 0xd8], repeated(bytes([0xff])), jpegFrame(100, 100))],
  ['a JPEG of endless restart markers', () => bytes([0xff, 0xd8], repeated(bytes([0xff, 0xd0])), jpegFrame(100, 100))],
  [
    'a PNG of endless empty chunks',
    () => bytes(PNG, png(100, 100).subarray(8, 33), repeated(chunk('tEXt')), chunk('IDAT')),
  ],
  [
    'a PNG chunk that claims 4 GB',
    () => bytes(png(100, 100).subarray(0, 33), uint32(0xfffffff0), 'zTXt', Buffer.alloc(100)),
  ],
  ['a PNG chunk of 20 MB', () => bytes(png(100, 100).subarray(0, 33), chunk('zTXt', Buffer.alloc(MANY)))],
  ['blanks and then an SVG', () => bytes(Buffer.alloc(MANY, ' '), '<svg>')],
  ['endless opening brackets', () => Buffer.alloc(MANY, '<')],
];
test.each(ENDLESS)('%s is refused without being read to its end', (_, make) => {
  const file = make();
  const reads = (['getUint8', 'getUint16', 'getUint32'] as const).map(name => jest.spyOn(DataView.prototype, name));
  expect(['CORRUPT_IMAGE', 'NOT_AN_IMAGE']).toContain(refusal(file).code);
  expect(reads.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBeLessThan(10_000);
  jest.restoreAllMocks();
});

test('each of these bombs is refused within 20 ms of the processor and 20 MB of memory', () => {
  const bombs: [string, () => Buffer][] = [
    ...TOO_MANY_PIXELS.map(([what, file]): [string, () => Buffer] => [what, () => file]),
    ...ENDLESS,
  ];
  const dear = bombs.flatMap(([what, make]) => {
    const file = make();
    // The first looks compile what they run; that is no cost of the file.
    const tries = Array.from({ length: 3 }, () => {
      const [memory, cpu] = [process.memoryUsage.rss(), process.cpuUsage()];
      refusal(file);
      const { user, system } = process.cpuUsage(cpu);
      return { ms: (user + system) / 1_000, mb: (process.memoryUsage.rss() - memory) / 1e6 };
    });
    const least = (of: 'ms' | 'mb') => Math.min(...tries.map(each => each[of]));
    return least('ms') < 20 && least('mb') < 20 ? [] : [[what, tries]];
  });
  expect(bombs.length).toBeGreaterThanOrEqual(12);
  expect(dear).toEqual([]);
});

test('a photo with 255 parts of a colour profile and a large ancillary chunk is still a photo', () => {
  const part = bytes([0xff, 0xe2, 0xff, 0xff], Buffer.alloc(0xfffd));
  expect(sniff(bytes([0xff, 0xd8], ...Array(255).fill(part), jpegFrame(640, 480))).width).toBe(640);
  expect(sniff(png(640, 480, chunk('zTXt', Buffer.alloc(1_000_000)))).width).toBe(640);
});

test('a file cut anywhere in its header is damaged, never measured', async () => {
  const jpeg = await picture(100, 80)
    .withExif({ IFD0: { Copyright: 'x' } })
    .jpeg()
    .toBuffer();
  const still = await picture(100, 80).png().toBuffer();
  const frame = jpeg.indexOf(bytes([0xff, 0xc0]));
  const files: [Buffer, number, number][] = [
    [jpeg, 3, frame + 9],
    [still, 8, still.indexOf('IDAT') + 4],
    [await picture(100, 80).webp().toBuffer(), 12, 30],
    [await picture(100, 80).webp({ lossless: true }).toBuffer(), 12, 25],
    [webpCanvas(100, 80), 12, 30],
  ];
  for (const [file, from, to] of files) {
    for (let length = from; length < to; length++) {
      expect([length, refusal(file.subarray(0, length)).code]).toEqual([length, 'CORRUPT_IMAGE']);
    }
    expect(sniff(file.subarray(0, to))).toMatchObject({ width: 100, height: 80 });
  }
});

test('10,000 headers with random damage end in a size within the limits or in an error of ours', async () => {
  const originals = [
    (
      await picture(100, 80)
        .withExif({ IFD0: { Copyright: 'x' } })
        .jpeg()
        .toBuffer()
    ).subarray(0, 700),
    await picture(100, 80).png().toBuffer(),
    await picture(100, 80).webp().toBuffer(),
    webpCanvas(100, 80),
  ];
  let state = 1;
  const random = (below: number) => {
    state = (state * 48_271) % 0x7fffffff;
    return state % below;
  };
  let measured = 0;
  for (let round = 0; round < 10_000; round++) {
    const file = Buffer.from(originals[round % originals.length]!);
    for (let flips = random(6); flips >= 0; flips--) file[random(Math.min(file.length, 200))] = random(256);
    try {
      const { width, height } = sniff(file.subarray(0, file.length - random(20)));
      expect(width * height).toBeLessThanOrEqual(LIMITS.image.pixels);
      measured++;
    } catch (error) {
      if (!DarkroomError.is(error)) throw error;
    }
  }
  expect(measured).toBeGreaterThan(100);
});
