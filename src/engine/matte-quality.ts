import type { FacePosition } from './head-position.js';
import { dilate, erode, type Plane } from './plane.js';

/** What a matte shows of its own faults within an ID photo: areas in square face widths. Fringes do not count. */
export interface MatteSigns {
  /** Where the segmentation could not decide: a bystander, a chair, a blurred room. */
  undecided: number;
  /** Where the matte is far from the segmentation: it followed an edge that is not the person's. */
  moved: number;
  /** Narrower than a part of a person and no single hair: a bit of the room, a rest of somebody else. */
  bulges: number;
}

const BIAS = -2.76;
const WEIGHTS = { undecided: 0.91, moved: 1.11, bulges: 0.56 };
/** The probability of a flaw from which on `matteQuality` is under 0.75. */
const WARNED = 0.2;
const STRETCH = 2;

/**
 * How reliable a matte is, 0..1: one minus a logistic regression of "a flaw that is seen at the size of an ID photo",
 * with weights that may not be negative, on cut-outs graded by eye (ARCHITECTURE.md, "How good the pictures are"). No
 * probability: it is stretched, so that good cut-outs have more than 0.9 and that 0.25 is where WARNED was.
 */
export function rateMatte(signs: MatteSigns | undefined): number {
  if (signs === undefined) return 0;
  const odds =
    BIAS +
    WEIGHTS.undecided * Math.log1p(100 * signs.undecided) +
    WEIGHTS.moved * Math.log1p(100 * signs.moved) +
    WEIGHTS.bulges * Math.log1p(100 * signs.bulges);
  const stretched = STRETCH * (odds - Math.log(WARNED / (1 - WARNED))) - Math.log(3);
  return 1 / (1 + Math.exp(stretched));
}

/** In face widths: half the side of the smallest area that counts, for each sign, and half that of a part of a person. */
const REACH = { undecided: 0.027, moved: 0.013, bulges: 0.007, part: 0.1 } as const;
const STEP = 2;
/** What an ID photo shows, in face widths from the forehead up, the chin down and the middle to each side. */
const SHOWN = { up: 0.75, down: 0.55, aside: 1 };

/** `person` is the segmentation. Undefined where the matte has no outline. */
export function readSigns(alpha: Plane, person: Plane, face: FacePosition): MatteSigns | undefined {
  const matte = shown(alpha, face);
  if (matte.data.every(a => a > 0.5) || matte.data.every(a => a <= 0.5)) return undefined;
  const belief = shown(person, face);
  const where = (test: (a: number, p: number) => boolean): Plane => ({
    ...matte,
    data: matte.data.map((a, i) => (test(a, belief.data[i]!) ? 1 : 0)),
  });
  const pixels = (share: number) => Math.max(1, Math.round((face.width / STEP) * share));
  const area = (plane: Plane) => plane.data.reduce((sum, value) => sum + value, 0) / (face.width / STEP) ** 2;
  const solid = where(a => a > 0.3);
  const part = opened(solid, pixels(REACH.part));
  const bulges = { ...solid, data: solid.data.map((value, i) => value - part.data[i]!) };
  return {
    undecided: area(
      erode(
        where((_, p) => p > 0.15 && p < 0.85),
        pixels(REACH.undecided),
      ),
    ),
    moved: area(
      erode(
        where((a, p) => Math.abs(a - p) > 0.3),
        pixels(REACH.moved),
      ),
    ),
    bulges: area(opened(bulges, pixels(REACH.bulges))),
  };
}

function opened(plane: Plane, radius: number): Plane {
  return dilate(erode(plane, radius), radius);
}

/** Every second pixel of every second row, which is enough for areas. */
function shown({ data, width, height }: Plane, face: FacePosition): Plane {
  const inside = (value: number, end: number) => Math.min(end, Math.max(0, Math.round(value)));
  const left = inside(face.centreX - SHOWN.aside * face.width, width);
  const top = inside(face.foreheadY - SHOWN.up * face.width, height);
  const columns = Math.ceil((inside(face.centreX + SHOWN.aside * face.width, width) - left) / STEP);
  const rows = Math.ceil((inside(face.chinY + SHOWN.down * face.width, height) - top) / STEP);
  const part: Plane = { data: new Float32Array(rows * columns), width: columns, height: rows };
  for (let y = 0, i = 0; y < rows; y++) {
    const row = (top + y * STEP) * width + left;
    for (let x = 0; x < columns; x++) part.data[i++] = data[row + x * STEP]!;
  }
  return part;
}
