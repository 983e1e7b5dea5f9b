import type { AigcLabel } from '../kernel/aigc.js';
import type { Affine, Point } from './affine.js';
import type { BackgroundMeasures } from './background-measures.js';
import type { FaceMeasures } from './face-measures.js';
import type { HeadFrame } from './head-frame.js';
import type { FacePosition, HeadGeometry } from './head-position.js';
import type { PhotoFacts, PhotoWarning } from './photo.js';
import type { RgbImage } from './pixels.js';

/**
 * What a render needs from the upload, whatever the spec and colour. The server caches it and sends it to a worker with
 * each render: 2 to 3 MB, a few milliseconds.
 */
export interface Analysis {
  facts: PhotoFacts;
  /** Warnings about the upload; a render adds those about its crop. */
  warnings: PhotoWarning[];
  frame: HeadFrame;
  head: HeadGeometry;
  /** What a report of the photo says of its face and of what stands behind it. */
  measures: PhotoMeasures;
  /** The other faces, on the frame's grid. */
  bystanders: FacePosition[];
  /** The part of the upload under the frame. */
  source: RgbImage;
  /** Photo (see `HeadFrame`) to `source`. */
  toSource: Affine;
  /** Pixels of `source` per pixel of the upload, at most 1. */
  sourceScale: number;
  /** Frame grid; 0..255. */
  alpha: Uint8Array;
  /**
   * On the frame's grid, three values a pixel: the person's own colour minus the colour in the photo. The differences
   * are small, so they can be scaled up while the photo itself keeps its detail.
   */
  correction: Int16Array;
  /** Labels of generated content that the upload carries, and that whatever is made of it has to carry. */
  labels: readonly AigcLabel[];
}

export interface PhotoMeasures {
  face: FaceMeasures;
  /** The share of the head's width that ends at the upper edge of the photo. */
  headCut: number;
  /** Null where the person fills the frame. */
  background: BackgroundMeasures | null;
  /** On the frame's grid: the landmarks' own extent, that of both eyes, and that of the mouth. */
  boxes: Record<'face' | 'eyes' | 'mouth', readonly [from: Point, to: Point]>;
}

export function analysisBytes(analysis: Analysis): number {
  return analysis.source.data.byteLength + analysis.alpha.byteLength + analysis.correction.byteLength;
}
