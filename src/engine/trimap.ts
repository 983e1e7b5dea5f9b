import type { Trimap } from './closed-form.js';
import { openHairGaps } from './hair-gaps.js';
import type { FacePosition } from './head-position.js';
import type { RgbImage } from './pixels.js';
import { fitWall, isPlain } from './plain-wall.js';
import { dilate, erode, type Plane, resizeBilinear, resizeByArea } from './plane.js';

/** The segmentation has a resolution of 256 x 256, so the unknown band around its edge is measured on that grid. */
const GRID = 256;
const BAND = Math.round(GRID * 0.018);
const WIDE_BAND = Math.round(GRID * 0.075);
const SURE_PERSON = 0.9;
const SURE_BACKGROUND = 0.1;

/**
 * Sure foreground, sure background and the unknown band between, from the person's probability. In front of a plain
 * wall, gaps in the hair are opened too.
 */
export function makeTrimap(image: RgbImage, person: Plane, face: FacePosition): Trimap {
  const { width, height } = image;
  const grid = resizeByArea(person, GRID, GRID);
  const least = resizeBilinear(erode(grid, BAND), width, height).data;
  const most = resizeBilinear(dilate(grid, BAND), width, height).data;
  const known = new Int8Array(width * height);
  const guess = Float32Array.from(person.data);
  const confidence = new Float32Array(width * height);
  const background = new Uint8Array(width * height);
  for (let i = 0; i < known.length; i++) {
    known[i] = least[i]! > SURE_PERSON ? 1 : most[i]! < SURE_BACKGROUND ? 0 : -1;
    const sureness = Math.abs(person.data[i]! - 0.5) * 2;
    confidence[i] = 0.15 + sureness ** 3;
    background[i] = most[i]! < SURE_BACKGROUND / 2 ? 1 : 0;
  }
  const trimap = { known, guess, confidence };
  const wall = fitWall(image, background);
  if (isPlain(wall)) {
    const core = resizeBilinear(erode(grid, WIDE_BAND), width, height).data;
    openHairGaps(image, wall, trimap, core, face);
  }
  return trimap;
}
