import { closedFormMatte } from './closed-form.js';
import { estimateColours } from './foreground.js';
import type { FacePosition } from './head-position.js';
import { rateMatte, readSigns } from './matte-quality.js';
import type { RgbImage } from './pixels.js';
import type { Plane } from './plane.js';
import { segmentPerson } from './segmentation.js';
import { makeTrimap } from './trimap.js';
import { removeVeils } from './veils.js';

export interface Matte {
  /** 0..1. */
  alpha: Plane;
  /** The person's own colours, without the background's. 0..1, three values a pixel. */
  foreground: Float32Array;
  /** 0..1; see `rateMatte`. */
  quality: number;
}

/** `bystanders` are the other faces, which the cut-out must not contain. */
export async function extractMatte(
  image: RgbImage,
  face: FacePosition,
  bystanders: readonly FacePosition[],
): Promise<Matte> {
  const person = await segmentPerson(image, face, bystanders);
  const trimap = makeTrimap(image, person, face);
  const alpha = { data: closedFormMatte(image, trimap), width: image.width, height: image.height };
  clipAlpha(alpha.data);
  removeVeils(alpha, face);
  const colours = estimateColours(image, alpha);
  return { alpha, foreground: colours.foreground, quality: rateMatte(readSigns(alpha, person, face)) };
}

/**
 * Alphas near 0 and 1 are noise of the solver: a veil of the old room around the head, pinholes in a coat. 0.04 and
 * 0.10 were compared by eye as the lower end. 0.10 removes most of the veil and no hair that is visible at the size of
 * an ID photo.
 */
const ALPHA_FLOOR = 0.1;
const ALPHA_CEILING = 0.96;

function clipAlpha(alpha: Float32Array): void {
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i]!;
    alpha[i] = a < ALPHA_FLOOR ? 0 : a > ALPHA_CEILING ? 1 : (a - ALPHA_FLOOR) / (ALPHA_CEILING - ALPHA_FLOOR);
  }
}
