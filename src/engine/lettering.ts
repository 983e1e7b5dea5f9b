import { type Affine, type Point, transform } from './affine.js';
import type { RgbImage } from './pixels.js';
import type { Plane } from './plane.js';
import { glyphOf } from './stroke-font.js';

/** In heights of a capital, without the space behind the last letter. */
export function textWidth(text: string): number {
  const widths = [...text].map(character => glyphOf(character).width);
  return Math.max(0, widths.reduce((sum, width) => sum + width, 0) - SPACE);
}
const SPACE = 2 / 6;

/**
 * Draws `text` on a plane (0 nothing, 1 letter), smooth at its edges. `place` maps heights of a capital, from the upper
 * left of the first letter, to pixels; `thickness` of the strokes is in pixels.
 */
export function drawText(plane: Plane, text: string, place: Affine, thickness: number): void {
  let pen = 0;
  for (const character of text) {
    const { strokes, width } = glyphOf(character);
    for (const stroke of strokes) {
      const points = stroke.map(([x, y]) => transform(place, x + pen, y));
      for (let i = 0; i < Math.max(1, points.length - 1); i++) {
        drawLine(plane, points[i]!, points[i + 1] ?? points[i]!, thickness / 2);
      }
    }
    pen += width;
  }
}

/** With round ends: a pixel is covered by how near it is to the line. */
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
      const away = Math.hypot(px - along * (bx - ax), py - along * (by - ay));
      const cover = Math.min(1, radius + 0.5 - away);
      const i = y * plane.width + x;
      if (cover > plane.data[i]!) plane.data[i] = cover;
    }
  }
}

/** Lays one grey (0..255) over the picture where the plane says so, at most `opacity` strong. */
export function inkOver(image: RgbImage, plane: Plane, grey: number, opacity: number): void {
  for (let i = 0; i < plane.data.length; i++) {
    const share = plane.data[i]! * opacity;
    if (share === 0) continue;
    for (let c = 0; c < 3; c++) image.data[i * 3 + c] = Math.round(image.data[i * 3 + c]! * (1 - share) + grey * share);
  }
}

export function blankPlane({ width, height }: { width: number; height: number }): Plane {
  return { data: new Float32Array(width * height), width, height };
}
