import { hasAigcLabel, isAigcLabel } from './aigc-metadata.js';
import { asServable, assertDecodable, decodeWhole, readHeader } from './decode.js';
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
 * Takes in a picture that a vendor made: decodes it in full to prove that it is one, measures it, and removes its
 * metadata without encoding it again. A label of generated content always stays, because the rules forbid its removal.
 * Only where EXIF rotates the picture and EXIF has to be removed, the picture is rotated and encoded again. A format that
 * we do not hand out (GIF, TIFF, AVIF, BMP, an animation) becomes PNG. Errors: CORRUPT_IMAGE.
 */
export async function receive(made: Uint8Array, keepMetadata: boolean): Promise<ReceivedPicture> {
  const bytes = await asServable(made);
  await assertDecodable(bytes);
  const { mime, width, height, dpi, upright } = await readHeader(bytes);
  const aiLabel = hasAigcLabel(bytes, mime);
  const facts = { mime, width, height, dpi, aiLabel };
  // A labelled picture that EXIF rotates keeps its metadata: without EXIF it would be shown rotated, and encoded again
  // it would lose the label.
  if (keepMetadata || (aiLabel && !upright)) return { bytes, ...facts };
  if (!upright) {
    const { image } = await decodeWhole(bytes);
    return { ...(await encodeJpeg(image, dpi)), dpi, aiLabel };
  }
  const clean = CLEANERS[mime](bytes, isAigcLabel);
  const { dpi: left } = await readHeader(clean);
  // The density was in EXIF only, so it is written into the JFIF header.
  if (mime === 'image/jpeg' && dpi !== null && left !== dpi) return { bytes: withJfifDensity(clean, dpi), ...facts };
  return { bytes: clean, ...facts, dpi: left };
}
