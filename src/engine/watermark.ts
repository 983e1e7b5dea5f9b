import { badInput } from '../kernel/errors.js';
import type { Affine } from './affine.js';
import { decodeWhole } from './decode.js';
import { encodeJpeg } from './encode.js';
import { blendGrey, drawText, emptyPlane, textWidth } from './lettering.js';
import type { Picture } from './picture.js';

/** Relative to the shorter side: about seven lines cross a face. */
const LETTER_HEIGHT = 0.075;
const LINE_STEP = 2.1;
const THICKNESS = 0.16;
const OUTLINE = 0.14;
const ANGLE = -Math.PI / 6;

/**
 * Covers the picture with a slanted grid of `text`. Light letters with a dark outline are visible on any background,
 * and the picture is of no use as a photo. Letters that the stroke font lacks become boxes.
 * Errors: CORRUPT_IMAGE, BAD_USER_INPUT where `text` is blank.
 */
export async function watermark(bytes: Uint8Array, text: string): Promise<Picture> {
  if (text.trim() === '') throw badInput('text', 'EMPTY', 'at least one letter');
  const { image, dpi } = await decodeWhole(bytes);
  const { width, height } = image;
  const letter = Math.max(8, Math.min(width, height) * LETTER_HEIGHT);
  const [letters, outlines] = [emptyPlane(image), emptyPlane(image)];
  const step = (textWidth(text) + 1.5) * letter;
  const reach = Math.hypot(width, height) / 2;
  const lines = Math.ceil(reach / (LINE_STEP * letter));
  for (let line = -lines; line <= lines; line++) {
    // Every second line is shifted by half a text, so that no straight lane stays uncovered.
    for (let along = -reach - step * (line % 2 === 0 ? 0 : 0.5); along < reach; along += step) {
      const toPixels = slantedText(width / 2, height / 2, along, line * LINE_STEP * letter, letter);
      drawText(outlines, text, toPixels, letter * (THICKNESS + OUTLINE));
      drawText(letters, text, toPixels, letter * THICKNESS);
    }
  }
  blendGrey(image, outlines, 30, 0.35);
  blendGrey(image, letters, 255, 0.6);
  return encodeJpeg(image, dpi);
}

/** Maps text units (heights of a capital) to pixels, rotated around the centre of the picture. */
function slantedText(centreX: number, centreY: number, along: number, across: number, size: number): Affine {
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
