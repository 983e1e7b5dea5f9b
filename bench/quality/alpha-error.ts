import { dilate, erode, type Plane } from '../../src/engine/plane.js';

/** How far a matte is from the truth. 0 is perfect; the larger, the worse. */
export interface AlphaError {
  /** Mean absolute error, in thousandths. */
  mae: number;
  /** The same on the pixels where the truth is between person and background, and on those beside them. */
  band: number;
  /** Mean difference of the gradients there, in thousandths: a fringe or a halo, though each alpha is nearly right. */
  gradient: number;
  /**
   * Patches that the eye sees: pixels that are wrong by more than a third, fringes of a pixel's width left out; in
   * thousandths of the person's pixels.
   */
  patches: number;
}

const WRONG = 0.33;
const BAND = 5;
/** Half the width of a patch, in pixels of the matte. */
const PATCH = 1;

/** `valid` marks the pixels that are compared. */
export function alphaError(found: Plane, truth: Plane, valid: Uint8Array): AlphaError {
  const { width, height } = truth;
  const band = bandOf(truth);
  const wrong = new Float32Array(width * height);
  const sums = { all: 0, pixels: 0, band: 0, bandPixels: 0, gradient: 0, person: 0 };
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      if (!valid[i]) continue;
      const error = Math.abs(found.data[i]! - truth.data[i]!);
      if (error > WRONG) wrong[i] = 1;
      sums.all += error;
      sums.pixels++;
      sums.person += truth.data[i]!;
      if (!band[i]) continue;
      sums.band += error;
      sums.bandPixels++;
      sums.gradient += Math.hypot(slope(found, truth, i, 1), slope(found, truth, i, width));
    }
  }
  const opened = dilate(erode({ data: wrong, width, height }, PATCH), PATCH).data;
  const patches = opened.reduce((sum, value) => sum + value, 0);
  return {
    mae: (1000 * sums.all) / Math.max(1, sums.pixels),
    band: (1000 * sums.band) / Math.max(1, sums.bandPixels),
    gradient: (1000 * sums.gradient) / Math.max(1, sums.bandPixels),
    patches: (1000 * patches) / Math.max(1, sums.person),
  };
}

/** Difference of the central differences along one axis. */
function slope(found: Plane, truth: Plane, i: number, step: number): number {
  return (found.data[i + step]! - found.data[i - step]! - (truth.data[i + step]! - truth.data[i - step]!)) / 2;
}

function bandOf(truth: Plane): Float32Array {
  const soft = truth.data.map(value => (value > 0.02 && value < 0.98 ? 1 : 0));
  return dilate({ ...truth, data: soft }, BAND).data;
}
