/** What goes into the engine and what comes out of it. No import: the main thread, the workers and the tests all read it. */

/** `hex` is `#RRGGBB`. A gradient runs from the top edge (`from`) to the bottom edge (`to`). Transparent gives a PNG. */
export type Background =
  | { kind: 'solid'; hex: string }
  | { kind: 'gradient'; from: string; to: string }
  | { kind: 'transparent' };

export interface IdPhotoOptions {
  widthPx: number;
  heightPx: number;
  dpi: number;
  /** File size. The minimum counts in 1024s and the maximum in 1000s where both fit, since checkers of either habit exist. */
  minKb?: number;
  maxKb?: number;
  /** (chin - crown) / height of the photo, 0..1. */
  headRatio: number;
  /** From the upper edge to the crown / height, 0..1. Stands alone: `faceCenter` is the other way to say the same. */
  topMargin?: number;
  /** ISO/IEC 19794-5 face centre M, midway between the eyes: fractions of the width from the left, of the height from the top. */
  faceCenter?: { x: number; y: number };
  backgrounds: readonly Background[];
}

/** What was found in the upload; independent of any spec or colour. */
export interface PhotoFacts {
  /** Confirmed faces, the subject included. */
  faces: number;
  /** Between the centres of the eyes, in pixels of the upload. */
  eyeDistancePx: number;
  /** Of the line through the eyes, clockwise positive; the engine turns it back to level. */
  rollDegrees: number;
  /** Nose tip off the middle of the cheeks, as a fraction of the face's width: 0 is frontal, about ±0.15 is 20 degrees. */
  yaw: number;
  /** Mean height / width of the eye openings; under about 0.12 the eyes are closed. */
  eyeOpenness: number;
  /** 0..1, how far the cut-out can be trusted. */
  matteQuality: number;
}

/** Measured on the rendered picture, not echoed from the request. */
export interface MeasuredGeometry {
  headRatio: number;
  topMargin: number;
  faceCenter: { x: number; y: number };
  /** In pixels of the rendered photo. */
  eyeDistancePx: number;
  /** Of the upload; corrected in the rendered photo. */
  rollDegrees: number;
  /** Rendered pixels per pixel of the upload: over 1 the photo was enlarged. */
  scale: number;
}

/** CROWN_CUT: the upload's own edge cuts through the hair. BODY_CUT, SHOULDER_CUT: the body ends before the photo's edge. */
export const PHOTO_WARNINGS = [
  'LOW_RESOLUTION',
  'CROWN_CUT',
  'BODY_CUT',
  'SHOULDER_CUT',
  'MULTIPLE_FACES',
  'EYES_CLOSED',
  'HEAD_TILTED',
] as const;
export type PhotoWarning = (typeof PHOTO_WARNINGS)[number];

export interface RenderedPhoto {
  background: Background;
  mime: 'image/jpeg' | 'image/png';
  bytes: Uint8Array;
  widthPx: number;
  heightPx: number;
  dpi: number;
  /** JPEG quality 1..100; absent for PNG. */
  quality?: number;
  geometry: MeasuredGeometry;
  matteQuality: number;
  warnings: PhotoWarning[];
}

export interface NormalisedPhoto {
  bytes: Uint8Array;
  mime: 'image/jpeg';
  width: number;
  height: number;
}
