import type { RgbImage } from './pixels.js';
import type { Plane } from './plane.js';

/** Search window 11 x 11, patches 3 x 3. */
const SEARCH_RADIUS = 5;
/** Strength of the filter, in standard deviations of the noise. */
const STRENGTH = 1.6;
const BLOCK = 16;
/**
 * The noise is read from the quietest fifth of the blocks. Those are flat parts of the photo; elsewhere texture would
 * be taken for noise.
 */
const QUIET_SHARE = 0.2;

/** Standard deviation of the noise, 0..255. Immerkaer (1996): the mean response to a Laplacian, here for each block. */
export function estimateNoise({ data, width, height }: Plane): number {
  const sigmas: number[] = [];
  for (let top = 1; top + BLOCK < height; top += BLOCK) {
    for (let left = 1; left + BLOCK < width; left += BLOCK) {
      let sum = 0;
      for (let y = top; y < top + BLOCK; y++) {
        for (let i = y * width + left, end = i + BLOCK; i < end; i++) {
          const [up, down] = [i - width, i + width];
          const corners = data[up - 1]! + data[up + 1]! + data[down - 1]! + data[down + 1]!;
          const sides = data[up]! + data[down]! + data[i - 1]! + data[i + 1]!;
          sum += Math.abs(corners - 2 * sides + 4 * data[i]!);
        }
      }
      sigmas.push((Math.sqrt(Math.PI / 2) * sum) / (6 * BLOCK * BLOCK));
    }
  }
  sigmas.sort((a, b) => a - b);
  return sigmas[Math.floor(sigmas.length * QUIET_SHARE)] ?? 0;
}

/**
 * Non-local means (Buades, Coll, Morel 2005): each pixel becomes a weighted mean of the pixels around it whose patches
 * look alike. Patches are compared in grey, and all three channels get the same weights.
 * The loop runs over the shifts of the search window, so that the patch distances of one shift are a single box filter.
 */
export function denoise(image: RgbImage, grey: Plane, noise: number): RgbImage {
  const { data, width, height } = image;
  const pixels = width * height;
  const sums = new Float32Array(pixels * 3);
  const weights = new Float32Array(pixels);
  const squares = new Float32Array(pixels);
  const floor = 2 * noise * noise;
  const scale = -1 / (STRENGTH * noise) ** 2;
  for (let dy = -SEARCH_RADIUS; dy <= SEARCH_RADIUS; dy++) {
    for (let dx = -SEARCH_RADIUS; dx <= SEARCH_RADIUS; dx++) {
      squaredDifferences(grey, dx, dy, squares);
      boxMean(squares, width, height);
      for (let y = 0; y < height; y++) {
        const row = Math.min(height - 1, Math.max(0, y + dy)) * width;
        for (let x = 0, i = y * width; x < width; x++, i++) {
          const excess = squares[i]! - floor;
          const weight = excess <= 0 ? 1 : Math.exp(excess * scale);
          if (weight < 1e-3) continue;
          const other = (row + Math.min(width - 1, Math.max(0, x + dx))) * 3;
          weights[i]! += weight;
          sums[i * 3]! += weight * data[other]!;
          sums[i * 3 + 1]! += weight * data[other + 1]!;
          sums[i * 3 + 2]! += weight * data[other + 2]!;
        }
      }
    }
  }
  const result = Uint8Array.from(sums, (sum, i) => Math.round(sum / weights[Math.floor(i / 3)]!));
  return { data: result, width, height };
}

function squaredDifferences({ data, width, height }: Plane, dx: number, dy: number, result: Float32Array): void {
  for (let y = 0; y < height; y++) {
    const row = Math.min(height - 1, Math.max(0, y + dy)) * width;
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const difference = data[i]! - data[row + Math.min(width - 1, Math.max(0, x + dx))]!;
      result[i] = difference * difference;
    }
  }
}

/** Mean over 3 x 3, in place. Beyond the border the edge pixel repeats. */
function boxMean(plane: Float32Array, width: number, height: number): void {
  const above = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    let left = plane[y * width]!;
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const here = plane[i]!;
      const right = x < width - 1 ? plane[i + 1]! : here;
      plane[i] = (left + here + right) / 3;
      left = here;
    }
  }
  above.set(plane.subarray(0, width));
  for (let y = 0; y < height; y++) {
    const below = y < height - 1 ? width : 0;
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const here = plane[i]!;
      plane[i] = (above[x]! + here + plane[i + below]!) / 3;
      above[x] = here;
    }
  }
}
