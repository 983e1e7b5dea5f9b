import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { lacksJpegEnd } from '../kernel/jpeg.js';
import { ROOT } from '../kernel/paths.js';
import { withoutLostLines } from './cut-jpeg.js';
import { normalise } from './decode.js';

const SIZE = { width: 600, height: 900 };
const portrait = sharp(readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'))).resize({
  ...SIZE,
  fit: 'fill',
});
const jpeg = (options: sharp.JpegOptions = {}) =>
  portrait
    .clone()
    .jpeg({ quality: 90, ...options })
    .toBuffer();
const raw = (bytes: Uint8Array, height: number) =>
  sharp(bytes, { failOn: 'none' }).extract({ left: 0, top: 0, width: SIZE.width, height }).raw().toBuffer();

test.each([
  ['4:2:0', { chromaSubsampling: '4:2:0' }],
  ['4:4:4', { chromaSubsampling: '4:4:4' }],
])('of a JPEG (%s) that lacks its last 3 %% the lines that are there are kept, and no others', async (_, options) => {
  const whole = await jpeg(options);
  const cut = whole.subarray(0, Math.floor(whole.length * 0.97));
  const { bytes, lost } = await withoutLostLines(cut);
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThanOrEqual(90);
  const left = SIZE.height - lost;
  // Readers that are stricter than ours take it, too.
  const { height } = await sharp(bytes, { failOn: 'error' }).metadata();
  expect(height).toBe(left);
  // Colours of half the resolution are smoothed with the line below, which the last one has not.
  expect((await raw(bytes, left - 1)).equals(await raw(whole, left - 1))).toBe(true);
  // Two more rows of blocks are not all there.
  const more = Math.min(SIZE.height, left + 32);
  expect((await raw(cut, more)).equals(await raw(whole, more))).toBe(false);
  expect(await normalise(cut)).toMatchObject({ width: SIZE.width, height: left, truncated: true });
});

test('one that lacks its last marker alone has lost nothing', async () => {
  const whole = await jpeg();
  const { bytes, lost } = await withoutLostLines(whole.subarray(0, -2));
  expect([lost, Buffer.from(bytes).equals(whole)]).toEqual([0, true]);
  expect(await normalise(whole.subarray(0, -2))).toMatchObject({ height: SIZE.height, truncated: false });
});

test('a whole one, one with something behind its end, and other formats come back as they are', async () => {
  const whole = await jpeg();
  for (const bytes of [whole, Buffer.concat([whole, Buffer.alloc(100)]), await portrait.clone().png().toBuffer()])
    expect(await withoutLostLines(bytes)).toEqual({ bytes, lost: 0 });
  expect(await normalise(whole)).toMatchObject({ truncated: false });
});

test('less than nine tenths, and a progressive one, are refused', async () => {
  const whole = await jpeg();
  const progressive = await jpeg({ progressive: true });
  for (const cut of [
    whole.subarray(0, Math.floor(whole.length * 0.6)),
    whole.subarray(0, 700),
    progressive.subarray(0, Math.floor(progressive.length * 0.97)),
  ])
    await expect(normalise(cut)).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
});

test('an end is looked for behind the picture, not in its thumbnail', async () => {
  const whole = await jpeg();
  const thumbnail = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 6]), Buffer.from([0xff, 0xd8, 0xff, 0xd9])]);
  const cut = Buffer.concat([whole.subarray(0, 2), thumbnail, whole.subarray(2, -2)]);
  expect(lacksJpegEnd(cut)).toBe(true);
  expect(lacksJpegEnd(whole)).toBe(false);
});
