import type { AigcLabel } from '../kernel/aigc.js';
import type { PhotoWarning } from './photo.js';

/** Pictures other than ID photos. Types only, because the main thread, the workers and the tests all import them. */

export type PictureMime = 'image/jpeg' | 'image/png' | 'image/webp';

/** `width` and `height` in pixels, upright. */
export interface Picture {
  bytes: Uint8Array;
  mime: PictureMime;
  width: number;
  height: number;
}

export interface ChangedBackground extends Picture {
  /** 0..1, how reliable the matte is. */
  matteQuality: number;
  warnings: readonly PhotoWarning[];
}

/** The plan of an enlargement: it is computed in `bands` horizontal bands. */
export interface Enlargement {
  width: number;
  height: number;
  dpi: number | null;
  bands: number;
}

export interface ReceivedPicture extends Picture {
  /** As the file declares it; null where it does not. */
  dpi: number | null;
  /** Labels of generated content (GB 45438-2025) in its metadata. */
  labels: readonly AigcLabel[];
}

/** Pixels of the longer side; bytes of the file. */
export interface FitLimits {
  maxSide?: number;
  maxBytes?: number;
}

export interface SheetOptions {
  /** Size of one photo on the sheet. */
  widthPx: number;
  heightPx: number;
  dpi: number;
  /** null: as many as fit. */
  count: number | null;
}

export interface PrintSheet extends Picture {
  dpi: number;
  count: number;
  columns: number;
  rows: number;
  /** The photos are rotated by 90 degrees, because more of them fit. */
  rotated: boolean;
}

export interface PlaceholderText {
  title: string;
  lines: readonly string[];
  width: number;
  height: number;
}

export interface LabelledPicture extends Picture {
  /** All that it carries now. */
  labels: readonly AigcLabel[];
}

export interface LabelOptions {
  labels: readonly AigcLabel[];
  /** Also the visible mark, in the lower right corner. */
  mark: boolean;
}
