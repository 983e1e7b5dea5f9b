import { closedFormMatte } from './closed-form.js';
import { type Colours, estimateColours } from './foreground.js';
import type { RgbImage } from './pixels.js';
import type { Plane } from './plane.js';
import { type FacePosition, segmentPerson } from './segmentation.js';
import { makeTrimap } from './trimap.js';

export interface Matte {
  /** 0..1. */
  alpha: Plane;
  /** The person's own colours, without the background's. 0..1, three values a pixel. */
  foreground: Float32Array;
  /** 0..1; see `rateMatte`. */
  quality: number;
}

export async function extractMatte(image: RgbImage, face: FacePosition): Promise<Matte> {
  const person = await segmentPerson(image, face);
  const trimap = makeTrimap(image, person, face);
  const alpha = { data: closedFormMatte(image, trimap), width: image.width, height: image.height };
  clipAlpha(alpha.data);
  const colours = estimateColours(image, alpha);
  return { alpha, foreground: colours.foreground, quality: rateMatte(alpha, person, colours) };
}

/**
 * Alphas near 0 and 1 are noise of the solver: a veil of the old room around the head, pinholes in a coat. 0.04 and
 * 0.10 were compared by eye as the lower end. 0.10 removes most of the veil and no hair that is visible at the size of
 * an ID photo.
 */
const ALPHA_FLOOR = 0.1;
const ALPHA_CEILING = 0.96;

function clipAlpha(alpha: Float32Array): void {
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i]!;
    alpha[i] = a < ALPHA_FLOOR ? 0 : a > ALPHA_CEILING ? 1 : (a - ALPHA_FLOOR) / (ALPHA_CEILING - ALPHA_FLOOR);
  }
}

/** From this distance on (0..1 a channel) two colours are easy to tell apart. */
const DISTINCT_COLOURS = 0.4;
/** Undecided pixels of the segmentation per pixel of outline. Good photos have 3.6 to 5.6. */
const TYPICAL_UNDECIDED = 8;

/**
 * How reliable the matte is, 0..1. Alpha can be solved only where foreground and background differ in colour, so the
 * score falls with the number of soft pixels (per pixel of outline) whose two colours are similar. It also falls where
 * the segmentation itself was undecided.
 * The order agrees with the eye on the test photos: plain wall 0.98, bright hair before a window 0.92, a busy street
 * 0.41.
 */
function rateMatte(alpha: Plane, person: Plane, { foreground, background }: Colours): number {
  const { data, width, height } = alpha;
  let ambiguous = 0;
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
      const colourDistance = Math.hypot(
        foreground[p]! - background[p]!,
        foreground[p + 1]! - background[p + 1]!,
        foreground[p + 2]! - background[p + 2]!,
      );
      ambiguous += softness * Math.max(0, 1 - colourDistance / DISTINCT_COLOURS);
    }
  }
  if (outline === 0) return 0;
  return Math.exp((-0.6 * ambiguous) / outline) * Math.min(1, (TYPICAL_UNDECIDED * outline) / Math.max(1, undecided));
}
