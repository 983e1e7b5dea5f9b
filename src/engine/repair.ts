import { LIMITS } from '../kernel/limits.js';
import { decodeWhole } from './decode.js';
import { denoise, estimateNoise } from './denoise.js';
import { encodeJpeg } from './encode.js';
import { inpaint } from './inpainting.js';
import type { Picture } from './picture.js';
import { downscale, type RgbImage, sharpOf } from './pixels.js';
import type { Plane } from './plane.js';
import { findScratches } from './scratches.js';
import { segmentPeople } from './segmentation.js';
import { findStains } from './stains.js';

/**
 * Window of the median filter relative to the shorter side, at least 9 and odd. Wider than a scratch, narrower than the
 * features of a face.
 */
const MEDIAN_SHARE = 1 / 60;
/** Less noise than this is normal for a camera. Removing it would only smear skin. */
const MIN_NOISE = 3;
/**
 * A print fades from both ends: its black is no longer black, and it has little between that and its white. Of ten good
 * portraits the black of none was above 13, and none had less than 206 between the two.
 */
const FADED = { black: 24, range: 180 } as const;
/** Share of the pixels that may become black, and white, when the levels of a faded picture are stretched. */
const CLIPPED = 0.005;
/** Limit of the stretch. A picture that is almost black or white as a whole is meant to be so. */
const MAX_GAIN = 2.2;

/**
 * Repairs what needs no invention: fills bright scratches and round stains, removes grain, stretches faded levels. It
 * does not touch folds, missing parts and colours, nor a picture that has none of these faults. A picture above LIMITS.engine.repairPixels comes back at that size.
 * Errors: CORRUPT_IMAGE.
 */
export async function repair(bytes: Uint8Array): Promise<Picture> {
  const { image: whole, dpi } = await decodeWhole(bytes);
  const scale = Math.sqrt(LIMITS.engine.repairPixels / (whole.width * whole.height));
  let image = await downscale(whole, scale);
  const grey = greyOf(image);
  const people = await segmentPeople(image);
  const damaged = findScratches(grey, await medianOf(image), people);
  const stains = await findStains(image, people);
  for (let i = 0; i < damaged.length; i++) damaged[i]! |= stains[i]!;
  if (damaged.includes(1)) inpaint(image, damaged);
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
  if (darkest < FADED.black || lightest - darkest > FADED.range) return;
  const gain = Math.min(MAX_GAIN, 255 / Math.max(1, lightest - darkest));
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
