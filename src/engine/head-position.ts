import type { Point } from './affine.js';

/** Where a head is, in pixels of a frame in which rows grow downwards. */
export interface HeadGeometry {
  centreX: number;
  crownY: number;
  chinY: number;
  eyes: readonly [Point, Point];
  /** From cheek to cheek. */
  faceWidth: number;
}

/** Position of the face in pixels of the image. The head is upright: the image was rotated before. */
export interface FacePosition {
  centreX: number;
  chinY: number;
  foreheadY: number;
  width: number;
}
