import type { Colours } from './foreground.js';
import type { FacePosition } from './head-position.js';
import { dilate, erode, type Plane } from './plane.js';

/** What a matte shows of its own faults. All but `beside` are areas per length of the outline, in pixels. */
export interface MatteSigns {
  /** Where the segmentation could not decide: a bystander, a chair, a blurred room. */
  undecided: number;
  /** Soft pixels whose two colours are alike, where alpha cannot be solved. */
  ambiguous: number;
  /** How far the solved alpha is from the segmentation. */
  moved: number;
  /** Soft and even: a veil, no hair. */
  even: number;
  /** Person at the height of the face but farther from it than hair reaches, in square face widths: somebody else. */
  beside: number;
}

/** Weight of ambiguous pixels. Long hair before a dark wall has many, and looks well all the same. */
const AMBIGUITY_WEIGHT = 0.05;
/** Undecided pixels of cut-outs that look well: 0.6 to 6, most under 5. */
const TYPICAL_UNDECIDED = 5;

/**
 * How reliable a matte is, 0..1: the lower of two measures. It never rises with a sign that grows, but that a matte
 * moves where the segmentation was undecided is what it is for.
 */
export function rateMatte(signs: MatteSigns | undefined): number {
  if (signs === undefined) return 0;
  return Math.min(certainty(signs), 1 - suspicion(signs));
}

/** Chosen on 67 portraits as taken, 15 of them flawed: under 0.75 lay 13 of these and 4 good ones. */
function certainty({ undecided, ambiguous }: MatteSigns): number {
  return Math.exp(-AMBIGUITY_WEIGHT * ambiguous) * Math.min(1, TYPICAL_UNDECIDED / Math.max(1e-9, undecided));
}

/**
 * Of a flaw that is seen at the size of an ID photo: a logistic regression with weights that may not be negative, on 120
 * cut-outs graded by eye (ARCHITECTURE.md, "How good the pictures are"). No probability: it is stretched, so that good
 * cut-outs have more than 0.9 and that 0.25 is where 0.43 was.
 */
function suspicion({ undecided, moved, even, beside }: MatteSigns): number {
  const odds =
    -16.61 +
    23.94 * Math.log1p((5 * moved) / (2 + undecided)) +
    0.58 * Math.log1p(5 * even) +
    8.52 * Math.log1p(20 * beside);
  return 1 / (1 + Math.exp(-odds));
}

/** From this distance on (0..1 a channel) two colours are easy to tell apart. */
const DISTINCT_COLOURS = 0.4;
/** In face widths from the middle of the face. */
const HAIR_REACH = 1.1;

/** `person` is the segmentation. Undefined where the matte has no outline. */
export function readSigns(
  alpha: Plane,
  person: Plane,
  { foreground, background }: Colours,
  face: FacePosition,
): MatteSigns | undefined {
  const { data, width, height } = alpha;
  const signs: MatteSigns = { undecided: 0, ambiguous: 0, moved: 0, even: evenArea(alpha), beside: 0 };
  let outline = 0;
  for (let y = 0; y < height - 1; y++) {
    const atFace = y > face.foreheadY - face.width * 0.5 && y < face.chinY;
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x;
      const a = data[i]!;
      const p = person.data[i]!;
      const inside = a > 0.5;
      if (inside !== data[i + 1]! > 0.5 || inside !== data[i + width]! > 0.5) outline++;
      if (p > 0.1 && p < 0.9) signs.undecided++;
      signs.moved += Math.abs(a - p);
      if (inside && atFace && Math.abs(x - face.centreX) > HAIR_REACH * face.width) signs.beside++;
      const softness = 4 * a * (1 - a);
      if (softness < 0.08) continue;
      const c = i * 3;
      const colourDistance = Math.hypot(
        foreground[c]! - background[c]!,
        foreground[c + 1]! - background[c + 1]!,
        foreground[c + 2]! - background[c + 2]!,
      );
      signs.ambiguous += softness * Math.max(0, 1 - colourDistance / DISTINCT_COLOURS);
    }
  }
  if (outline === 0) return undefined;
  for (const sign of ['undecided', 'ambiguous', 'moved', 'even'] as const) signs[sign] /= outline;
  return { ...signs, beside: signs.beside / face.width ** 2 };
}

const STEP = 2;
/** Least change of alpha over ten pixels where there is hair. */
const CHANGE = 0.5;

function evenArea(alpha: Plane): number {
  const width = Math.floor(alpha.width / STEP);
  const height = Math.floor(alpha.height / STEP);
  const coarse = { width, height, data: new Float32Array(width * height) };
  for (let i = 0; i < coarse.data.length; i++) {
    coarse.data[i] = alpha.data[Math.floor(i / width) * STEP * alpha.width + (i % width) * STEP]!;
  }
  const most = dilate(coarse, 2).data;
  const least = erode(coarse, 2).data;
  let area = 0;
  for (let i = 0; i < coarse.data.length; i++) {
    const a = coarse.data[i]!;
    if (a > 0.15 && a < 0.85 && most[i]! - least[i]! < CHANGE) area += STEP * STEP;
  }
  return area;
}
