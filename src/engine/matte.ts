import { closedFormMatte } from './closed-form.js';
import { estimateForeground } from './foreground.js';
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
  return { alpha, foreground: estimateForeground(image, alpha), quality: judge(alpha, person) };
}

/** Alphas near 0 and 1 are solver noise: a veil over the new background, pinholes in the coat. */
function sharpenEnds(alpha: Float32Array): void {
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i]!;
    alpha[i] = a < 0.04 ? 0 : a > 0.96 ? 1 : (a - 0.04) / 0.92;
  }
}

function judge(alpha: Plane, person: Plane): number {
  void person;
  const { data, width, height } = alpha;
  let soft = 0;
  let outline = 0;
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const a = data[y * width + x]!;
      soft += 4 * a * (1 - a);
      const inside = a > 0.5;
      if (inside !== data[y * width + x + 1]! > 0.5 || inside !== data[(y + 1) * width + x]! > 0.5) outline++;
    }
  }
  return soft / Math.max(1, outline);
}
