import type { Plane } from './plane.js';

/** Brighter than the surroundings by so much (0..255). */
const CONTRAST = 34;
/** Shortest scratch, against the picture's shorter side; anything shorter may be a highlight. */
const LEAST_LENGTH = 0.1;
/** Pixels per pixel of length: a wider strip is a thing. */
const MOST_THICKNESS = 5;
/** How far (pixels) a scratch may stray from a straight line, and how long a piece of it may be missing. */
const STRAY = 2.5;
const GAP = 3;
/** Lines that are tried through two of a patch's pixels; scratches cross, so a patch may hold several. */
const TRIES = 60;
const MOST_LINES = 12;
/** Pixels of a patch, against the picture's two sides together: what is larger is a pattern, and would take minutes. */
const MOST_PIXELS = 10;
/** Share of the picture: more than that is a striped shirt or a fence. A badly scratched photo had 0.07. */
const MOST_MASKED = 0.15;
/** How far the mask reaches beyond what was found: a scratch has soft edges. */
const RIM = 2;

/**
 * Long, thin, straight, bright lines, as cracks in a print's coating leave them: 1 in the mask. Folds, dark lines, stains and
 * missing parts are not looked for. `surroundings` is the median of the picture's grey around each pixel.
 */
export function findScratches(grey: Plane, surroundings: Plane): Uint8Array {
  const { width, height } = grey;
  const bright = Uint8Array.from(grey.data, (value, i) => (value - surroundings.data[i]! > CONTRAST ? 1 : 0));
  const mask = new Uint8Array(bright.length);
  const leastLength = Math.min(width, height) * LEAST_LENGTH;
  for (let start = 0; start < bright.length; start++) {
    if (bright[start] !== 1) continue;
    let patch = takePatch(bright, start, width, height);
    if (patch.length > MOST_PIXELS * (width + height)) continue;
    let least = leastLength;
    for (let lines = 0; lines < MOST_LINES; lines++) {
      const line = longestLine(patch, width, least);
      if (!line) break;
      for (const i of line) mark(mask, i, width, height);
      patch = patch.filter(i => !line.has(i));
      // What hangs on a scratch is likely one as well, of which the crossing took a part.
      least = leastLength / 3;
    }
  }
  const masked = mask.reduce((sum, value) => sum + value, 0);
  return masked > MOST_MASKED * mask.length ? new Uint8Array(mask.length) : mask;
}

/** The pixels that hang together with `start`, diagonals too; they are taken out of `bright`. */
function takePatch(bright: Uint8Array, start: number, width: number, height: number): number[] {
  const patch = [start];
  bright[start] = 0;
  for (let k = 0; k < patch.length; k++) {
    const x = patch[k]! % width;
    const y = Math.floor(patch[k]! / width);
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const next = ny * width + nx;
        if (bright[next] !== 1) continue;
        bright[next] = 0;
        patch.push(next);
      }
    }
  }
  return patch;
}

/** The pixels of the longest thin straight line in the patch, if it is long enough. The choice of lines is the same each time. */
function longestLine(patch: number[], width: number, leastLength: number): Set<number> | undefined {
  if (patch.length < leastLength) return undefined;
  let longest: { length: number; pixels: number[] } = { length: leastLength, pixels: [] };
  let seed = 1;
  const pick = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return patch[seed % patch.length]!;
  };
  for (let i = 0; i < TRIES; i++) {
    const line = lineThrough(patch, width, pick(), pick());
    if (line.length > longest.length && line.pixels.length / line.length < MOST_THICKNESS) longest = line;
  }
  return longest.pixels.length > 0 ? new Set(longest.pixels) : undefined;
}

/** The longest unbroken piece of the line through two pixels. */
function lineThrough(patch: number[], width: number, a: number, b: number): { length: number; pixels: number[] } {
  const [ax, ay] = [a % width, Math.floor(a / width)];
  const [bx, by] = [b % width, Math.floor(b / width)];
  const apart = Math.hypot(bx - ax, by - ay);
  if (apart < STRAY * 2) return { length: 0, pixels: [] };
  const [ux, uy] = [(bx - ax) / apart, (by - ay) / apart];
  const near: { pixel: number; along: number }[] = [];
  for (const pixel of patch) {
    const [x, y] = [(pixel % width) - ax, Math.floor(pixel / width) - ay];
    if (Math.abs(x * uy - y * ux) <= STRAY) near.push({ pixel, along: x * ux + y * uy });
  }
  near.sort((p, q) => p.along - q.along);
  let [from, best, bestFrom, bestTo] = [0, 0, 0, 0];
  for (let to = 1; to <= near.length; to++) {
    if (to < near.length && near[to]!.along - near[to - 1]!.along <= GAP) continue;
    const length = near[to - 1]!.along - near[from]!.along;
    if (length > best) [best, bestFrom, bestTo] = [length, from, to];
    from = to;
  }
  return { length: best, pixels: near.slice(bestFrom, bestTo).map(({ pixel }) => pixel) };
}

function mark(mask: Uint8Array, i: number, width: number, height: number): void {
  const x = i % width;
  const y = Math.floor(i / width);
  for (let ny = Math.max(0, y - RIM); ny <= Math.min(height - 1, y + RIM); ny++) {
    mask.fill(1, ny * width + Math.max(0, x - RIM), ny * width + Math.min(width - 1, x + RIM) + 1);
  }
}
