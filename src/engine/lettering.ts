import { type Affine, type Point, transform } from './affine.js';
import type { RgbImage } from './pixels.js';
import type { Plane } from './plane.js';
import { glyphOf } from './stroke-font.js';

/** Width in heights of a capital letter, without the space behind the last letter. */
export function textWidth(text: string): number {
  const widths = [...text].map(character => glyphOf(character).width);
  return Math.max(0, widths.reduce((sum, width) => sum + width, 0) - SPACE);
}
const SPACE = 2 / 6;

/**
 * Draws `text` into a mask (0 nothing, 1 letter) with antialiased edges. `toPixels` maps text units to pixels: the
 * origin is the upper left of the first letter, one unit is the height of a capital. `thickness` of the strokes is in
 * pixels.
 */
export function drawText(plane: Plane, text: string, toPixels: Affine, thickness: number): void {
  let pen = 0;
  for (const character of text) {
    const { strokes, width } = glyphOf(character);
    for (const stroke of strokes) {
      const points = stroke.map(([x, y]) => transform(toPixels, x + pen, y));
      for (let i = 0; i < Math.max(1, points.length - 1); i++) {
        drawLine(plane, points[i]!, points[i + 1] ?? points[i]!, thickness / 2);
      }
    }
    pen += width;
  }
}

/** A stroke with round ends. Coverage of a pixel falls off with its distance from the line. */
function drawLine(plane: Plane, [ax, ay]: Point, [bx, by]: Point, radius: number): void {
  const reach = radius + 1;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(plane.width - 1, Math.ceil(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(plane.height - 1, Math.ceil(Math.max(ay, by) + reach));
  const length2 = (bx - ax) ** 2 + (by - ay) ** 2;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - ax;
      const py = y + 0.5 - ay;
      const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * (bx - ax) + py * (by - ay)) / length2));
      const distance = Math.hypot(px - along * (bx - ax), py - along * (by - ay));
      const coverage = Math.min(1, radius + 0.5 - distance);
      const i = y * plane.width + x;
      if (coverage > plane.data[i]!) plane.data[i] = coverage;
    }
  }
}

/** Blends one grey (0..255) into the picture. The mask is the alpha, scaled by `opacity`. */
export function blendGrey(image: RgbImage, plane: Plane, grey: number, opacity: number): void {
  for (let i = 0; i < plane.data.length; i++) {
    const share = plane.data[i]! * opacity;
    if (share === 0) continue;
    for (let c = 0; c < 3; c++) image.data[i * 3 + c] = Math.round(image.data[i * 3 + c]! * (1 - share) + grey * share);
  }
}

export function emptyPlane({ width, height }: { width: number; height: number }): Plane {
  return { data: new Float32Array(width * height), width, height };
}
