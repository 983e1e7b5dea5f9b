import { closedFormMatte } from './closed-form.js';
import { type Colours, estimateColours } from './foreground.js';
import type { RgbImage } from './pixels.js';
import type { Plane } from './plane.js';
import { type FacePlace, segmentPerson } from './segmentation.js';
import { makeTrimap } from './trimap.js';

export interface Matte {
  /** 0..1. */
  alpha: Plane;
  /** Colours of the person alone, 0..255, three a pixel. */
  foreground: Float32Array;
  /** 0..1; see `judge`. */
  quality: number;
}

export async function cutOut(image: RgbImage, face: FacePlace): Promise<Matte> {
  const person = await segmentPerson(image, face);
  const trimap = makeTrimap(image, person, face);
  const alpha = { data: closedFormMatte(image, trimap), width: image.width, height: image.height };
  sharpenEnds(alpha.data);
  const colours = estimateColours(image, alpha);
  return { alpha, foreground: colours.front, quality: judge(alpha, person, colours) };
}

/**
 * Alphas near 0 and 1 are the solver's noise: a veil of the old room around the head, pinholes in the coat. Looked at
 * with 0.04 and 0.10 as the lower end: the second takes away most of the veil and no hair that is seen at ID size.
 */
const LOWER_END = 0.1;
const UPPER_END = 0.96;

function sharpenEnds(alpha: Float32Array): void {
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i]!;
    alpha[i] = a < LOWER_END ? 0 : a > UPPER_END ? 1 : (a - LOWER_END) / (UPPER_END - LOWER_END);
  }
}

/** Distance of two colours (0..1 a channel) from which on they count as fully apart. */
const APART = 0.4;
/** Pixels of undecided segmentation per pixel of outline that are usual: 3.6 to 5.6 on good photos. */
const USUAL_DOUBT = 8;

/**
 * How far the matte can be trusted, 0..1. Alpha is only as sure as the colours it divides are apart, so it counts the
 * soft pixels whose two colours are alike, per pixel of outline; and it doubts a segmentation that was itself in doubt.
 * By eye the order of the test photos is the same: plain wall 0.98, bright hair before a window 0.92, a busy street 0.41.
 */
function judge(alpha: Plane, person: Plane, { front, back }: Colours): number {
  const { data, width, height } = alpha;
  let alike = 0;
  let undecided = 0;
  let outline = 0;
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x;
      const inside = data[i]! > 0.5;
      if (inside !== data[i + 1]! > 0.5 || inside !== data[i + width]! > 0.5) outline++;
      if (person.data[i]! > 0.1 && person.data[i]! < 0.9) undecided++;
      const softness = 4 * data[i]! * (1 - data[i]!);
      if (softness < 0.08) continue;
      const p = i * 3;
      const apart = Math.hypot(front[p]! - back[p]!, front[p + 1]! - back[p + 1]!, front[p + 2]! - back[p + 2]!);
      alike += softness * Math.max(0, 1 - apart / APART);
    }
  }
  if (outline === 0) return 0;
  return Math.exp((-0.6 * alike) / outline) * Math.min(1, (USUAL_DOUBT * outline) / Math.max(1, undecided));
}
