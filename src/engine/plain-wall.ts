import type { RgbImage } from './pixels.js';

/** A wall behind the sitter, modelled as a smooth colour surface. */
export interface WallModel {
  /** Standard deviation of the wall's colour around the surface, 0..255, mean of the channels; at least 2. */
  sigma: number;
  /** Share of the sure background within 3 sigma. Near 1 for a plain wall. */
  inliers: number;
  /** Distance of a pixel (its index) from the surface in sigmas, root mean square over the channels. */
  distance(pixel: number): number;
}

/** Even enough that a pixel can be told from it by its colour alone. */
export function isPlain(wall: WallModel | undefined): wall is WallModel {
  return wall !== undefined && wall.sigma < 7 && wall.inliers > 0.8;
}

const TERMS = 6;
const SAMPLE_STRIDE = 47;
const MIN_SAMPLES = 100;
const PASSES = 3;
/** In sigmas: samples further away are left out of the next pass. */
const OUTLIER = 2.5;

/**
 * Fits a quadratic surface for each channel to the pixels marked in `background`. Three passes: the second and third
 * one leave out the outliers of the one before. Undefined where too few pixels are marked.
 */
export function fitWall(image: RgbImage, background: Uint8Array): WallModel | undefined {
  const { width, height, data } = image;
  const samples: number[] = [];
  for (let i = 0; i < width * height; i += SAMPLE_STRIDE) if (background[i]) samples.push(i);
  if (samples.length < MIN_SAMPLES) return undefined;

  const basisAt = quadraticBasis(width, height);
  let surfaces = fitSurfaces(image, samples, basisAt);
  let sigmas = surfaces.map((surface, c) => robustSigma(image, samples, c, surface, basisAt));
  const distance = (pixel: number) => {
    const basis = basisAt(pixel);
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const off = (data[pixel * 3 + c]! - dot(surfaces[c]!, basis)) / sigmas[c]!;
      sum += off * off;
    }
    return Math.sqrt(sum / 3);
  };
  for (let pass = 1; pass < PASSES; pass++) {
    const inliers = samples.filter(pixel => distance(pixel) <= OUTLIER);
    surfaces = fitSurfaces(image, inliers, basisAt);
    sigmas = surfaces.map((surface, c) => robustSigma(image, samples, c, surface, basisAt));
  }
  const inliers = samples.filter(pixel => distance(pixel) < 3).length / samples.length;
  return { sigma: (sigmas[0]! + sigmas[1]! + sigmas[2]!) / 3, inliers, distance };
}

/** The terms 1, u, v, u², uv, v² at a pixel, where u and v run from -1 to 1. The array returned is used again. */
function quadraticBasis(width: number, height: number): Basis {
  const basis = new Float64Array(TERMS);
  return pixel => {
    const u = ((pixel % width) / width) * 2 - 1;
    const v = (Math.floor(pixel / width) / height) * 2 - 1;
    basis[0] = 1;
    basis[1] = u;
    basis[2] = v;
    basis[3] = u * u;
    basis[4] = u * v;
    basis[5] = v * v;
    return basis;
  };
}

type Basis = (pixel: number) => Float64Array;

/** Least squares by the normal equations: the coefficients of one surface for each channel. */
function fitSurfaces({ data }: RgbImage, pixels: readonly number[], basisAt: Basis): Float64Array[] {
  const normal = Array.from({ length: TERMS }, () => new Float64Array(TERMS));
  const right = [0, 1, 2].map(() => new Float64Array(TERMS));
  for (const pixel of pixels) {
    const basis = basisAt(pixel);
    for (let p = 0; p < TERMS; p++) {
      for (let q = 0; q < TERMS; q++) normal[p]![q]! += basis[p]! * basis[q]!;
      for (let c = 0; c < 3; c++) right[c]![p]! += basis[p]! * data[pixel * 3 + c]!;
    }
  }
  for (let p = 0; p < TERMS; p++) normal[p]![p]! += 1e-3;
  return right.map(vector =>
    solve(
      normal.map(row => Float64Array.from(row)),
      vector,
    ),
  );
}

/** Spread of one channel around its surface, at least 2. */
function robustSigma(
  { data }: RgbImage,
  pixels: readonly number[],
  channel: number,
  surface: Float64Array,
  basisAt: Basis,
): number {
  const residuals = pixels.map(pixel => Math.abs(data[pixel * 3 + channel]! - dot(surface, basisAt(pixel))));
  residuals.sort((a, b) => a - b);
  // 1.48 times the median absolute deviation is the sigma of a normal distribution, and outliers do not change it.
  return Math.max(2, residuals[residuals.length >> 1]! * 1.48);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Gaussian elimination with partial pivoting. Overwrites both arguments. */
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
