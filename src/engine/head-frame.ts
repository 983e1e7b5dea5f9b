import { type Affine, invert, type Point, transform } from './affine.js';
import type { FaceLandmarks } from './face-mesh.js';
import { fitHead, type HeadPlace } from './fit-head.js';
import type { HeadGeometry } from './head-position.js';
import type { IdPhotoOptions } from './photo.js';

/**
 * The coordinate frame of an analysis: the head is upright, and the midpoint of the cheeks lies on the vertical axis.
 * All lengths are in frame pixels. The main thread imports this file: no models, no sharp.
 */
export interface HeadFrame {
  width: number;
  height: number;
  /** Maps frame pixels to pixels of the photo that the engine works on. */
  toPhoto: Affine;
  photoWidth: number;
  photoHeight: number;
}

/** Extents of a frame in widths of the face, measured from the midpoint of the cheeks. */
interface FrameExtent {
  sides: number;
  above: number;
  below: number;
  /** Width of the frame in pixels. */
  pixels: number;
}

/** `near` covers every usual document. `wide` is for small heads and landscape formats. */
export const FRAME_SIZES = {
  near: { sides: 1.65, above: 2.4, below: 2, pixels: 512 },
  wide: { sides: 3.6, above: 3.4, below: 5.6, pixels: 768 },
} as const satisfies Record<string, FrameExtent>;
export type FrameSize = keyof typeof FRAME_SIZES;

/** A smaller roll than one degree is within the noise of the landmarks. */
const MIN_ROLL = Math.PI / 180;

export function headFrame(
  landmarks: FaceLandmarks,
  photo: { width: number; height: number },
  size: FrameSize,
): HeadFrame {
  const extent = FRAME_SIZES[size];
  const step = (landmarks.width * extent.sides * 2) / extent.pixels;
  const roll = Math.abs(landmarks.roll) > MIN_ROLL ? landmarks.roll : 0;
  const cos = Math.cos(roll) * step;
  const sin = Math.sin(roll) * step;
  const axis = extent.pixels / 2;
  const cheeksY = (landmarks.width * extent.above) / step;
  const [x, y] = landmarks.centre;
  return {
    width: extent.pixels,
    height: Math.round((landmarks.width * (extent.above + extent.below)) / step),
    toPhoto: {
      xx: cos,
      xy: -sin,
      x0: x - axis * cos + cheeksY * sin,
      yx: sin,
      yy: cos,
      y0: y - axis * sin - cheeksY * cos,
    },
    photoWidth: photo.width,
    photoHeight: photo.height,
  };
}

/**
 * Maps pixels of the result (edges at integers) to frame pixels. `lowest` is a row of the frame that the result should
 * not reach below.
 */
export function cropOf(
  head: HeadGeometry,
  options: Omit<IdPhotoOptions, 'backgrounds' | 'dpi'>,
  lowest?: number,
): Affine {
  const { widthPx, heightPx, faceCenter } = options;
  const { crown, chin } = placeHead(head, options, lowest);
  const step = (head.chinY - head.crownY) / ((chin - crown) * heightPx);
  const [left, right] = head.eyes;
  const x0 = faceCenter
    ? (left[0] + right[0]) / 2 - faceCenter.x * widthPx * step
    : head.centreX - (widthPx * step) / 2;
  return { xx: step, xy: 0, x0, yx: 0, yy: step, y0: head.crownY - crown * heightPx * step };
}

/** Where crown and chin go, as shares of the height: as the options say, and moved where the numbers asked for want it. */
function placeHead(head: HeadGeometry, options: Parameters<typeof cropOf>[1], lowest?: number): HeadPlace {
  const { headRatio, topMargin, faceCenter, asked, widthPx, heightPx } = options;
  const eyeShare = ((head.eyes[0][1] + head.eyes[1][1]) / 2 - head.crownY) / (head.chinY - head.crownY);
  const crown = faceCenter ? faceCenter.y - eyeShare * headRatio : (topMargin ?? DEFAULT_TOP_MARGIN);
  const wished = { crown, chin: crown + headRatio };
  return asked === undefined ? wished : fitHead(head, asked, wished, widthPx / heightPx, lowest);
}

const DEFAULT_TOP_MARGIN = 0.085;

export function insidePhoto(frame: HeadFrame, point: Point): boolean {
  const [x, y] = transform(frame.toPhoto, point[0], point[1]);
  return x >= 0 && y >= 0 && x <= frame.photoWidth && y <= frame.photoHeight;
}

/** Whether the crop covers a part of the photo outside the frame, which has no matte. */
export function exceedsFrame(frame: HeadFrame, crop: Affine, widthPx: number, heightPx: number): boolean {
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
      // One pixel further in, because bilinear sampling also reads the next pixel.
      const inside = point[0] >= 1 && point[1] >= 1 && point[0] <= frame.width - 1 && point[1] <= frame.height - 1;
      if (!inside && insidePhoto(frame, point)) return true;
    }
  }
  return false;
}

/** The part of the photo that the frame covers, in pixels of the photo, with two pixels more on each side. */
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
