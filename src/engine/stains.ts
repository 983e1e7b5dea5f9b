import { type RgbImage, resize } from './pixels.js';
import type { Plane } from './plane.js';

/** Shorter sides in pixels at which stains are looked for, large ones at the first and specks at the second, and the radii tried there. */
const SCALES = [
  { side: 420, radii: [3, 4, 6, 8, 11] },
  { side: 900, radii: [3, 4, 6] },
] as const;
/** How far a stain is from what is around it: of 255, brightness and colour together. */
const CONTRAST = 24;
/** By how much it stands out of the unevenness of what is around it. Eyes, badges and buttons have edges around them. */
const STANDS_OUT = 3;
/** The same for what is further away, up to so many radii: one of many leaves or lights is none. */
const STANDS_OUT_WIDELY = 1.9;
const WIDE = 4.5;
/** Unevenness that every picture has. */
const GRAIN = 3;
/** Area as a share of the circle around it: letters, leaves and the fingers of a hand have less. */
const ROUNDNESS = 0.62;
/** Share of the picture; what covers more is a pattern. */
const MAX_MASKED = 0.08;
/** So many stains beside people show that the picture is damaged. */
const EVIDENCE = 2;
/** Of what stands out beside people, the least share of round spots to others. On a wall nothing else stands out. */
const CLARITY = 1;
/** Spots of so nearly the same area, within so many radii, repeat each other. */
const ALIKE = 1.3;
const NEARBY = 16;
/** So many drops of one colour on different grounds are damage; how near and how far colours are then. */
const DROPS = 3;
const ONE_COLOUR = 30;
const OTHER_GROUND = 60;

/** Where something differs from what is around it; in pixels of the picture that was searched. */
interface Candidate {
  x: number;
  y: number;
  radius: number;
  /** How clearly. */
  score: number;
  /** Whether it stands out of what is further away, too. */
  isAlone: boolean;
}

type Colour = readonly number[];

/** What was found at a candidate: its pixels, its colour and that of the ground around it. */
interface Blob {
  pixels: readonly number[];
  colour: Colour;
  ground: Colour;
}

interface Stain extends Candidate, Blob {
  onPerson: boolean;
}

/**
 * Mask (1) of round spots on even ground: foxing, mould, drops, dust. A leaf, a lamp or a star of a flag is round as
 * well, so that nothing is masked where more is found that is not round, and nothing that is repeated nearby. What is
 * found on people alone is a button, a mole or an earring; damage does not know where a person stands, so theirs count
 * once some are found beside them.
 *
 * @param person probability of people, 0..1; undefined where it is not known
 */
export async function findStains(image: RgbImage, person: Plane | undefined): Promise<Uint8Array> {
  const { width, height } = image;
  const mask = new Uint8Array(width * height);
  const shorter = Math.min(width, height);
  for (const { side, radii } of shorter > SCALES[0].side ? SCALES : [SCALES[0]]) {
    const scale = Math.min(1, side / shorter);
    const small = scale === 1 ? image : await resize(image, Math.round(width * scale), Math.round(height * scale));
    for (const stain of stainsOf(small, radii, person)) mark(mask, image, small, stain);
  }
  const masked = mask.reduce((sum, value) => sum + value, 0);
  return masked > MAX_MASKED * mask.length ? new Uint8Array(mask.length) : mask;
}

function stainsOf(image: RgbImage, radii: readonly number[], person: Plane | undefined): Stain[] {
  const { width } = image;
  const seen = new Uint8Array(image.data.length / 3);
  const see = ({ x, y }: Candidate, half: number) => {
    for (let row = Math.max(0, y - half); row <= y + half; row++) {
      seen.fill(1, row * width + Math.max(0, x - half), row * width + Math.min(width, x + half + 1));
    }
  };
  const round: Stain[] = [];
  const others: Candidate[] = [];
  for (const candidate of candidatesOf(image, radii)) {
    if (seen[candidate.y * width + candidate.x]) continue;
    const blob = candidate.isAlone ? blobAt(image, candidate) : undefined;
    const onPerson = isOnPerson(candidate, image, person);
    if (blob && isOfStains(blob)) {
      round.push({ ...candidate, ...blob, onPerson });
      see(candidate, candidate.radius * 2);
    } else if (!onPerson) others.push(candidate);
  }
  let count = 0;
  for (const candidate of others) {
    if (seen[candidate.y * width + candidate.x]) continue;
    see(candidate, candidate.radius);
    count++;
  }
  const stains = round.filter(stain => !isRepeated(stain, round));
  const beside = stains.filter(({ onPerson }) => !onPerson).length;
  const isClear = beside >= Math.max(1, count * CLARITY);
  return stains.filter(stain => (isClear && (!stain.onPerson || beside >= EVIDENCE)) || isOnManyGrounds(stain, stains));
}

/** Paper that lost its coating is white, and what grows or dries on it is brown or grey: lights and leaves are not. */
function isOfStains({ colour, ground }: Blob): boolean {
  const [red, green, blue] = colour as [number, number, number];
  const isLighter = red + green + blue > ground.reduce((sum, value) => sum + value, 0);
  if (isLighter) return Math.min(...colour) > 190 && Math.max(...colour) - Math.min(...colour) < 30;
  return green <= red + 8 && red - green < 1.6 * (green - blue) + 22;
}

/** Of one colour, and not of one thing: a drop falls on a suit, a curtain and a face. */
function isOnManyGrounds(stain: Stain, all: readonly Stain[]): boolean {
  const alike = all.filter(other => distanceOf(other.colour, stain.colour) < ONE_COLOUR);
  const elsewhere = alike.filter(other => distanceOf(other.ground, stain.ground) > OTHER_GROUND);
  return alike.length >= DROPS && elsewhere.length > 0;
}

function distanceOf(a: Colour, b: Colour): number {
  return Math.hypot(...a.map((value, c) => value - b[c]!));
}

/** By box sums, the clearest first. */
function candidatesOf(image: RgbImage, radii: readonly number[]): Candidate[] {
  const { width, height } = image;
  const sums = new BoxSums(image);
  const candidates: Candidate[] = [];
  for (const radius of radii) {
    const reach = Math.ceil(radius * 1.9) + 2;
    const step = Math.floor(radius / 3);
    for (let y = reach; y < height - reach; y += step) {
      for (let x = reach; x < width - reach; x += step) {
        const found = sums.contrast(x, y, radius, reach);
        if (found) candidates.push({ x, y, radius, ...found });
      }
    }
  }
  return candidates.sort((a, b) => b.score - a.score);
}

/** Two others of its size nearby: the dots of a tie, the stars of a flag, buttons. */
function isRepeated(stain: Stain, all: readonly Stain[]): boolean {
  const alike = all.filter(other => {
    const size = other.pixels.length / stain.pixels.length;
    return size > 1 / ALIKE && size < ALIKE && Math.hypot(other.x - stain.x, other.y - stain.y) < stain.radius * NEARBY;
  });
  return alike.length > 2;
}

const [LUMA, SQUARE, BLUENESS, REDNESS] = [0, 1, 2, 3] as const;

/** Sums of brightness, its square and two differences of colour over any rectangle, in constant time. */
class BoxSums {
  private readonly sums: readonly Float64Array[];
  private readonly row: number;
  private readonly height: number;

  constructor({ data, width, height }: RgbImage) {
    this.height = height;
    this.row = width + 1;
    this.sums = [0, 1, 2, 3].map(() => new Float64Array((width + 1) * (height + 1)));
    const [lumas, squares, blues, reds] = this.sums as [Float64Array, Float64Array, Float64Array, Float64Array];
    for (let y = 0; y < height; y++) {
      let [luma, square, blueness, redness] = [0, 0, 0, 0];
      for (let x = 0, at = (y + 1) * this.row + 1; x < width; x++, at++) {
        const i = (y * width + x) * 3;
        const value = 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
        luma += value;
        square += value * value;
        blueness += 0.56 * (data[i + 2]! - value);
        redness += 0.71 * (data[i]! - value);
        const above = at - this.row;
        lumas[at] = lumas[above]! + luma;
        squares[at] = squares[above]! + square;
        blues[at] = blues[above]! + blueness;
        reds[at] = reds[above]! + redness;
      }
    }
  }

  /** How clearly the middle differs from a frame around it; undefined where it does not. */
  contrast(x: number, y: number, radius: number, reach: number): Pick<Candidate, 'score' | 'isAlone'> | undefined {
    const half = Math.max(1, Math.round(radius * 0.6));
    const gap = Math.round(radius * 1.2) + 1;
    const difference = Math.hypot(
      this.difference(LUMA, x, y, half, gap, reach),
      this.difference(BLUENESS, x, y, half, gap, reach),
      this.difference(REDNESS, x, y, half, gap, reach),
    );
    if (difference < CONTRAST) return undefined;
    const spread = this.spread(x, y, reach, gap) + GRAIN;
    if (difference < STANDS_OUT * spread) return undefined;
    const wide = Math.min(Math.round(radius * WIDE), x, y, this.row - 2 - x, this.height - 1 - y);
    const isAlone = difference > STANDS_OUT_WIDELY * (this.spread(x, y, wide, gap) + GRAIN);
    return { score: difference / spread, isAlone };
  }

  /** Of the means in the middle and in the frame. */
  private difference(k: number, x: number, y: number, half: number, gap: number, reach: number): number {
    const framed = (2 * reach + 1) ** 2 - (2 * gap + 1) ** 2;
    const around = (this.over(k, x, y, reach) - this.over(k, x, y, gap)) / framed;
    return this.over(k, x, y, half) / (2 * half + 1) ** 2 - around;
  }

  /** Of the brightness in a frame. */
  private spread(x: number, y: number, reach: number, gap: number): number {
    const count = (2 * reach + 1) ** 2 - (2 * gap + 1) ** 2;
    const sum = this.over(LUMA, x, y, reach) - this.over(LUMA, x, y, gap);
    const squares = this.over(SQUARE, x, y, reach) - this.over(SQUARE, x, y, gap);
    return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  }

  private over(k: number, x: number, y: number, half: number): number {
    const sums = this.sums[k]!;
    const top = (y - half) * this.row;
    const bottom = (y + half + 1) * this.row;
    const left = x - half;
    const right = x + half + 1;
    return sums[bottom + right]! - sums[bottom + left]! - sums[top + right]! + sums[top + left]!;
  }
}

/**
 * The pixels around a candidate that look more like its middle than like its surroundings; undefined where they are not
 * round, or go on beyond what a stain of that size would.
 */
function blobAt({ data, width }: RgbImage, { x, y, radius }: Candidate): Blob | undefined {
  const reach = Math.ceil(radius * 1.9) + 1;
  const mean = (from: number, to: number) => {
    const sum = [0, 0, 0];
    let count = 0;
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const distance = Math.hypot(dx, dy);
        if (distance < from || distance > to) continue;
        count++;
        for (let c = 0; c < 3; c++) sum[c]! += data[((y + dy) * width + x + dx) * 3 + c]!;
      }
    }
    return sum.map(value => value / count);
  };
  const [inside, around] = [mean(0, radius * 0.6), mean(radius * 1.4, reach)];
  const axis = inside.map((value, c) => value - around[c]!);
  const length = axis.reduce((sum, value) => sum + value * value, 0);
  const isInside = (px: number, py: number) => {
    const i = (py * width + px) * 3;
    let along = 0;
    for (let c = 0; c < 3; c++) along += axis[c]! * (data[i + c]! - around[c]!);
    return along > 0.4 * length;
  };
  if (!isInside(x, y)) return undefined;
  const seen = new Set([y * width + x]);
  for (const i of seen) {
    const [px, py] = [i % width, Math.floor(i / width)];
    if (Math.hypot(px - x, py - y) > reach - 1) return undefined;
    for (const [nx, ny] of [
      [px - 1, py],
      [px + 1, py],
      [px, py - 1],
      [px, py + 1],
    ] as const)
      if (isInside(nx, ny)) seen.add(ny * width + nx);
  }
  return isRound(seen, width) ? { pixels: [...seen], colour: inside, ground: around } : undefined;
}

function isRound(pixels: ReadonlySet<number>, width: number): boolean {
  let [x, y] = [0, 0];
  for (const i of pixels) {
    x += i % width;
    y += Math.floor(i / width);
  }
  x /= pixels.size;
  y /= pixels.size;
  let radius = 0;
  for (const i of pixels) radius = Math.max(radius, Math.hypot((i % width) - x, Math.floor(i / width) - y));
  return pixels.size > ROUNDNESS * Math.PI * (radius + 0.5) ** 2;
}

function isOnPerson({ x, y }: Candidate, image: RgbImage, person: Plane | undefined): boolean {
  if (person === undefined) return false;
  const column = Math.floor((x / image.width) * person.width);
  const row = Math.floor((y / image.height) * person.height);
  return person.data[row * person.width + column]! > 0.2;
}

/** The stain and its soft edge, a third of its radius, in the size of the whole picture. */
function mark(mask: Uint8Array, whole: RgbImage, small: RgbImage, { pixels, radius }: Stain): void {
  const scale = whole.width / small.width;
  const reach = (1 + radius * 0.33) * scale;
  for (const pixel of pixels) {
    const [x, y] = [((pixel % small.width) + 0.5) * scale, (Math.floor(pixel / small.width) + 0.5) * scale];
    const [left, right] = [Math.max(0, Math.round(x - reach)), Math.min(whole.width, Math.round(x + reach))];
    for (let row = Math.max(0, Math.round(y - reach)); row < Math.min(whole.height, Math.round(y + reach)); row++) {
      mask.fill(1, row * whole.width + left, row * whole.width + right);
    }
  }
}
