import type { RgbImage } from './pixels.js';

/** What is known of each pixel before matting. */
export interface Trimap {
  /** 1 person, 0 background, -1 to be found. */
  known: Int8Array;
  /** First guess, 0..1; also what the solution is held to, by `confidence`. */
  guess: Float32Array;
  confidence: Float32Array;
}

const EPSILON = 1e-5;
const PRIOR = 0.05;
const MAX_STEPS = 50;
const TOLERANCE = 1e-3;

/**
 * Closed-form matting (Levin, Lischinski, Weiss 2008) on the unknown band alone: in each 3 x 3 window alpha is taken
 * as a linear function of colour, and the sum of squared misfits is made least by conjugate gradients with a diagonal
 * preconditioner. The guess is a weak prior; without it thin bands between equal colours drift.
 */
export function closedFormMatte(image: RgbImage, trimap: Trimap): Float32Array {
  const { known, guess, confidence } = trimap;
  const pixels = known.length;
  const laplacian = new MattingLaplacian(image, known);
  const unknown: number[] = [];
  for (let i = 0; i < pixels; i++) if (known[i]! < 0) unknown.push(i);

  const alpha = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) alpha[i] = known[i]! >= 0 ? known[i]! : guess[i]!;
  const product = new Float32Array(pixels);
  const residual = new Float32Array(pixels);
  const direction = new Float32Array(pixels);
  const diagonal = laplacian.diagonal();
  laplacian.multiply(alpha, product);

  let energy = 0;
  for (const i of unknown) {
    diagonal[i]! += PRIOR * confidence[i]! + 1e-6;
    residual[i] = -product[i]!;
    direction[i] = residual[i]! / diagonal[i]!;
    energy += residual[i]! * direction[i]!;
  }
  const enough = TOLERANCE * TOLERANCE * energy;
  for (let step = 0; step < MAX_STEPS && energy > enough; step++) {
    laplacian.multiply(direction, product);
    let curvature = 0;
    for (const i of unknown) {
      product[i]! += PRIOR * confidence[i]! * direction[i]!;
      curvature += direction[i]! * product[i]!;
    }
    const length = energy / curvature;
    let next = 0;
    for (const i of unknown) {
      alpha[i]! += length * direction[i]!;
      residual[i]! -= length * product[i]!;
      next += (residual[i]! * residual[i]!) / diagonal[i]!;
    }
    const keep = next / energy;
    energy = next;
    for (const i of unknown) direction[i] = residual[i]! / diagonal[i]! + keep * direction[i]!;
  }
  for (const i of unknown) alpha[i] = Math.min(1, Math.max(0, alpha[i]!));
  return alpha;
}

/** The matting Laplacian as its windows: means and inverse covariances of colour. Never built as a matrix. */
class MattingLaplacian {
  private readonly colours: Float32Array;
  private readonly windows: Int32Array;
  private readonly means: Float32Array;
  /** The six different numbers of each symmetric 3 x 3 inverse. */
  private readonly inverses: Float32Array;
  private readonly offsets: readonly number[];

  constructor(image: RgbImage, known: Int8Array) {
    const { width, height, data } = image;
    const row = width;
    this.offsets = [-row - 1, -row, -row + 1, -1, 0, 1, row - 1, row, row + 1];
    this.colours = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) this.colours[i] = data[i]! / 255;
    const centres: number[] = [];
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const centre = y * width + x;
        for (const offset of this.offsets) {
          if (known[centre + offset]! < 0) {
            centres.push(centre);
            break;
          }
        }
      }
    }
    this.windows = Int32Array.from(centres);
    this.means = new Float32Array(centres.length * 3);
    this.inverses = new Float32Array(centres.length * 6);
    for (let k = 0; k < centres.length; k++) this.describeWindow(k);
  }

  private describeWindow(k: number): void {
    const { colours, means, inverses } = this;
    const centre = this.windows[k]!;
    let mr = 0;
    let mg = 0;
    let mb = 0;
    let rr = 0;
    let rg = 0;
    let rb = 0;
    let gg = 0;
    let gb = 0;
    let bb = 0;
    for (const offset of this.offsets) {
      const p = (centre + offset) * 3;
      const r = colours[p]!;
      const g = colours[p + 1]!;
      const b = colours[p + 2]!;
      mr += r;
      mg += g;
      mb += b;
      rr += r * r;
      rg += r * g;
      rb += r * b;
      gg += g * g;
      gb += g * b;
      bb += b * b;
    }
    mr /= 9;
    mg /= 9;
    mb /= 9;
    rr = rr / 9 - mr * mr + EPSILON / 9;
    rg = rg / 9 - mr * mg;
    rb = rb / 9 - mr * mb;
    gg = gg / 9 - mg * mg + EPSILON / 9;
    gb = gb / 9 - mg * mb;
    bb = bb / 9 - mb * mb + EPSILON / 9;
    const a = gg * bb - gb * gb;
    const b = rb * gb - rg * bb;
    const c = rg * gb - rb * gg;
    const scale = 1 / (rr * a + rg * b + rb * c);
    means[k * 3] = mr;
    means[k * 3 + 1] = mg;
    means[k * 3 + 2] = mb;
    inverses[k * 6] = a * scale;
    inverses[k * 6 + 1] = b * scale;
    inverses[k * 6 + 2] = c * scale;
    inverses[k * 6 + 3] = (rr * bb - rb * rb) * scale;
    inverses[k * 6 + 4] = (rg * rb - rr * gb) * scale;
    inverses[k * 6 + 5] = (rr * gg - rg * rg) * scale;
  }

  /** `result` = L · `vector`; only rows of unknown pixels are complete. */
  multiply(vector: Float32Array, result: Float32Array): void {
    const { colours, windows, means, inverses, offsets } = this;
    result.fill(0);
    for (let k = 0; k < windows.length; k++) {
      const centre = windows[k]!;
      const mr = means[k * 3]!;
      const mg = means[k * 3 + 1]!;
      const mb = means[k * 3 + 2]!;
      let sum = 0;
      let vr = 0;
      let vg = 0;
      let vb = 0;
      for (let q = 0; q < 9; q++) {
        const j = centre + offsets[q]!;
        const value = vector[j]!;
        if (value === 0) continue;
        sum += value;
        vr += value * (colours[j * 3]! - mr);
        vg += value * (colours[j * 3 + 1]! - mg);
        vb += value * (colours[j * 3 + 2]! - mb);
      }
      const n = k * 6;
      const wr = inverses[n]! * vr + inverses[n + 1]! * vg + inverses[n + 2]! * vb;
      const wg = inverses[n + 1]! * vr + inverses[n + 3]! * vg + inverses[n + 4]! * vb;
      const wb = inverses[n + 2]! * vr + inverses[n + 4]! * vg + inverses[n + 5]! * vb;
      for (let q = 0; q < 9; q++) {
        const j = centre + offsets[q]!;
        const fit =
          sum + wr * (colours[j * 3]! - mr) + wg * (colours[j * 3 + 1]! - mg) + wb * (colours[j * 3 + 2]! - mb);
        result[j]! += vector[j]! - fit / 9;
      }
    }
  }

  diagonal(): Float32Array {
    const { colours, windows, means, inverses, offsets } = this;
    const result = new Float32Array(colours.length / 3);
    for (let k = 0; k < windows.length; k++) {
      const n = k * 6;
      for (const offset of offsets) {
        const j = windows[k]! + offset;
        const r = colours[j * 3]! - means[k * 3]!;
        const g = colours[j * 3 + 1]! - means[k * 3 + 1]!;
        const b = colours[j * 3 + 2]! - means[k * 3 + 2]!;
        const squares = inverses[n]! * r * r + inverses[n + 3]! * g * g + inverses[n + 5]! * b * b;
        const products = inverses[n + 1]! * r * g + inverses[n + 2]! * r * b + inverses[n + 4]! * g * b;
        result[j]! += 1 - (1 + squares + 2 * products) / 9;
      }
    }
    return result;
  }
}
