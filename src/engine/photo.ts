import type { AigcLabel } from '../kernel/aigc.js';
import type { AskedNumber } from './asked-numbers.js';
import type { AskedTraits, PhotoReport } from './report.js';

/** Input and output of the engine. Types only, because the main thread, the workers and the tests all use it. */

/** `hex` is `#RRGGBB`. A gradient runs from the top edge (`from`) to the bottom edge (`to`). Transparent gives a PNG. */
export type Background =
  | { kind: 'solid'; hex: string }
  | { kind: 'gradient'; from: string; to: string }
  | { kind: 'transparent' };

/** What stands behind a person on an ID photo. ORIGINAL: what the photo was taken before; nothing is cut out. */
export type PhotoBackground = Background | { kind: 'original' };

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
  /** JPEG quality, 1..100, where it is asked for. */
  quality?: { min: number; max: number };
  /** What offices and callers ask in numbers, what weighs most first: the head is placed by them, and each is measured. */
  asked?: readonly AskedNumber[];
  /** What is asked beside numbers: each is judged, and none changes how the photo is made. */
  traits?: AskedTraits;
  /** Where the upload ends above the lower edge of the photo: false or absent fails with BODY_CUT, true delivers with a warning. */
  allowBodyCut?: boolean;
  /** NONE: only cropped, scaled and encoded. `backgrounds` is the original one then. */
  edit?: 'NONE';
  /** False: a head that leans stays so. */
  level?: boolean;
  /** False: no pixel may be made up by enlarging. Only with `edit: NONE`. */
  mayEnlarge?: boolean;
  backgrounds: readonly PhotoBackground[];
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
  /** Mean height / width of the eye openings as the mesh has them; see `closed-eyes.ts`. */
  eyeOpenness: number;
  /** 0..1, how reliable the matte is. */
  matteQuality: number;
  light: FaceLight;
}

/** How the face was taken. Measured on the frame, where every face has about the same size. */
export interface FaceLight {
  /**
   * Slope of the face's steepest edges: change of luminance a pixel, as a share of the face's whole range. A blur of
   * sigma s widens the steepest edge there can be to 1 / (2.5 s).
   */
  sharpness: number;
  /** Median luminance of the face, 0..255. */
  luminance: number;
  /** The same of its brighter half, left or right. */
  brighterHalf: number;
  /** Luminance of its darkest tenth, as a share of that of its brightest tenth. */
  evenness: number;
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
  /** From cheek to cheek / width. Absent in photos that were kept before it was measured, as the next two. */
  faceWidth?: number;
  /** The skull, without hair, as the proportions of the face give it (`skull.ts`): (chin - skull) / height. */
  skullRatio?: number;
  /** Distance from the upper edge to the skull / height. */
  skullMargin?: number;
}

/** CROWN_CUT: the upload's own edge cuts through the hair. BODY_CUT, SHOULDER_CUT: the body ends before the photo's edge. RULE_MISSED: see the report. */
export const PHOTO_WARNINGS = [
  'LOW_RESOLUTION',
  'CROWN_CUT',
  'BODY_CUT',
  'SHOULDER_CUT',
  'MULTIPLE_FACES',
  'BLURRED',
  'DARK',
  'LOW_CUTOUT_QUALITY',
  'EYES_CLOSED',
  'HEAD_TILTED',
  'RULE_MISSED',
] as const;
export type PhotoWarning = (typeof PHOTO_WARNINGS)[number];

export interface RenderedPhoto {
  background: PhotoBackground;
  mime: 'image/jpeg' | 'image/png';
  bytes: Uint8Array;
  widthPx: number;
  heightPx: number;
  dpi: number;
  /** JPEG quality 1..100; absent for PNG. */
  quality?: number;
  geometry: MeasuredGeometry;
  /** Null where nothing was cut out. */
  matteQuality: number | null;
  warnings: PhotoWarning[];
  /** Of a photo that was not edited. */
  proof?: EditProof;
  report: PhotoReport;
}

export interface NormalisedPhoto {
  bytes: Uint8Array;
  mime: 'image/jpeg';
  width: number;
  height: number;
  /** Labels of generated content that it came with, and carries. */
  labels: readonly AigcLabel[];
  /** Its last lines were not there, and are left out. */
  truncated: boolean;
}

/** Whole pixels of the upright source. */
export interface CropRectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What is done to a photo that is not edited, in this order; what was not needed is left out. */
export const EDIT_OPERATIONS = ['DECODE', 'ORIENT', 'TO_SRGB', 'FLATTEN', 'CROP', 'SCALE', 'ENCODE', 'LABEL'] as const;
export type EditOperation = (typeof EDIT_OPERATIONS)[number];

/** How a photo that was not edited was made of its source; with the source, the same bytes can be made again. */
export interface EditProof {
  /** Absent in proofs of version 1, as the next three: their source is the upright copy of the upload. */
  version?: 2;
  /** Of the source: the upload as it was sent, where that is kept, else the picture that it was made of. */
  sourceSha256?: string;
  /** As EXIF has it, 1 to 8: how the source was turned upright. */
  orientation?: number;
  operations?: readonly EditOperation[];
  crop: CropRectangle;
  widthPx: number;
  heightPx: number;
  /** Of the scaling. */
  kernel: string;
  /** Name and versions. */
  encoder: string;
  /** JPEG quality. */
  quality?: number;
  dpi: number;
  /** Size of the file: a shorter one is padded to it. */
  bytes: number;
}
