import { type Affine, invert, type Point, transform } from './affine.js';
import type { FaceLandmarks } from './face-mesh.js';
import type { IdPhotoOptions } from './photo.js';

/**
 * The analysis works in a frame of its own: the head upright, the middle of the cheeks on the frame's vertical axis.
 * All lengths are in frame pixels. Light enough for the main thread.
 */
export interface HeadFrame {
  width: number;
  height: number;
  /** Frame to photo (pixels of the upload as the engine holds it). */
  toPhoto: Affine;
  photoWidth: number;
  photoHeight: number;
}

export interface HeadGeometry {
  centreX: number;
  crownY: number;
  chinY: number;
  eyes: readonly [Point, Point];
  /** Cheek to cheek. */
  faceWidth: number;
}

/** Extents in face widths, around the middle of the cheeks. */
interface Reach {
  sides: number;
  above: number;
  below: number;
  /** Width of the frame in pixels. */
  pixels: number;
}

/** `near` holds every usual document; `wide` is for small heads and landscape sizes. */
export const REACHES = {
  near: { sides: 1.65, above: 2.4, below: 2, pixels: 512 },
  wide: { sides: 3.6, above: 3.4, below: 5.6, pixels: 768 },
} as const satisfies Record<string, Reach>;
export type ReachName = keyof typeof REACHES;

/** Below one degree the landmarks' own noise is larger than the tilt. */
const MIN_ROLL = Math.PI / 180;

export function headFrame(
  landmarks: FaceLandmarks,
  photo: { width: number; height: number },
  name: ReachName,
): HeadFrame {
  const reach = REACHES[name];
  const step = (landmarks.width * reach.sides * 2) / reach.pixels;
  const roll = Math.abs(landmarks.roll) > MIN_ROLL ? landmarks.roll : 0;
  const cos = Math.cos(roll) * step;
  const sin = Math.sin(roll) * step;
  const axis = reach.pixels / 2;
  const cheeks = (landmarks.width * reach.above) / step;
  const [x, y] = landmarks.centre;
  return {
    width: reach.pixels,
    height: Math.round((landmarks.width * (reach.above + reach.below)) / step),
    toPhoto: {
      xx: cos,
      xy: -sin,
      x0: x - axis * cos + cheeks * sin,
      yx: sin,
      yy: cos,
      y0: y - axis * sin - cheeks * cos,
    },
    photoWidth: photo.width,
    photoHeight: photo.height,
  };
}

/** Result pixel (edges on integers) to frame pixel. */
export function cropOf(head: HeadGeometry, options: Omit<IdPhotoOptions, 'backgrounds' | 'dpi'>): Affine {
  const { widthPx, heightPx, headRatio, faceCenter, topMargin } = options;
  const step = (head.chinY - head.crownY) / (headRatio * heightPx);
  const [left, right] = head.eyes;
  const x0 = faceCenter
    ? (left[0] + right[0]) / 2 - faceCenter.x * widthPx * step
    : head.centreX - (widthPx * step) / 2;
  const y0 = faceCenter
    ? (left[1] + right[1]) / 2 - faceCenter.y * heightPx * step
    : head.crownY - (topMargin ?? USUAL_TOP_MARGIN) * heightPx * step;
  return { xx: step, xy: 0, x0, yx: 0, yy: step, y0 };
}
const USUAL_TOP_MARGIN = 0.085;

export function insidePhoto(frame: HeadFrame, point: Point): boolean {
  const [x, y] = transform(frame.toPhoto, point[0], point[1]);
  return x >= 0 && y >= 0 && x <= frame.photoWidth && y <= frame.photoHeight;
}

/** Does the crop ask for parts of the photo that lie outside the frame, and so have no matte? */
export function outgrows(frame: HeadFrame, crop: Affine, widthPx: number, heightPx: number): boolean {
  const steps = 32;
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    const edge: Point[] = [
      [t * widthPx, 0],
      [t * widthPx, heightPx],
      [0, t * heightPx],
      [widthPx, t * heightPx],
    ];
    for (const [x, y] of edge) {
      const point = transform(crop, x, y);
      // One pixel in: bilinear sampling has nothing to take from beyond the last one.
      const inside = point[0] >= 1 && point[1] >= 1 && point[0] <= frame.width - 1 && point[1] <= frame.height - 1;
      if (!inside && insidePhoto(frame, point)) return true;
    }
  }
  return false;
}

/** The part of the photo that the frame covers. */
export function frameBox(frame: HeadFrame): { left: number; top: number; right: number; bottom: number } {
  const corners = [
    [0, 0],
    [frame.width, 0],
    [0, frame.height],
    [frame.width, frame.height],
  ].map(([x, y]) => transform(frame.toPhoto, x!, y!));
  const xs = corners.map(point => point[0]);
  const ys = corners.map(point => point[1]);
  return {
    left: Math.max(0, Math.floor(Math.min(...xs)) - 2),
    top: Math.max(0, Math.floor(Math.min(...ys)) - 2),
    right: Math.min(frame.photoWidth, Math.ceil(Math.max(...xs)) + 2),
    bottom: Math.min(frame.photoHeight, Math.ceil(Math.max(...ys)) + 2),
  };
}

export function toFrame(frame: HeadFrame, points: readonly Point[]): Point[] {
  const map = invert(frame.toPhoto);
  return points.map(([x, y]) => transform(map, x, y));
}
