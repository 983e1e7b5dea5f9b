import sharp from 'sharp';
import { LIMITS } from '../kernel/limits.js';
import type { Analysis } from './analysis.js';
import { jobPixels, picturePixels } from './job-pixels.js';

const picture = () => sharp({ create: { width: 300, height: 201, channels: 4, background: '#ff000080' } });

test.each([
  ['JPEG', () => picture().jpeg()],
  ['PNG', () => picture().png()],
  ['WebP, lossy', () => picture().removeAlpha().webp()],
  ['WebP, lossless', () => picture().removeAlpha().webp({ lossless: true })],
  ['WebP with alpha', () => picture().webp()],
])('the pixels of a %s are read from its header', async (_format, encode) => {
  expect(picturePixels(await encode().toBuffer())).toBe(300 * 201);
});

test('what is not read here, or lies, counts as the largest picture', async () => {
  const png = await picture().png().toBuffer();
  png.writeUInt32BE(2_000_000_000, 16);
  const gif = await picture().gif().toBuffer();
  for (const bytes of [png, gif, new Uint8Array(0), Buffer.from('RIFF')]) {
    expect(picturePixels(bytes)).toBe(LIMITS.image.pixels);
  }
});

test('a job costs what it decodes', async () => {
  const bytes = await picture().jpeg().toBuffer();
  const analysis = { source: { width: 40, height: 50 } } as Analysis;
  const options = { widthPx: 295, heightPx: 413, dpi: 300, headRatio: 0.6, backgrounds: [] };
  expect(jobPixels({ kind: 'normalise', bytes })).toBe(300 * 201);
  expect(jobPixels({ kind: 'render', analysis, id: 1, options })).toBe(2_000);
  expect(jobPixels({ kind: 'join bands', bands: [], plan: { width: 30, height: 20, dpi: null, bands: 1 } })).toBe(600);
});
