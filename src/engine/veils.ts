import type { FacePosition } from './head-position.js';
import { dilate, erode, type Plane } from './plane.js';

/** In face widths: hair that is softer than the second of LONELY lies nearer than this to hair that is not. */
const REACH = 0.08;
const LONELY = [0.6, 0.85] as const;

/**
 * Takes away what is half transparent and no hair: what is far from anything solid, such as a bystander or a chair that
 * the models half believed in, and what is even, such as the edge of a shadow on the wall. Hair is neither.
 */
export function removeVeils(alpha: Plane, face: FacePosition): void {
  removeLonely(alpha, face);
  removeEven(alpha, face);
}

function removeLonely(alpha: Plane, face: FacePosition): void {
  const near = dilate(blockMaxima(alpha), Math.round((face.width * REACH) / BLOCK));
  for (let y = 0; y < alpha.height; y++) {
    for (let x = 0; x < alpha.width; x++) {
      const most = near.data[Math.floor(y / BLOCK) * near.width + Math.floor(x / BLOCK)]!;
      const share = (most - LONELY[0]) / (LONELY[1] - LONELY[0]);
      if (share < 1) alpha.data[y * alpha.width + x]! *= Math.max(0, share);
    }
  }
}

/** The largest alpha of each block: a coarser grid on which distances cost less. */
function blockMaxima({ data, width, height }: Plane): Plane {
  const coarse = { width: Math.ceil(width / BLOCK), height: Math.ceil(height / BLOCK) };
  const maxima = new Float32Array(coarse.width * coarse.height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / BLOCK) * coarse.width;
    for (let x = 0; x < width; x++) {
      const i = row + Math.floor(x / BLOCK);
      const a = data[y * width + x]!;
      if (a > maxima[i]!) maxima[i] = a;
    }
  }
  return { data: maxima, ...coarse };
}
const BLOCK = 4;

/** In face widths: half the side of the window in which alpha changes where there is hair. */
const WINDOW = 0.012;
/** Softer than this, least change within the window, most alpha within it: from the second value of a pair on nothing is taken. */
const SOFT = 0.6;
const EVEN = [0.25, 0.45] as const;
const LOW = [0.55, 0.75] as const;

function removeEven(alpha: Plane, face: FacePosition): void {
  const radius = Math.max(2, Math.round(face.width * WINDOW));
  const most = dilate(alpha, radius).data;
  const least = erode(alpha, radius).data;
  const { data } = alpha;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0 || data[i]! >= SOFT) continue;
    const taken = rampDown(most[i]! - least[i]!, EVEN) * rampDown(most[i]!, LOW);
    data[i]! *= 1 - taken;
  }
}

/** 1 up to `from`, 0 from `to` on. */
function rampDown(value: number, [from, to]: readonly [number, number]): number {
  return Math.min(1, Math.max(0, (to - value) / (to - from)));
}
