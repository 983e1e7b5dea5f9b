import type { RgbImage } from './pixels.js';

/** Trimap: what is known about each pixel before matting. */
export interface Trimap {
  /** 1 person, 0 background, -1 unknown. */
  known: Int8Array;
  /** First guess, 0..1. It is also a prior of the solution, weighted by `confidence`. */
  guess: Float32Array;
  confidence: Float32Array;
}

const REGULARISATION = 1e-5;
const PRIOR_WEIGHT = 0.05;
const MAX_STEPS = 50;
const TOLERANCE = 1e-3;

/**
 * Closed-form matting (Levin, Lischinski, Weiss 2008), solved on the unknown band only. In each 3 x 3 window alpha is
 * taken as a linear function of the colour; the sum of squared errors is minimised by conjugate gradients with a
 * diagonal preconditioner. The guess is a weak prior: without it, alpha drifts in thin bands between equal colours.
 * Returns alpha, 0..1, for the whole image.
 */
export function closedFormMatte(image: RgbImage, trimap: Trimap): Float32Array {
  const { known, guess, confidence } = trimap;
  const band = bandOf(known);
  const laplacian = new MattingLaplacian(image, known, band);
  const count = band.length;
  const alpha = laplacian.field();
  for (let i = 0; i < known.length; i++) alpha[i + laplacian.margin] = known[i]! < 0 ? guess[i]! : known[i]!;
  const product = new Float32Array(count);
  laplacian.multiply(alpha, product);

  const direction = laplacian.field();
  const residual = new Float32Array(count);
  const prior = new Float32Array(count);
  const diagonal = laplacian.diagonal();
  let energy = 0;
  for (let u = 0; u < count; u++) {
    prior[u] = PRIOR_WEIGHT * confidence[band[u]!]!;
    diagonal[u]! += prior[u]! + 1e-6;
    residual[u] = -product[u]!;
    const step = residual[u]! / diagonal[u]!;
    direction[band[u]! + laplacian.margin] = step;
    energy += residual[u]! * step;
  }
  const target = TOLERANCE * TOLERANCE * energy;
  for (let step = 0; step < MAX_STEPS && energy > target; step++) {
    laplacian.multiply(direction, product);
    let curvature = 0;
    for (let u = 0; u < count; u++) {
      const along = direction[band[u]! + laplacian.margin]!;
      product[u]! += prior[u]! * along;
      curvature += along * product[u]!;
    }
    const stepSize = energy / curvature;
    let next = 0;
    for (let u = 0; u < count; u++) {
      const i = band[u]! + laplacian.margin;
      alpha[i]! += stepSize * direction[i]!;
      residual[u]! -= stepSize * product[u]!;
      next += (residual[u]! * residual[u]!) / diagonal[u]!;
    }
    const beta = next / energy;
    energy = next;
    for (let u = 0; u < count; u++) {
      const i = band[u]! + laplacian.margin;
      direction[i] = residual[u]! / diagonal[u]! + beta * direction[i]!;
    }
  }
  const result = alpha.subarray(laplacian.margin, laplacian.margin + known.length);
  for (const i of band) result[i] = Math.min(1, Math.max(0, result[i]!));
  return result;
}

function bandOf(known: Int8Array): Int32Array {
  let count = 0;
  for (let i = 0; i < known.length; i++) if (known[i]! < 0) count++;
  const band = new Int32Array(count);
  for (let i = 0, u = 0; i < known.length; i++) if (known[i]! < 0) band[u++] = i;
  return band;
}

/** Two 3 x 3 windows that share a pixel span 5 x 5 pixels, so each row of the matrix has 25 entries. */
const STENCIL = 5;
const NEIGHBOURS = STENCIL * STENCIL;
const CENTRE = NEIGHBOURS >> 1;

/**
 * The rows of the matting Laplacian for the unknown pixels, 25 entries each. They are built once: the paper multiplies
 * window by window, which took 2.5 times as long.
 */
class MattingLaplacian {
  /**
   * Fields are padded with this many zeros at both ends, so that the neighbours of a pixel at the edge of the image
   * stay in range.
   */
  readonly margin: number;
  private readonly rows: Float32Array;

  constructor(
    private readonly image: RgbImage,
    known: Int8Array,
    private readonly band: Int32Array,
  ) {
    const { width, height } = image;
    this.margin = 2 * width + 2;
    this.rows = new Float32Array(band.length * NEIGHBOURS);
    const rowOf = new Int32Array(known.length).fill(-1);
    for (let u = 0; u < band.length; u++) rowOf[band[u]!] = u;
    const window = new ColourWindow(image);
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const centre = y * width + x;
        if (touchesBand(known, centre, width)) this.add(window.at(centre), centre, rowOf);
      }
    }
  }

  /** A new field: one value a pixel, padded. */
  field(): Float32Array {
    return new Float32Array(this.image.width * this.image.height + 2 * this.margin);
  }

  /** `result` = L · `field`, for the unknown pixels in the order of the band. */
  multiply(field: Float32Array, result: Float32Array): void {
    const { band, rows } = this;
    const { width } = this.image;
    for (let u = 0; u < band.length; u++) {
      let at = u * NEIGHBOURS;
      let sum = 0;
      // The upper left neighbour is two rows and two pixels before the pixel. The padding is as long, so the index in
      // the field is that of the pixel.
      for (let line = band[u]!, row = 0; row < STENCIL; row++, line += width, at += STENCIL) {
        sum +=
          rows[at]! * field[line]! +
          rows[at + 1]! * field[line + 1]! +
          rows[at + 2]! * field[line + 2]! +
          rows[at + 3]! * field[line + 3]! +
          rows[at + 4]! * field[line + 4]!;
      }
      result[u] = sum;
    }
  }

  diagonal(): Float32Array {
    return Float32Array.from(this.band, (_, u) => this.rows[u * NEIGHBOURS + CENTRE]!);
  }

  private add({ offsets, whitened }: ColourWindow, centre: number, rowOf: Int32Array): void {
    const { rows } = this;
    for (let a = 0; a < 9; a++) {
      const u = rowOf[centre + offsets[a]!]!;
      if (u < 0) continue;
      const ax = whitened[a * 3]!;
      const ay = whitened[a * 3 + 1]!;
      const az = whitened[a * 3 + 2]!;
      const corner = u * NEIGHBOURS + CENTRE - Math.floor(a / 3) * STENCIL - (a % 3);
      for (let b = 0; b < 9; b++) {
        const affinity = ax * whitened[b * 3]! + ay * whitened[b * 3 + 1]! + az * whitened[b * 3 + 2]!;
        rows[corner + Math.floor(b / 3) * STENCIL + (b % 3)]! -= (1 + affinity) / 9;
      }
      rows[u * NEIGHBOURS + CENTRE]! += 1;
    }
  }
}

function touchesBand(known: Int8Array, centre: number, width: number): boolean {
  for (let row = centre - width; row <= centre + width; row += width) {
    if (known[row - 1]! < 0 || known[row]! < 0 || known[row + 1]! < 0) return true;
  }
  return false;
}

/**
 * The nine colours of a window, whitened: centred, and scaled so that their dot products are those of the inverse
 * covariance.
 */
class ColourWindow {
  readonly offsets: Int32Array;
  /** Three values a pixel: inverse Cholesky factor times (colour - mean). */
  readonly whitened = new Float64Array(27);

  constructor(private readonly image: RgbImage) {
    const row = image.width;
    this.offsets = Int32Array.from([-row - 1, -row, -row + 1, -1, 0, 1, row - 1, row, row + 1]);
  }

  at(centre: number): this {
    const { whitened, offsets } = this;
    const { data } = this.image;
    let mr = 0;
    let mg = 0;
    let mb = 0;
    for (let q = 0; q < 9; q++) {
      const p = (centre + offsets[q]!) * 3;
      mr += data[p]!;
      mg += data[p + 1]!;
      mb += data[p + 2]!;
    }
    mr /= 9 * 255;
    mg /= 9 * 255;
    mb /= 9 * 255;
    let rr = REGULARISATION;
    let rg = 0;
    let rb = 0;
    let gg = REGULARISATION;
    let gb = 0;
    let bb = REGULARISATION;
    for (let q = 0; q < 9; q++) {
      const p = (centre + offsets[q]!) * 3;
      const r = data[p]! / 255 - mr;
      const g = data[p + 1]! / 255 - mg;
      const b = data[p + 2]! / 255 - mb;
      whitened[q * 3] = r;
      whitened[q * 3 + 1] = g;
      whitened[q * 3 + 2] = b;
      rr += r * r;
      rg += r * g;
      rb += r * b;
      gg += g * g;
      gb += g * b;
      bb += b * b;
    }
    // Cholesky factor of the covariance (the sums divided by nine).
    const l00 = Math.sqrt(rr / 9);
    const l10 = rg / 9 / l00;
    const l20 = rb / 9 / l00;
    const l11 = Math.sqrt(gg / 9 - l10 * l10);
    const l21 = (gb / 9 - l20 * l10) / l11;
    const l22 = Math.sqrt(bb / 9 - l20 * l20 - l21 * l21);
    for (let q = 0; q < 27; q += 3) {
      const x = whitened[q]! / l00;
      const y = (whitened[q + 1]! - l10 * x) / l11;
      whitened[q] = x;
      whitened[q + 1] = y;
      whitened[q + 2] = (whitened[q + 2]! - l20 * x - l21 * y) / l22;
    }
    return this;
  }
}
