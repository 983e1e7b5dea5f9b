import sharp from 'sharp';
import { jpegSegments, jpegSize } from './jpeg.js';

const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#808080' } });

const FRAME = Buffer.from('ffc0000b08000a001401011100', 'hex');
const file = (...parts: (Buffer | string)[]) =>
  Buffer.concat([Buffer.from('ffd8', 'hex'), ...parts.map(part => Buffer.from(part as string, 'hex'))]);
const markersOf = (jpeg: Uint8Array) => [...jpegSegments(jpeg)].map(({ marker }) => marker.toString(16));

describe('the size of a JPEG', () => {
  test.each([true, false])('is read from its frame header (progressive: %s)', async progressive => {
    const jpeg = await photo(301, 417).withMetadata({ density: 300 }).jpeg({ progressive }).toBuffer();
    expect(jpegSize(jpeg)).toEqual({ width: 301, height: 417 });
  });

  test('is found behind fill bytes, tables and markers that stand alone', () => {
    expect(jpegSize(file('ffffff01', 'ffd0', 'ffc40004aabb', FRAME))).toEqual({ width: 20, height: 10 });
  });

  test('is read from a view into a larger buffer', () => {
    const jpeg = file(FRAME);
    expect(jpegSize(Buffer.concat([Buffer.alloc(7), jpeg]).subarray(7))).toEqual({ width: 20, height: 10 });
  });

  test('is unknown where there is no frame header, or it is cut', async () => {
    expect(jpegSize(await photo(10, 10).png().toBuffer())).toBeUndefined();
    const jpeg = file('ffe00004aabb', FRAME);
    const frameAt = jpeg.length - FRAME.length;
    for (let length = 0; length < frameAt + 9; length++) expect(jpegSize(jpeg.subarray(0, length))).toBeUndefined();
    expect(jpegSize(jpeg.subarray(0, frameAt + 9))).toBeDefined();
  });

  test.each([
    ['a scan before the frame', 'ffda0002'],
    ['an end before the frame', 'ffd9'],
    ['a byte that is no marker', '00'],
    ['a stuffed byte', 'ff00'],
  ])('is unknown behind %s', (_, before) => {
    expect(jpegSize(file(before, FRAME))).toBeUndefined();
  });

  test('is not looked for beyond 4,096 segments or fill bytes', () => {
    expect(jpegSize(file('ffe10002'.repeat(4_095), FRAME))).toBeDefined();
    expect(jpegSize(file('ffe10002'.repeat(4_096), FRAME))).toBeUndefined();
    expect(jpegSize(file('ff'.repeat(4_096), FRAME))).toBeUndefined();
  });
});

describe('the segments of a JPEG', () => {
  test('cover the file, each scan with its data, and end with the image', async () => {
    const jpeg = await photo(64, 64).jpeg({ progressive: true }).toBuffer();
    const segments = [...jpegSegments(Buffer.concat([jpeg, Buffer.from('ffe00002', 'hex')]))];
    expect(segments[0]!.start).toBe(2);
    for (const [index, { end }] of segments.entries()) {
      expect(end).toBe(segments[index + 1]?.start ?? jpeg.length - 2);
    }
    expect(segments.filter(({ marker }) => marker === 0xda).length).toBeGreaterThan(1);
  });

  test('skip bytes that are no marker', () => {
    expect(markersOf(file('0000ffffe00002', 'ff00', 'ffd3', FRAME))).toEqual(['e0', 'c0']);
  });

  test('stop at the end of a file that is cut', () => {
    const jpeg = file('ffe00004aabb', FRAME, 'ffda0002aabbff');
    for (let length = 0; length <= jpeg.length; length++) {
      for (const { start, end } of jpegSegments(jpeg.subarray(0, length))) expect(end).toBeGreaterThan(start);
    }
    expect(markersOf(jpeg)).toEqual(['e0', 'c0', 'da']);
    expect(markersOf(jpeg.subarray(0, 5))).toEqual([]);
  });
});
