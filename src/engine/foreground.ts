import type { RgbImage } from './pixels.js';
import type { Plane } from './plane.js';

const REGULARISATION = 1e-5;
const COARSE_SIDE = 32;
const COARSE_STEPS = 10;
const FINE_STEPS = 2;

/**
 * 0..1, three values a pixel. Only the surroundings of the outline are estimated: `foreground` means nothing deep
 * inside the background.
 */
export interface Colours {
  foreground: Float32Array;
  background: Float32Array;
}

/**
 * Separates the colours of the person from those of the background. Without this step the old wall shines through the
 * hair on a new background.
 * Fast multi-level foreground estimation (Germer, Uelwer, Conrad, Harmeling 2020): both colours are solved together
 * from the coarsest grid up, and are smooth except where alpha changes.
 */
export function estimateColours(image: RgbImage, alpha: Plane): Colours {
  const { width, height } = image;
  const levels = Math.ceil(Math.log2(Math.max(width, height)));
  let level = coarsest(image, alpha.data);
  for (let l = 0; l <= levels; l++) {
    const w = Math.max(1, Math.round(width ** (l / levels)));
    const h = Math.max(1, Math.round(height ** (l / levels)));
    level = refine(image, alpha.data, level, w, h);
  }
  return { foreground: level.foreground, background: level.background };
}

interface Level extends Colours {
  width: number;
  height: number;
}

function coarsest(image: RgbImage, alpha: Float32Array): Level {
  const sums = { foreground: [0, 0, 0, 1e-6], background: [0, 0, 0, 1e-6] };
  for (let i = 0; i < alpha.length; i++) {
    const sum = alpha[i]! > 0.9 ? sums.foreground : alpha[i]! < 0.1 ? sums.background : undefined;
    if (!sum) continue;
    for (let c = 0; c < 3; c++) sum[c]! += image.data[3 * i + c]!;
    sum[3]!++;
  }
  const mean = (sum: number[]) => Float32Array.from([0, 1, 2], c => sum[c]! / sum[3]! / 255);
  return { foreground: mean(sums.foreground), background: mean(sums.background), width: 1, height: 1 };
}

function refine(image: RgbImage, fullAlpha: Float32Array, from: Level, w: number, h: number): Level {
  const colours = new Float32Array(w * h * 3);
  const alpha = new Float32Array(w * h);
  const foreground = new Float32Array(w * h * 3);
  const background = new Float32Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    const sourceRow = Math.min(image.height - 1, (((y + 0.5) * image.height) / h) | 0) * image.width;
    const fromRow = Math.min(from.height - 1, ((y * from.height) / h) | 0) * from.width;
    for (let x = 0; x < w; x++) {
      const j = y * w + x;
      const source = sourceRow + Math.min(image.width - 1, (((x + 0.5) * image.width) / w) | 0);
      const parent = fromRow + Math.min(from.width - 1, ((x * from.width) / w) | 0);
      alpha[j] = fullAlpha[source]!;
      for (let c = 0; c < 3; c++) {
        colours[j * 3 + c] = image.data[source * 3 + c]! / 255;
        foreground[j * 3 + c] = from.foreground[parent * 3 + c]!;
        background[j * 3 + c] = from.background[parent * 3 + c]!;
      }
    }
  }
  const steps = Math.max(w, h) <= COARSE_SIDE ? COARSE_STEPS : FINE_STEPS;
  for (let step = 0; step < steps; step++) relax(colours, alpha, foreground, background, w, h);
  return { foreground, background, width: w, height: h };
}

function relax(
  colours: Float32Array,
  alpha: Float32Array,
  foreground: Float32Array,
  background: Float32Array,
  w: number,
  h: number,
): void {
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const j = y * w + x;
      const left = x > 0 ? j - 1 : j;
      const right = x < w - 1 ? j + 1 : j;
      const up = y > 0 ? j - w : j;
      const down = y < h - 1 ? j + w : j;
      const a = alpha[j]!;
      if (a === 1 && alpha[left] === 1 && alpha[right] === 1 && alpha[up] === 1 && alpha[down] === 1) {
        for (let c = 0; c < 3; c++) foreground[j * 3 + c] = colours[j * 3 + c]!;
        continue;
      }
      if (a === 0 && !alpha[left] && !alpha[right] && !alpha[up] && !alpha[down]) {
        for (let c = 0; c < 3; c++) background[j * 3 + c] = colours[j * 3 + c]!;
        continue;
      }
      const b = 1 - a;
      const toLeft = REGULARISATION + Math.abs(a - alpha[left]!);
      const toRight = REGULARISATION + Math.abs(a - alpha[right]!);
      const toUp = REGULARISATION + Math.abs(a - alpha[up]!);
      const toDown = REGULARISATION + Math.abs(a - alpha[down]!);
      const pull = toLeft + toRight + toUp + toDown;
      const foregroundWeight = a * a + pull;
      const backgroundWeight = b * b + pull;
      const mixed = a * b;
      const scale = 1 / (foregroundWeight * backgroundWeight - mixed * mixed);
      for (let c = 0; c < 3; c++) {
        const colour = colours[j * 3 + c]!;
        const neighbours = (field: Float32Array) =>
          toLeft * field[left * 3 + c]! +
          toRight * field[right * 3 + c]! +
          toUp * field[up * 3 + c]! +
          toDown * field[down * 3 + c]!;
        const foregroundTarget = a * colour + neighbours(foreground);
        const backgroundTarget = b * colour + neighbours(background);
        foreground[j * 3 + c] = clamp((backgroundWeight * foregroundTarget - mixed * backgroundTarget) * scale);
        background[j * 3 + c] = clamp((foregroundWeight * backgroundTarget - mixed * foregroundTarget) * scale);
      }
    }
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
