import { type AigcLabel, distinctLabels } from '../kernel/aigc.js';
import { LIMITS } from '../kernel/limits.js';
import { labelsIn, mayHaveLabel } from './aigc-metadata.js';
import { jpegMetadata, jpegXmp, withJpegXmp } from './jpeg-segments.js';
import type { PictureMime } from './picture.js';
import { pngMetadata, pngXmp, withPngXmp } from './png-chunks.js';
import { webpMetadata, webpXmp, withWebpXmp } from './webp-chunks.js';
import { xmpWithLabels } from './xmp.js';

/** What a segment of a JPEG can hold; no other format holds less. */
const MAX_PACKET = 65_000;

interface LabelledFile {
  bytes: Uint8Array;
  mime: PictureMime;
  width: number;
  height: number;
}

const FORMATS = {
  'image/jpeg': { metadata: jpegMetadata, xmp: jpegXmp, withXmp: withJpegXmp },
  'image/png': { metadata: pngMetadata, xmp: pngXmp, withXmp: withPngXmp },
  'image/webp': { metadata: webpMetadata, xmp: webpXmp, withXmp: withWebpXmp },
} satisfies Record<PictureMime, unknown>;

/** The pieces of metadata of a picture, as far as any of it can say how it was made. */
export function metadataOf(bytes: Uint8Array, mime: PictureMime): Generator<Buffer> {
  return FORMATS[mime].metadata(bytes);
}

/** The labels of generated content that a picture carries, wherever its metadata has them. It takes time linear in the file. */
export function readLabels(bytes: Uint8Array, mime: PictureMime): AigcLabel[] {
  const labels: AigcLabel[] = [];
  let pieces = 0;
  for (const payload of metadataOf(bytes, mime)) {
    if (!mayHaveLabel(payload)) continue;
    if (++pieces > LIMITS.aigc.traces) break;
    labels.push(...labelsIn(payload));
  }
  return distinctLabels(labels);
}

/**
 * The file with these labels in XMP, and nothing encoded again. What else its XMP says stays. A file that has exactly
 * these comes back as it is.
 */
export function withLabels({ bytes, mime, width, height }: LabelledFile, labels: readonly AigcLabel[]): Uint8Array {
  if (labels.length === 0) return bytes;
  const { xmp, withXmp } = FORMATS[mime];
  const old = xmp(bytes);
  const alone = xmpWithLabels(labels);
  if (old === alone) return bytes;
  const packet = xmpWithLabels(labels, old);
  const fits = Buffer.byteLength(packet) <= MAX_PACKET;
  return withXmp(bytes, fits ? packet : alone, { width, height });
}
