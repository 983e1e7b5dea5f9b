import type { PhotoWarning } from './photo.js';

/** Finished pictures that are no ID photos. Types only: the main thread, the workers and the tests all read them. */

export type PictureMime = 'image/jpeg' | 'image/png' | 'image/webp';

/** `width` and `height` in pixels, as seen upright. */
export interface Picture {
  bytes: Uint8Array;
  mime: PictureMime;
  width: number;
  height: number;
}

export interface ChangedBackground extends Picture {
  /** 0..1, how far the cut-out can be trusted. */
  matteQuality: number;
  warnings: readonly PhotoWarning[];
}

/** A picture about to be enlarged, band by band. */
export interface Enlargement {
  width: number;
  height: number;
  dpi: number | null;
  bands: number;
}

export interface ReceivedPicture extends Picture {
  /** As the file says; null if it does not. */
  dpi: number | null;
  /** It carries the metadata label of generated content that GB 45438-2025 asks for. */
  aiLabel: boolean;
}

/** Pixels of the longer side; bytes of the file. */
export interface FitLimits {
  maxSide?: number;
  maxBytes?: number;
}

export interface SheetOptions {
  /** Of one photo on the sheet. */
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
  /** The photos lie on their side, because more of them fit so. */
  rotated: boolean;
}

export interface PlaceholderText {
  title: string;
  lines: readonly string[];
  width: number;
  height: number;
}

export interface LabelledPicture extends Picture {
  /** It carried a label already, and is what it was. */
  kept: boolean;
}

/** GB 45438-2025: who generated the content, and under which number. */
export interface GeneratedContent {
  producer: string;
  contentId: string;
}
