import type { Affine } from './affine.js';
import type { HeadFrame, HeadGeometry } from './head-frame.js';
import type { PhotoFacts, PhotoWarning } from './photo.js';
import type { RgbImage } from './pixels.js';

/**
 * All that a render needs, whatever the spec and colour. The three arrays lie in SharedArrayBuffers: the main thread
 * keeps them, any worker reads them, none copies them.
 */
export interface Analysis {
  facts: PhotoFacts;
  /** Those that hold for every spec. */
  warnings: PhotoWarning[];
  frame: HeadFrame;
  head: HeadGeometry;
  /** The part of the upload under the frame. */
  source: RgbImage;
  /** Photo (see `HeadFrame`) to `source`. */
  toSource: Affine;
  /** Pixels of `source` per pixel of the upload, at most 1. */
  sourceScale: number;
  /** Frame grid; 0..255. */
  alpha: Uint8Array;
  /** Frame grid, three a pixel: person's own colour - colour in the photo. Small, so it can be enlarged while the photo keeps its detail. */
  correction: Int16Array;
}

export function analysisBytes(analysis: Analysis): number {
  return analysis.source.data.byteLength + analysis.alpha.byteLength + analysis.correction.byteLength;
}
