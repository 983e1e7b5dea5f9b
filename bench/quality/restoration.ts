import { decodeWhole } from '../../src/engine/decode.js';
import { encodeJpeg } from '../../src/engine/encode.js';
import { cropImage, type RgbImage, resize } from '../../src/engine/pixels.js';
import { repair } from '../../src/engine/repair.js';
import { enlargeBand, joinBands, planEnlargement } from '../../src/engine/super-resolution.js';
import { BACKDROPS, randomFrom } from './backdrops.js';
import { composite } from './composites.js';
import type { Section } from './section.js';

const SIDE = 160;
const STAINS = 8;
const COLOURS = [
  [112, 78, 40],
  [245, 243, 238],
  [70, 60, 45],
] as const;

/** An undamaged portrait has to stay, stains have to go, and what was reduced has to come back better than by a filter. */
export const restoration: Section = {
  name: 'restoration',
  what: 'mean squared error of an undamaged portrait beside that of its JPEG; share of stains left, and of the error of bicubic enlarging (%)',
  run: async ({ cutouts, showPhoto }) => {
    const rows: Awaited<ReturnType<Section['run']>> = {};
    for (const cutout of cutouts) {
      const good = cutout.photo;
      const plain = composite(cutout, await BACKDROPS.plain!(cutout));
      const stained = withStains(plain, cutout.alpha);
      const png = (image: RgbImage) => encodeJpeg(image, null);
      const repaired = (await decodeWhole((await repair((await png(stained.image)).bytes)).bytes)).image;
      const kept = (await decodeWhole((await repair((await png(good)).bytes)).bytes)).image;
      const jpeg = (await decodeWhole((await png(good)).bytes)).image;
      rows[cutout.name] = {
        undamaged: squaredError(kept, jpeg),
        stains: (100 * errorAt(repaired, plain, stained.pixels)) / errorAt(stained.image, plain, stained.pixels),
        enlarged: 100 * (await enlargementError(good)),
      };
      await showPhoto(`${cutout.name} stained`, (await png(stained.image)).bytes);
      await showPhoto(`${cutout.name} repaired`, (await png(repaired)).bytes);
    }
    return rows;
  },
};

/** Discs beside the person, where an old print shows them most. */
function withStains(image: RgbImage, alpha: Float32Array): { image: RgbImage; pixels: number[] } {
  const { width, height } = image;
  const random = randomFrom(11);
  const data = Uint8Array.from(image.data);
  const pixels: number[] = [];
  const centres: [x: number, y: number][] = [];
  for (let made = 0; made < STAINS; ) {
    const radius = Math.min(width, height) * (0.008 + 0.016 * random());
    const [x, y] = [width * (0.06 + 0.88 * random()), height * (0.06 + 0.88 * random())];
    const isApart = centres.every(([cx, cy]) => Math.hypot(x - cx, y - cy) > radius * 5);
    if (!isApart || !isBeside(alpha, width, height, x, y, radius * 3)) continue;
    centres.push([x, y]);
    const colour = COLOURS[made++ % COLOURS.length]!;
    for (let i = 0; i < width * height; i++) {
      if (Math.hypot((i % width) - x, Math.floor(i / width) - y) > radius) continue;
      pixels.push(i);
      data.set(colour, i * 3);
    }
  }
  return { image: { data, width, height }, pixels };
}

function isBeside(alpha: Float32Array, width: number, height: number, x: number, y: number, reach: number): boolean {
  for (let row = Math.max(0, Math.floor(y - reach)); row < Math.min(height, y + reach); row++) {
    for (let column = Math.max(0, Math.floor(x - reach)); column < Math.min(width, x + reach); column++) {
      if (alpha[row * width + column]! > 0.05) return false;
    }
  }
  return true;
}

function errorAt(image: RgbImage, truth: RgbImage, pixels: readonly number[]): number {
  let sum = 0;
  for (const i of pixels) {
    for (let c = 0; c < 3; c++) sum += Math.abs(image.data[i * 3 + c]! - truth.data[i * 3 + c]!);
  }
  return sum / pixels.length;
}

function squaredError(a: RgbImage, b: RgbImage): number {
  return a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0) / a.data.length;
}

/** A part from the middle, reduced to a half and enlarged again. */
async function enlargementError(photo: RgbImage): Promise<number> {
  const [left, top] = [Math.round(photo.width / 2 - SIDE), Math.round(photo.height / 3 - SIDE / 2)];
  const truth = cropImage(photo, { left, top, right: left + 2 * SIDE, bottom: top + 2 * SIDE });
  const small = await encodeJpeg(await resize(truth, SIDE, SIDE), null);
  const plan = await planEnlargement(small.bytes);
  const bands = [await enlargeBand(small.bytes, plan, 0)];
  const enlarged = (await decodeWhole((await joinBands(bands, plan)).bytes)).image;
  const filtered = await resize((await decodeWhole(small.bytes)).image, 2 * SIDE, 2 * SIDE);
  return squaredError(enlarged, truth) / squaredError(filtered, truth);
}
