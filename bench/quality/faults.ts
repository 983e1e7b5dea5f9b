import { analyse } from '../../src/engine/analyse.js';
import { encodeJpeg } from '../../src/engine/encode.js';
import type { IdPhotoOptions, RenderedPhoto } from '../../src/engine/photo.js';
import { cropImage, type RgbImage, rgbOf, sharpOf } from '../../src/engine/pixels.js';
import { renderPhotos } from '../../src/engine/render.js';
import { DarkroomError } from '../../src/kernel/errors.js';
import { BACKDROPS } from './backdrops.js';
import { composite } from './composites.js';
import type { Cutout } from './portraits.js';
import type { Figures, Section } from './section.js';

const ONE_INCH: IdPhotoOptions = {
  widthPx: 295,
  heightPx: 413,
  dpi: 300,
  headRatio: 0.62,
  topMargin: 0.085,
  backgrounds: [{ kind: 'solid', hex: '#438EDB' }],
};

interface Fault {
  /** Codes that have to come: warnings, or the error. What is in neither list is wrong. */
  expected: readonly string[];
  /** Codes that may come beside them. */
  allowed?: readonly string[];
  make(photo: RgbImage, cutout: Cutout): RgbImage | Promise<RgbImage>;
}

/** A megapixel is the measure of a blur, so that it looks the same on a photo of any size. */
const perMegapixel = ({ width, height }: RgbImage) => Math.sqrt((width * height) / 1e6);
const blur = (sigma: number) => (photo: RgbImage) => rgbOf(sharpOf(photo).blur(sigma * perMegapixel(photo)));
const curve = (map: (value: number) => number) => (photo: RgbImage) => ({
  ...photo,
  data: photo.data.map(value => 255 * map(value / 255)),
});

/** Faults made of a portrait before a plain wall, which itself has none. */
const FAULTS: Record<string, Fault> = {
  none: { expected: [], make: photo => photo },
  'blur 4': { expected: ['BLURRED'], make: blur(4) },
  'blur 8': { expected: ['BLURRED'], allowed: ['LOW_CUTOUT_QUALITY'], make: blur(8) },
  third: { expected: ['DARK'], make: curve(value => value / 3) },
  'face at the edge': {
    expected: ['FACE_CUT_OFF'],
    make: (photo, { alpha }) => part(photo, { left: middleOfHead(photo, alpha) - Math.round(photo.width * 0.06) }),
  },
  'half face': {
    expected: ['NO_FACE'],
    make: (photo, { alpha }) => part(photo, { left: middleOfHead(photo, alpha) }),
  },
  'second face': {
    expected: ['MULTIPLE_FACES'],
    allowed: ['LOW_CUTOUT_QUALITY', 'SHOULDER_CUT'],
    make: async (_, cutout) => composite(cutout, await BACKDROPS.second!(cutout)),
  },
};

/** Planted faults: each is to be named, and no other. */
export const faults: Section = {
  name: 'faults',
  what: 'planted faults: 100 where one is missed, 100 for each that is named and was not planted',
  run: async ({ cutouts }) => {
    const rows: Record<string, Figures> = {};
    for (const cutout of cutouts) {
      const photo = composite(cutout, await BACKDROPS.plain!(cutout));
      // What the portrait itself has, such as a shoulder at the edge of the picture, is no planted fault.
      const own = await codesOf(photo);
      for (const [name, { expected, allowed = [], make }] of Object.entries(FAULTS)) {
        const codes = await codesOf(await make(photo, cutout));
        const known = new Set([...expected, ...allowed, ...(name === 'none' ? [] : own)]);
        rows[`${cutout.name} ${name}`] = {
          missed: 100 * expected.filter(code => !codes.includes(code)).length,
          wrong: 100 * codes.filter(code => !known.has(code)).length,
        };
      }
    }
    return rows;
  },
};

async function codesOf(photo: RgbImage): Promise<string[]> {
  try {
    const analysis = await analyse((await encodeJpeg(photo, null)).bytes, 'near', true);
    const rendered: RenderedPhoto[] = [];
    await renderPhotos(analysis, ONE_INCH, each => rendered.push(each));
    // The portrait of the fixtures is small: this is no fault of the engine.
    return rendered[0]!.warnings.filter(warning => warning !== 'LOW_RESOLUTION');
  } catch (error) {
    if (error instanceof DarkroomError) return [error.code];
    throw error;
  }
}

function part(photo: RgbImage, { left }: { left: number }): RgbImage {
  return cropImage(photo, { left, top: 0, right: photo.width, bottom: photo.height });
}

/** The column that halves the upper rows of the person. */
function middleOfHead({ width }: RgbImage, alpha: Float32Array): number {
  const first = Math.floor(alpha.findIndex(value => value > 0.9) / width);
  let sum = 0;
  let weights = 0;
  for (let i = first * width; i < (first + Math.round(width * 0.12)) * width; i++) {
    sum += alpha[i]! * (i % width);
    weights += alpha[i]!;
  }
  return Math.round(sum / weights);
}
