import { analyse } from '../../src/engine/analyse.js';
import type { Analysis } from '../../src/engine/analysis.js';
import { encodeJpeg } from '../../src/engine/encode.js';
import { insidePhoto } from '../../src/engine/head-frame.js';
import { type RgbImage, warp } from '../../src/engine/pixels.js';
import type { Plane } from '../../src/engine/plane.js';
import { DarkroomError } from '../../src/kernel/errors.js';
import { type AlphaError, alphaError } from './alpha-error.js';
import { BACKDROPS } from './backdrops.js';
import type { Cutout } from './portraits.js';
import type { Figures, Section } from './section.js';

/** Each portrait in front of each backdrop, and how far the engine's cut-out is from the matte that made the picture. */
export const composites: Section = {
  name: 'composites',
  what: 'cut-out against a known matte (thousandths; colour spill 0..255)',
  run: async ({ cutouts, show }) => {
    const rows: Record<string, Figures> = {};
    for (const cutout of cutouts) {
      for (const [name, backdrop] of Object.entries(BACKDROPS)) {
        const picture = composite(cutout, await backdrop(cutout));
        const bytes = (await encodeJpeg(picture, null)).bytes;
        const analysis = await analyse(bytes, 'near', true).catch((error: unknown) => {
          if (error instanceof DarkroomError) return undefined;
          throw error;
        });
        // A refusal is worth a patch of a tenth of the person; MULTIPLE_FACES is right where the second face is large.
        if (!analysis) {
          rows[`${cutout.name} ${name}`] = { refused: 100 };
          continue;
        }
        const { patches, band, gradient, mae, spill } = errorOf(analysis, cutout);
        rows[`${cutout.name} ${name}`] = {
          mae,
          band,
          gradient,
          patches,
          spill,
          doubt: 100 * (1 - analysis.facts.matteQuality),
        };
        await show(`${cutout.name} ${name}`, analysis);
      }
    }
    return rows;
  },
};

export function composite({ photo: { width, height }, alpha, colours }: Cutout, behind: RgbImage): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i]!;
    for (let c = 0; c < 3; c++) {
      data[i * 3 + c] = Math.round(colours[i * 3 + c]! * a + behind.data[i * 3 + c]! * (1 - a));
    }
  }
  return { data, width, height };
}

/** The truth, moved into the frame of the analysis, beside what the analysis found. */
export function errorOf(analysis: Analysis, cutout: Cutout): AlphaError & { spill: number } {
  const { frame } = analysis;
  const { width, height } = frame;
  const inFrame = (values: ArrayLike<number>, gain: number, channel: (c: number) => number): RgbImage => {
    const image = { data: new Uint8Array(cutout.alpha.length * 3), ...sizeOf(cutout) };
    for (let i = 0; i < image.data.length; i++) {
      image.data[i] = Math.round(values[channel(i)]! * gain);
    }
    return warp(image, width, height, frame.toPhoto);
  };
  const alphaImage = inFrame(cutout.alpha, 255, i => Math.floor(i / 3));
  const colours = inFrame(cutout.colours, 1, i => i);
  const truth: Plane = { data: new Float32Array(width * height), width, height };
  const found: Plane = { data: new Float32Array(width * height), width, height };
  const valid = new Uint8Array(width * height);
  for (let i = 0; i < valid.length; i++) {
    truth.data[i] = alphaImage.data[i * 3]! / 255;
    found.data[i] = analysis.alpha[i]! / 255;
    valid[i] = insidePhoto(frame, [(i % width) + 0.5, Math.floor(i / width) + 0.5]) ? 1 : 0;
  }
  return { ...alphaError(found, truth, valid), spill: spillOf(analysis, truth, colours) };
}

function sizeOf({ photo: { width, height } }: Cutout) {
  return { width, height };
}

/** How far the colours of soft hair are from the person's own: the old wall shines through. Weighted by both alphas. */
function spillOf(analysis: Analysis, truth: Plane, colours: RgbImage): number {
  const { frame, source, toSource, correction, alpha } = analysis;
  const { width, height } = frame;
  const toPhoto = frame.toPhoto;
  const photo = warp(source, width, height, {
    ...toPhoto,
    x0: toPhoto.x0 * toSource.xx + toSource.x0,
    y0: toPhoto.y0 * toSource.yy + toSource.y0,
    xx: toPhoto.xx * toSource.xx,
    xy: toPhoto.xy * toSource.xx,
    yx: toPhoto.yx * toSource.yy,
    yy: toPhoto.yy * toSource.yy,
  });
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < alpha.length; i++) {
    const t = truth.data[i]!;
    const weight = Math.min(t, alpha[i]! / 255) * (t > 0.05 && t < 0.95 ? 1 : 0);
    if (weight === 0) continue;
    for (let c = 0; c < 3; c++) {
      const own = Math.min(255, Math.max(0, photo.data[i * 3 + c]! + correction[i * 3 + c]!));
      sum += (weight * Math.abs(own - colours.data[i * 3 + c]!)) / 3;
    }
    weights += weight;
  }
  return sum / Math.max(1, weights);
}
