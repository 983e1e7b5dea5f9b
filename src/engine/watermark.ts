import { badInput } from '../kernel/errors.js';
import type { Affine } from './affine.js';
import { decodeWhole } from './decode.js';
import { encodeJpeg } from './encode.js';
import { blankPlane, drawText, inkOver, textWidth } from './lettering.js';
import type { Picture } from './picture.js';

/** Against the shorter side: seven lines or so cross a face. */
const LETTER_HEIGHT = 0.075;
const LINE_STEP = 2.1;
const THICKNESS = 0.16;
const RIM = 0.14;
const ANGLE = -Math.PI / 6;

/**
 * The picture under a slanted grid of `text`, light letters with a dark rim, so that they show on any ground: a
 * preview that is of no use as a photo. Letters that the stroke font lacks are boxes. Errors: CORRUPT_IMAGE.
 */
export async function watermark(bytes: Uint8Array, text: string): Promise<Picture> {
  if (text.trim() === '') throw badInput('text', 'EMPTY', 'at least one letter');
  const { image, dpi } = await decodeWhole(bytes);
  const { width, height } = image;
  const letter = Math.max(8, Math.min(width, height) * LETTER_HEIGHT);
  const [letters, rims] = [blankPlane(image), blankPlane(image)];
  const step = (textWidth(text) + 1.5) * letter;
  const reach = Math.hypot(width, height) / 2;
  const lines = Math.ceil(reach / (LINE_STEP * letter));
  for (let line = -lines; line <= lines; line++) {
    // Every second line is shifted by half a text: no straight lane stays clean.
    for (let along = -reach - step * (line % 2 === 0 ? 0 : 0.5); along < reach; along += step) {
      const place = slanted(width / 2, height / 2, along, line * LINE_STEP * letter, letter);
      drawText(rims, text, place, letter * (THICKNESS + RIM));
      drawText(letters, text, place, letter * THICKNESS);
    }
  }
  inkOver(image, rims, 30, 0.35);
  inkOver(image, letters, 255, 0.6);
  return encodeJpeg(image, dpi);
}

/** Text units to pixels, turned around the middle of the picture. */
function slanted(centreX: number, centreY: number, along: number, across: number, size: number): Affine {
  const cos = Math.cos(ANGLE);
  const sin = Math.sin(ANGLE);
  return {
    xx: cos * size,
    xy: -sin * size,
    x0: centreX + along * cos - across * sin,
    yx: sin * size,
    yy: cos * size,
    y0: centreY + along * sin + across * cos,
  };
}
