import type { RgbImage } from './pixels.js';

/** A wall behind the sitter as a smooth surface of colour. */
export interface WallModel {
  /** Spread of the wall's own colour around the surface, 0..255, mean of the channels; at least 2. */
  sigma: number;
  /** Share of the sure background that lies within 3 sigma: near 1 for a plain wall. */
  inliers: number;
  /** Distance of a pixel from the surface, in sigmas (root mean square of the channels). */
  distance(pixel: number): number;
}

const TERMS = 6;
const EVERY = 47;
const MIN_SAMPLES = 100;

/** Fits a quadratic surface a channel to the pixels marked in `background`, three times, leaving outliers out. Undefined: too few pixels. */
export function fitWall(image: RgbImage, background: Uint8Array): WallModel | undefined {
  const { width, height, data } = image;
  const samples: number[] = [];
  for (let i = 0; i < width * height; i += EVERY) if (background[i]) samples.push(i);
  if (samples.length < MIN_SAMPLES) return undefined;

  const basis = new Float64Array(TERMS);
  const at = (pixel: number) => {
    const u = ((pixel % width) / width) * 2 - 1;
    const v = (Math.floor(pixel / width) / height) * 2 - 1;
    basis[0] = 1;
    basis[1] = u;
    basis[2] = v;
    basis[3] = u * u;
    basis[4] = u * v;
    basis[5] = v * v;
  };
  let surface: Float64Array[] | undefined;
  let sigmas: [number, number, number] = [1, 1, 1];
  const distance = (pixel: number) => {
    at(pixel);
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const off = (data[pixel * 3 + c]! - dot(surface![c]!, basis)) / sigmas[c]!;
      sum += off * off;
    }
    return Math.sqrt(sum / 3);
  };

  for (let pass = 0; pass < 3; pass++) {
    const normal = Array.from({ length: TERMS }, () => new Float64Array(TERMS));
    const right = [0, 1, 2].map(() => new Float64Array(TERMS));
    for (const pixel of samples) {
      if (surface && distance(pixel) > 2.5) continue;
      at(pixel);
      for (let p = 0; p < TERMS; p++) {
        for (let q = 0; q < TERMS; q++) normal[p]![q]! += basis[p]! * basis[q]!;
        for (let c = 0; c < 3; c++) right[c]![p]! += basis[p]! * data[pixel * 3 + c]!;
      }
    }
    for (let p = 0; p < TERMS; p++) normal[p]![p]! += 1e-3;
    const fitted = right.map(vector =>
      solve(
        normal.map(row => Float64Array.from(row)),
        vector,
      ),
    );
    sigmas = [0, 1, 2].map(c => {
      const residuals = samples.map(pixel => {
        at(pixel);
        return Math.abs(data[pixel * 3 + c]! - dot(fitted[c]!, basis));
      });
      residuals.sort((a, b) => a - b);
      // 1.48 times the median absolute deviation is a normal distribution's sigma, unmoved by outliers.
      return Math.max(2, residuals[residuals.length >> 1]! * 1.48);
    }) as [number, number, number];
    surface = fitted;
  }
  const inliers = samples.filter(pixel => distance(pixel) < 3).length / samples.length;
  return { sigma: (sigmas[0] + sigmas[1] + sigmas[2]) / 3, inliers, distance };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Gaussian elimination with pivoting; overwrites both arguments. */
function solve(rows: Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i + 1; r < n; r++) if (Math.abs(rows[r]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = r;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    [right[i], right[pivot]] = [right[pivot]!, right[i]!];
    for (let r = i + 1; r < n; r++) {
      const factor = rows[r]![i]! / rows[i]![i]!;
      for (let c = i; c < n; c++) rows[r]![c]! -= factor * rows[i]![c]!;
      right[r]! -= factor * right[i]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = i + 1; c < n; c++) right[i]! -= rows[i]![c]! * right[c]!;
    right[i]! /= rows[i]![i]!;
  }
  return right;
}
