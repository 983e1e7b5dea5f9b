import { type Point, transform } from './affine.js';
import type { FaceLandmarks } from './face-mesh.js';
import type { RgbImage } from './pixels.js';

/** FaceMesh opens the eyes that it draws: it gave a closed pair 0.22, as it gives to narrow open ones. From here on they are open. */
const SURELY_OPEN = 0.33;
const SURELY_CLOSED = 0.12;
/**
 * Luminance where the iris would be, against the cheek's. Of 65 pairs of open eyes the darker one had 0.69 at most
 * (screwed up in the sun), the next 0.60; painted lids had 0.72 to 0.99.
 */
const LID = 0.72;
/** Brighter than any lid: a light that is mirrored there. */
const MIRRORED = 1.15;
/** In widths of the eye: the disc that is looked at, and the patch of cheek below it. */
const DISC = 0.13;
const CHEEK = { from: 0.45, to: 0.7, aside: 0.4 };
const STEPS = 8;

/** Whether both eyes are closed: the mesh alone cannot tell, so it is also looked at whether there is an iris. */
export function eyesClosed(
  image: RgbImage,
  face: Pick<FaceLandmarks, 'eyes' | 'eyeOpenness' | 'roll' | 'width'>,
): boolean {
  if (face.eyeOpenness < SURELY_CLOSED) return true;
  if (face.eyeOpenness > SURELY_OPEN) return false;
  return face.eyes.every(eye => {
    const share = irisLuminance(image, face, eye);
    return share > LID && share < MIRRORED;
  });
}

/** An eye is a fifth of a face wide. */
function irisLuminance(image: RgbImage, { roll, width }: { roll: number; width: number }, [x, y]: Point): number {
  const unit = width / 5;
  const [cos, sin] = [Math.cos(roll) * unit, Math.sin(roll) * unit];
  const toImage = { xx: cos, xy: -sin, x0: x, yx: sin, yy: cos, y0: y };
  const disc: number[] = [];
  const cheek: number[] = [];
  for (let i = -STEPS; i <= STEPS; i++) {
    for (let j = -STEPS; j <= STEPS; j++) {
      const [u, v] = [i / STEPS, j / STEPS];
      if (u * u + v * v <= 1) disc.push(luminanceAt(image, transform(toImage, u * DISC, v * DISC)));
      const below = CHEEK.from + ((v + 1) / 2) * (CHEEK.to - CHEEK.from);
      cheek.push(luminanceAt(image, transform(toImage, u * CHEEK.aside, below)));
    }
  }
  return median(disc) / Math.max(1, median(cheek));
}

function luminanceAt({ data, width, height }: RgbImage, [x, y]: Point): number {
  const column = Math.min(width - 1, Math.max(0, Math.floor(x)));
  const i = (Math.min(height - 1, Math.max(0, Math.floor(y))) * width + column) * 3;
  return 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
