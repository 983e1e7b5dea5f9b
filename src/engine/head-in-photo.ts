import { type Point, transform } from './affine.js';
import type { Analysis } from './analysis.js';
import type { HeadGeometry } from './head-position.js';
import type { CropRectangle, MeasuredGeometry } from './photo.js';
import { skullRow } from './skull.js';

/** The head in pixels of the upload. The frame of a head that is not levelled is not turned either, so rows stay rows. */
export function headInPhoto({ frame, head }: Analysis, scale: number): HeadGeometry {
  const at = (x: number, y: number): Point => {
    const [px, py] = transform(frame.toPhoto, x, y);
    return [px * scale, py * scale];
  };
  const [left, right] = [at(...head.eyes[0]), at(...head.eyes[1])];
  return {
    centreX: (left[0] + right[0]) / 2,
    crownY: at(head.centreX, head.crownY)[1],
    chinY: at(head.centreX, head.chinY)[1],
    eyes: [left, right],
    faceWidth: head.faceWidth * frame.toPhoto.xx * scale,
  };
}

/** Where that head is in a crop of the upload that was scaled to a size. */
export function geometryOf(
  head: HeadGeometry,
  crop: CropRectangle,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
  { facts }: Analysis,
): MeasuredGeometry {
  const row = (y: number) => (y - crop.top) / crop.height;
  const eyesY = (head.eyes[0][1] + head.eyes[1][1]) / 2;
  const skullY = skullRow({ ...head, eyesY });
  return {
    headRatio: row(head.chinY) - row(head.crownY),
    topMargin: row(head.crownY),
    faceCenter: { x: (head.centreX - crop.left) / crop.width, y: row(eyesY) },
    eyeDistancePx: (facts.eyeDistancePx * widthPx) / crop.width,
    rollDegrees: facts.rollDegrees,
    scale: heightPx / crop.height,
    faceWidth: head.faceWidth / crop.width,
    skullRatio: row(head.chinY) - row(skullY),
    skullMargin: row(skullY),
  };
}
