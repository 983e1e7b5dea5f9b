import { hasAigcLabel, isAigcLabel } from './aigc-metadata.js';
import { decodeWhole, proveDecodable, readHeader } from './decode.js';
import { encodeJpeg } from './encode.js';
import { withJfifDensity, withoutJpegMetadata } from './jpeg-segments.js';
import type { PictureMime, ReceivedPicture } from './picture.js';
import { withoutPngMetadata } from './png-chunks.js';
import { withoutWebpMetadata } from './webp-chunks.js';

const CLEANERS = {
  'image/jpeg': withoutJpegMetadata,
  'image/png': withoutPngMetadata,
  'image/webp': withoutWebpMetadata,
} satisfies Record<PictureMime, unknown>;

/**
 * A picture that a vendor made: decoded in full to prove that it is one, measured, and rid of its metadata without
 * encoding it again. A label of generated content always stays: the rules forbid to take it off. Only where EXIF says
 * that the picture lies on its side, and EXIF has to go, is it turned and encoded anew. Errors: CORRUPT_IMAGE.
 */
export async function receive(bytes: Uint8Array, keepMetadata: boolean): Promise<ReceivedPicture> {
  await proveDecodable(bytes);
  const { mime, width, height, dpi, upright } = await readHeader(bytes);
  const aiLabel = hasAigcLabel(bytes, mime);
  const facts = { mime, width, height, dpi, aiLabel };
  // Cleaned, a labelled picture on its side would fall over; encoded anew, it would lose the label.
  if (keepMetadata || (aiLabel && !upright)) return { bytes, ...facts };
  if (!upright) {
    const { image } = await decodeWhole(bytes);
    return { ...(await encodeJpeg(image, dpi)), dpi, aiLabel };
  }
  const clean = CLEANERS[mime](bytes, isAigcLabel);
  const { dpi: left } = await readHeader(clean);
  // It stood in EXIF alone.
  if (mime === 'image/jpeg' && dpi !== null && left !== dpi) return { bytes: withJfifDensity(clean, dpi), ...facts };
  return { bytes: clean, ...facts, dpi: left };
}
