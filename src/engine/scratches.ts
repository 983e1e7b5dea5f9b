import type { Plane } from './plane.js';

/** How much brighter than its surroundings a scratch is (0..255). */
const CONTRAST = 34;
/** Length of the shortest scratch relative to the picture's shorter side. Anything shorter may be a highlight. */
const MIN_LENGTH = 0.1;
/** Mean width in pixels. A wider strip is an object. */
const MAX_THICKNESS = 5;
/** In pixels: how far a scratch may deviate from a straight line, and how long a gap in it may be. */
const MAX_DEVIATION = 2.5;
const MAX_GAP = 3;
/**
 * How many random pairs of a component's pixels are tried as a line, and how many lines one component may hold:
 * scratches cross.
 */
const LINE_SAMPLES = 60;
const MAX_LINES = 12;
/**
 * Pixels of a component relative to the sum of the picture's two sides. A larger component is a pattern, and would take
 * minutes.
 */
const MAX_COMPONENT_SIZE = 10;
/** Share of the picture. A larger mask comes from a striped shirt or a fence; a badly scratched photo had 0.07. */
const MAX_MASKED = 0.15;
/** The mask extends by this many pixels, because the edges of a scratch are soft. */
const MARGIN = 2;

/** Share of a line beside people that shows that it is none of a tie or of a collar. */
const BESIDE = 0.05;
/** Share of the picture. Where people fill more, there is nothing beside them to compare with. */
const FILLED = 0.85;

/**
 * Mask (1) of long, thin, straight, bright lines, as cracks in a print's coating leave them. It does not look for
 * folds, dark lines and missing parts. Lines on people alone are stripes and seams: damage does not know where a person
 * stands, so theirs count once one is found beside them.
 *
 * @param surroundings the local median of `grey`
 * @param person probability of people, 0..1; undefined where it is not known
 */
export function findScratches(grey: Plane, surroundings: Plane, person?: Plane): Uint8Array {
  const { width, height } = grey;
  const bright = Uint8Array.from(grey.data, (value, i) => (value - surroundings.data[i]! > CONTRAST ? 1 : 0));
  const mask = new Uint8Array(bright.length);
  const minLength = Math.min(width, height) * MIN_LENGTH;
  const lines: ReadonlySet<number>[] = [];
  for (let start = 0; start < bright.length; start++) {
    if (bright[start] !== 1) continue;
    let component = extractComponent(bright, start, width, height);
    if (component.length > MAX_COMPONENT_SIZE * (width + height)) continue;
    let threshold = minLength;
    for (let count = 0; count < MAX_LINES; count++) {
      const line = longestLine(component, width, threshold);
      if (!line) break;
      lines.push(line);
      component = component.filter(i => !line.has(i));
      // What is connected to a scratch is probably another scratch that lost some pixels at the crossing.
      threshold = minLength / 3;
    }
  }
  if (!lines.some(line => reachesBeside(line, person))) return mask;
  for (const line of lines) for (const i of line) mark(mask, i, width, height);
  const masked = mask.reduce((sum, value) => sum + value, 0);
  return masked > MAX_MASKED * mask.length ? new Uint8Array(mask.length) : mask;
}

function reachesBeside(line: ReadonlySet<number>, person: Plane | undefined): boolean {
  if (person === undefined || mean(person.data) > FILLED) return true;
  let beside = 0;
  for (const i of line) if (person.data[i]! < 0.2) beside++;
  return beside >= BESIDE * line.size;
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The 8-connected component of `start`. Its pixels are cleared in `bright`. */
function extractComponent(bright: Uint8Array, start: number, width: number, height: number): number[] {
  const component = [start];
  bright[start] = 0;
  for (let k = 0; k < component.length; k++) {
    const x = component[k]! % width;
    const y = Math.floor(component[k]! / width);
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const next = ny * width + nx;
        if (bright[next] !== 1) continue;
        bright[next] = 0;
        component.push(next);
      }
    }
  }
  return component;
}

/**
 * The pixels of the longest thin straight line in the component, undefined where none is long enough. Like RANSAC, with
 * a fixed seed so that the result is the same each time.
 */
function longestLine(component: number[], width: number, minLength: number): Set<number> | undefined {
  if (component.length < minLength) return undefined;
  let longest: { length: number; pixels: number[] } = { length: minLength, pixels: [] };
  let seed = 1;
  const pick = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return component[seed % component.length]!;
  };
  for (let i = 0; i < LINE_SAMPLES; i++) {
    const line = lineThrough(component, width, pick(), pick());
    if (line.length > longest.length && line.pixels.length / line.length < MAX_THICKNESS) longest = line;
  }
  return longest.pixels.length > 0 ? new Set(longest.pixels) : undefined;
}

/** The longest part without a gap of the line through two pixels. */
function lineThrough(component: number[], width: number, a: number, b: number): { length: number; pixels: number[] } {
  const [ax, ay] = [a % width, Math.floor(a / width)];
  const [bx, by] = [b % width, Math.floor(b / width)];
  const distance = Math.hypot(bx - ax, by - ay);
  if (distance < MAX_DEVIATION * 2) return { length: 0, pixels: [] };
  const [ux, uy] = [(bx - ax) / distance, (by - ay) / distance];
  const near: { pixel: number; along: number }[] = [];
  for (const pixel of component) {
    const [x, y] = [(pixel % width) - ax, Math.floor(pixel / width) - ay];
    if (Math.abs(x * uy - y * ux) <= MAX_DEVIATION) near.push({ pixel, along: x * ux + y * uy });
  }
  near.sort((p, q) => p.along - q.along);
  let [from, best, bestFrom, bestTo] = [0, 0, 0, 0];
  for (let to = 1; to <= near.length; to++) {
    if (to < near.length && near[to]!.along - near[to - 1]!.along <= MAX_GAP) continue;
    const length = near[to - 1]!.along - near[from]!.along;
    if (length > best) [best, bestFrom, bestTo] = [length, from, to];
    from = to;
  }
  return { length: best, pixels: near.slice(bestFrom, bestTo).map(({ pixel }) => pixel) };
}

function mark(mask: Uint8Array, i: number, width: number, height: number): void {
  const x = i % width;
  const y = Math.floor(i / width);
  for (let ny = Math.max(0, y - MARGIN); ny <= Math.min(height - 1, y + MARGIN); ny++) {
    mask.fill(1, ny * width + Math.max(0, x - MARGIN), ny * width + Math.min(width - 1, x + MARGIN) + 1);
  }
}
