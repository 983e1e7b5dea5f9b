import { LIMITS } from '../kernel/limits.js';
import { decodeWhole } from './decode.js';
import { denoise, estimateNoise } from './denoise.js';
import { encodeJpeg } from './encode.js';
import { inpaint } from './inpainting.js';
import type { Picture } from './picture.js';
import { downscale, type RgbImage, sharpOf } from './pixels.js';
import type { Plane } from './plane.js';
import { findScratches } from './scratches.js';

/**
 * Window of the median filter relative to the shorter side, at least 9 and odd. Wider than a scratch, narrower than the
 * features of a face.
 */
const MEDIAN_SHARE = 1 / 60;
/** Less noise than this is normal for a camera. Removing it would only smear skin. */
const MIN_NOISE = 3;
/** Share of the pixels that may become black, and white, when the levels of a faded picture are stretched. */
const CLIPPED = 0.005;
/** Limit of the stretch. A picture that is almost black or white as a whole is meant to be so. */
const MAX_GAIN = 2.2;

/**
 * Repairs what needs no invention: fills bright scratches, removes grain, stretches faded levels. It does not touch
 * folds, missing parts and colours. A picture above LIMITS.engine.repairPixels comes back at that size.
 * Errors: CORRUPT_IMAGE.
 */
export async function repair(bytes: Uint8Array): Promise<Picture> {
  const { image: whole, dpi } = await decodeWhole(bytes);
  const scale = Math.sqrt(LIMITS.engine.repairPixels / (whole.width * whole.height));
  let image = await downscale(whole, scale);
  const grey = greyOf(image);
  const scratches = findScratches(grey, await medianOf(image));
  inpaint(image, scratches);
  const repaired = greyOf(image);
  const noise = estimateNoise(repaired);
  if (noise >= MIN_NOISE) image = denoise(image, repaired, noise);
  stretchLevels(image);
  return encodeJpeg(image, dpi);
}

function greyOf({ data, width, height }: RgbImage): Plane {
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * data[i * 3]! + 0.587 * data[i * 3 + 1]! + 0.114 * data[i * 3 + 2]!;
  }
  return { data: grey, width, height };
}

async function medianOf(image: RgbImage): Promise<Plane> {
  const { width, height } = image;
  const side = Math.max(9, Math.round(Math.min(width, height) * MEDIAN_SHARE) | 1);
  const { data } = await sharpOf(image).greyscale().median(side).raw().toBuffer({ resolveWithObject: true });
  return { data: Float32Array.from(data), width, height };
}

/** Applies the same stretch to all three channels, so that a colour keeps its hue. In place. */
function stretchLevels(image: RgbImage): void {
  const grey = greyOf(image).data;
  const counts = new Uint32Array(256);
  for (const value of grey) counts[Math.round(value)]!++;
  const darkest = percentile(counts, grey.length * CLIPPED);
  const lightest = percentile(counts, grey.length * (1 - CLIPPED));
  const gain = Math.min(MAX_GAIN, 255 / Math.max(1, lightest - darkest));
  if (gain <= 1.02) return;
  const middle = (darkest + lightest) / 2;
  for (let i = 0; i < image.data.length; i++) {
    image.data[i] = Math.min(255, Math.max(0, Math.round(127.5 + (image.data[i]! - middle) * gain)));
  }
}

function percentile(counts: Uint32Array, rank: number): number {
  let seen = 0;
  for (let value = 0; value < 256; value++) {
    seen += counts[value]!;
    if (seen > rank) return value;
  }
  return 255;
}
