import type { AigcLabel } from '../kernel/aigc.js';
import type { PhotoWarning } from './photo.js';

/** Pictures other than ID photos. No imports but types, because the main thread, the workers and the tests all import them. */

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

export const CROP_LINES = ['NONE', 'MARKS', 'LINES'] as const;
export const SHEET_ROTATIONS = ['AUTO', 'UPRIGHT', 'SIDEWAYS'] as const;

/** A photo of a sheet: its own pixels, its density, and how often; null: as often as fits. */
export interface SheetItem {
  widthPx: number;
  heightPx: number;
  dpi: number;
  count: number | null;
}

export interface SheetOptions {
  /** Of the paper, as it lies. */
  widthMm: number;
  heightMm: number;
  dpi: number;
  /** Between two photos, and between photos and the edge of the paper. */
  gapMm: number;
  marginMm: number;
  cropLines: (typeof CROP_LINES)[number];
  rotate: (typeof SHEET_ROTATIONS)[number];
  items: readonly SheetItem[];
}

/** What became of an item. */
export interface PlacedItem {
  count: number;
  /** By 90 degrees, clockwise. */
  rotated: boolean;
}

export interface PrintSheet extends Picture {
  dpi: number;
  /** In the order of the items. */
  items: PlacedItem[];
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
