import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { Engine } from '../src/engine/engine.js';
import { ROOT } from '../src/kernel/paths.js';
import { silentLog } from './store-setup.js';

const portrait = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));

let engine: Engine;
beforeAll(() => {
  engine = new Engine({ workers: 1, log: silentLog });
});
afterAll(() => engine.close());
jest.setTimeout(150_000);

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

function squaredError(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

const ofPortrait = (left: number, top: number, width: number, height: number) =>
  sharp(portrait).extract({ left, top, width, height }).removeAlpha().png().toBuffer();

describe('repair', () => {
  const SIDE = 240;
  /** Faded to half its range, grain, and three scratches that cross. */
  async function damaged() {
    const grey = await sharp(await ofPortrait(110, 0, SIDE, SIDE))
      .greyscale()
      .raw()
      .toBuffer();
    const truth = Buffer.from([...grey].flatMap(value => [value, value, value]));
    const old = Buffer.from(truth);
    let seed = 7;
    for (let i = 0; i < SIDE * SIDE; i++) {
      seed = (seed * 16_807) % 2_147_483_647;
      const grain = ((seed % 1_000) / 1_000 - 0.5) * 34;
      old.fill(Math.round(70 + truth[i * 3]! * 0.5 + grain), i * 3, i * 3 + 3);
    }
    const scratches = new Set<number>();
    for (let y = 30; y < 200; y++) {
      for (const x of [60 + (y >> 3), 150 - (y >> 1), 215 - (y >> 2)]) {
        for (const i of [y * SIDE + x, y * SIDE + x + 1]) scratches.add(i);
      }
    }
    for (const i of scratches) old.fill(245, i * 3, i * 3 + 3);
    const bytes = await sharp(old, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toBuffer();
    return { truth, old, scratches, bytes };
  }

  test('fills scratches, takes out grain and brings back black and white', async () => {
    const { truth, old, scratches, bytes } = await damaged();
    const repaired = await engine.repair(bytes);
    expect([repaired.mime, repaired.width, repaired.height]).toEqual(['image/jpeg', SIDE, SIDE]);
    const { data } = await pixelsOf(repaired.bytes);
    const tooBright = (picture: Uint8Array) =>
      [...scratches].reduce((sum, i) => sum + picture[i * 3]! - truth[i * 3]!, 0) / scratches.size;
    expect(tooBright(old)).toBeGreaterThan(90);
    expect(tooBright(data)).toBeLessThan(25);
    const gain = squaredError(old, truth) / squaredError(data, truth);
    expect(10 * Math.log10(gain)).toBeGreaterThan(3.5);
    const sorted = Uint8Array.from(data).sort();
    expect(sorted[Math.floor(sorted.length * 0.02)]).toBeLessThan(30);
    expect(sorted[Math.floor(sorted.length * 0.98)]).toBeGreaterThan(215);
    const roughness = (picture: Uint8Array) => {
      let sum = 0;
      for (let y = 6; y < 26; y++) {
        for (let x = 200; x < 230; x++) {
          sum += Math.abs(picture[(y * SIDE + x) * 3]! - picture[(y * SIDE + x + 1) * 3]!);
        }
      }
      return sum;
    };
    expect(roughness(data)).toBeLessThan(roughness(old) / 2);
  });

  test('takes bright stripes for a pattern, not for scratches', async () => {
    const stripes = Buffer.from(Array.from({ length: SIDE * SIDE }, (_, i) => ((i % SIDE) % 12 < 3 ? 240 : 15)));
    const bytes = await sharp(stripes, { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .png()
      .toBuffer();
    const { data } = await pixelsOf((await engine.repair(bytes)).bytes);
    expect(data[(100 * SIDE + 121) * 3]).toBeGreaterThan(200);
  });

  test('leaves a good photo as it is, but for what JPEG changes', async () => {
    const { data: before, ...size } = await pixelsOf(await sharp(portrait).removeAlpha().png().toBuffer());
    const { data: after } = await pixelsOf((await engine.repair(portrait)).bytes);
    const { data: again } = await pixelsOf(await sharp(portrait).removeAlpha().jpeg({ quality: 95 }).toBuffer());
    expect(squaredError(after, before)).toBeLessThan(1.3 * squaredError(again, before));
    expect(size.width).toBe(512);
  });

  test('leaves the contrast of a photo that is soft, and not faded', async () => {
    const soft = await sharp(portrait).removeAlpha().linear(0.85, 5).png().toBuffer();
    const [before, after] = await Promise.all([soft, (await engine.repair(soft)).bytes].map(pixelsOf));
    expect(meanDifference(after!.data, before!.data)).toBeLessThan(2);
  });

  test('takes round stains off a wall', async () => {
    const { data, width, height } = await pixelsOf(await ofPortrait(80, 0, 290, 200));
    const truth = Buffer.from(data);
    const spots = [
      [40, 40, 7],
      [245, 40, 9],
      [250, 110, 6],
    ] as const;
    const inside = (i: number) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return spots.some(([cx, cy, radius]) => Math.hypot(x - cx, y - cy) < radius);
    };
    const pixels = Array.from({ length: width * height }, (_, i) => i).filter(inside);
    for (const i of pixels) data.set([112, 78, 40], i * 3);
    const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const repaired = await pixelsOf((await engine.repair(bytes)).bytes);
    const error = (picture: Uint8Array) =>
      pixels.reduce((sum, i) => sum + Math.abs(picture[i * 3]! - truth[i * 3]!), 0) / pixels.length;
    expect(error(data)).toBeGreaterThan(50);
    expect(error(repaired.data)).toBeLessThan(15);
  });
});
