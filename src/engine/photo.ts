/** Input and output of the engine. No imports, because the main thread, the workers and the tests all use it. */

/** `hex` is `#RRGGBB`. A gradient runs from the top edge (`from`) to the bottom edge (`to`). Transparent gives a PNG. */
export type Background =
  | { kind: 'solid'; hex: string }
  | { kind: 'gradient'; from: string; to: string }
  | { kind: 'transparent' };

export interface IdPhotoOptions {
  widthPx: number;
  heightPx: number;
  dpi: number;
  /**
   * Size of the file. Some checkers count 1,024 bytes a KB and some 1,000, so the minimum is met in units of 1,024 and
   * the maximum in units of 1,000 where both fit.
   */
  minKb?: number;
  maxKb?: number;
  /** (chin - crown) / height of the photo, 0..1. */
  headRatio: number;
  /**
   * Distance from the upper edge to the crown / height, 0..1. `faceCenter` is the other way to place the head; give one
   * of the two.
   */
  topMargin?: number;
  /** ISO/IEC 19794-5 face centre M, midway between the eyes, as fractions of width and height from the upper left. */
  faceCenter?: { x: number; y: number };
  backgrounds: readonly Background[];
}

/** What was found in the upload; independent of any spec or colour. */
export interface PhotoFacts {
  /** Confirmed faces, the subject included. */
  faces: number;
  /** Between the centres of the eyes, in pixels of the upload. */
  eyeDistancePx: number;
  /** Roll of the line through the eyes, clockwise positive. The engine levels it. */
  rollDegrees: number;
  /**
   * Offset of the nose tip from the midpoint of the cheeks, as a fraction of the width of the face. 0 is frontal, about
   * ±0.15 is 20 degrees.
   */
  yaw: number;
  /** Mean height / width of the eye openings; under about 0.12 the eyes are closed. */
  eyeOpenness: number;
  /** 0..1, how reliable the matte is. */
  matteQuality: number;
}

/** Measured on the rendered picture, not copied from the request. */
export interface MeasuredGeometry {
  headRatio: number;
  topMargin: number;
  faceCenter: { x: number; y: number };
  /** In pixels of the rendered photo. */
  eyeDistancePx: number;
  /** Roll of the head in the upload. The rendered photo is level. */
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
