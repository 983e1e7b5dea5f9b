import { type Affine, compose, type Point, transform } from './affine.js';
import type { Analysis } from './analysis.js';
import type { AskedNumber } from './asked-numbers.js';
import { cropOf, insidePhoto } from './head-frame.js';
import type { IdPhotoOptions } from './photo.js';

/**
 * A head may grow and move so far where the body would float otherwise and neither caller nor rule has a number; the
 * drawings of usual documents leave that room (GA/T 1180: head 0.58 to 0.69, 0.06 to 0.10 above it).
 */
const GROWTH = 1.13;
const UP = 0.04;
const DOWN = 0.07;
/** A head that is tilted by less may stay so where the body is cut: turned upright, its lower edge would be slanted. */
const MAX_LEFT_TILT = 8;
/** In frame pixels: alpha fades over the edge of the photo. */
const EDGE = 2;
const COLUMNS = 64;

export interface Placement {
  /** Pixels of the result to frame pixels. */
  crop: Affine;
  /** Tilt of the head that was left in, in degrees. */
  tiltDegrees: number;
}

type Options = Omit<IdPhotoOptions, 'backgrounds' | 'dpi'>;
type Placed = Pick<Analysis, 'frame' | 'head' | 'alpha' | 'facts'>;

/**
 * Where the photo is cut from the frame. Where the upload ends above the lower edge of the photo, the body would float:
 * the head moves down and grows, as far as caller and rules let it; if that is not enough, a small tilt is left in, so
 * that the upload's lower edge is level.
 */
export function placePhoto(analysis: Placed, options: Options): Placement {
  const upright = cropOf(analysis.head, options);
  const level = { crop: upright, tiltDegrees: 0 };
  const edge = bodyEdge(analysis, level, options);
  // The frame of a head that is not levelled has its tilt already.
  const left = options.level === false ? analysis.facts.rollDegrees : 0;
  if (edge === undefined) return { crop: upright, tiltDegrees: left };
  const moved = { crop: cropAbove(analysis, edge, options), tiltDegrees: left };
  if (options.level === false) return moved;
  if (isWhole(moved.crop, edge, options) || Math.abs(analysis.facts.rollDegrees) > MAX_LEFT_TILT) return moved;
  const tilted = { crop: compose(tilt(analysis), upright), tiltDegrees: analysis.facts.rollDegrees };
  const tiltedEdge = bodyEdge(analysis, tilted, options);
  const crop = tiltedEdge === undefined ? upright : cropAbove(analysis, tiltedEdge, options);
  return { ...tilted, crop: compose(tilt(analysis), crop) };
}

function cropAbove({ head }: Placed, edge: number, options: Options): Affine {
  const { headRatio, topMargin, asked = [] } = options;
  const usual = (code: AskedNumber['code'], min: number, max: number): AskedNumber => ({
    code,
    min,
    max,
    strength: 'USUAL',
    rule: null,
    headTop: 'HAIR',
  });
  const room = [usual('HEAD_HEIGHT', headRatio, headRatio * GROWTH)];
  if (topMargin !== undefined) room.push(usual('TOP_MARGIN', topMargin - UP, topMargin + DOWN));
  return cropOf(head, { ...options, asked: [...asked, ...room] }, edge);
}

function isWhole(crop: Affine, edge: number, { heightPx }: Options): boolean {
  return crop.y0 + crop.yy * heightPx <= edge + EDGE / 2;
}

/** Turns the picture about the middle of the eyes, back to how it was taken. */
function tilt({ head, facts }: Placed): Affine {
  const [left, right] = head.eyes;
  const [x, y] = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  const angle = (-facts.rollDegrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { xx: cos, xy: -sin, x0: x - cos * x + sin * y, yx: sin, yy: cos, y0: y - sin * x - cos * y };
}

/**
 * The highest row, in frame pixels before any tilt, at which the upload's lower edge cuts through the person within
 * the photo; undefined where the person reaches the photo's lower edge everywhere.
 */
function bodyEdge(analysis: Placed, { crop, tiltDegrees }: Placement, { widthPx, heightPx }: Options) {
  const { frame, alpha } = analysis;
  const isPerson = ([x, y]: Point) =>
    alpha[Math.min(frame.height - 1, Math.round(y)) * frame.width + Math.round(x)]! > 127;
  const back = tiltDegrees === 0 ? undefined : tilt(analysis);
  let highest: number | undefined;
  for (let column = 0; column <= COLUMNS; column++) {
    const x = (column / COLUMNS) * widthPx;
    for (let y = heightPx; y > heightPx / 2; y -= heightPx / 400) {
      const point = transform(crop, x, y);
      if (point[0] < 0 || point[0] >= frame.width || point[1] < 0) break;
      if (point[1] >= frame.height || !insidePhoto(frame, point)) continue;
      if (y === heightPx) break;
      const within = transform(crop, x, y - (2 * EDGE) / Math.hypot(crop.yy, crop.xy));
      if (!isPerson(within)) break;
      const row = (back ? untilted(back, point) : point[1]) - EDGE;
      highest = Math.min(highest ?? row, row);
      break;
    }
  }
  return highest;
}

/** The row of a point before the tilt: a rotation is undone by its transpose. */
function untilted({ xy, x0, yy, y0 }: Affine, [x, y]: Point): number {
  return xy * (x - x0) + yy * (y - y0);
}
