import { asServable, assertDecodable, decodeWhole, readHeader } from './decode.js';
import { encodeJpeg } from './encode.js';
import { withJfifDensity, withoutJpegMetadata } from './jpeg-segments.js';
import type { PictureMime, ReceivedPicture } from './picture.js';
import { readLabels, withLabels } from './picture-labels.js';
import { withoutPngMetadata } from './png-chunks.js';
import { withoutWebpMetadata } from './webp-chunks.js';

const CLEANERS = {
  'image/jpeg': withoutJpegMetadata,
  'image/png': withoutPngMetadata,
  'image/webp': withoutWebpMetadata,
} satisfies Record<PictureMime, unknown>;

/**
 * Takes in a picture that a vendor made: decodes it in full to prove that it is one, measures it, and removes its
 * metadata without encoding it again. Labels of generated content are written anew, because the rules forbid their
 * removal. Only where EXIF rotates the picture and EXIF has to be removed, the picture is rotated and encoded again. A
 * format that we do not hand out (GIF, TIFF, AVIF, BMP, an animation) becomes PNG. Errors: CORRUPT_IMAGE.
 */
export async function receive(made: Uint8Array, keepMetadata: boolean): Promise<ReceivedPicture> {
  const bytes = await asServable(made);
  await assertDecodable(bytes);
  const { mime, width, height, dpi, orientation } = await readHeader(bytes);
  const labels = readLabels(bytes, mime);
  const facts = { mime, width, height, dpi, labels };
  if (keepMetadata) return { bytes, ...facts };
  if (orientation !== 1) {
    const { image } = await decodeWhole(bytes);
    return { ...(await encodeJpeg(image, dpi, labels)), dpi, labels };
  }
  const clean = CLEANERS[mime](bytes);
  const { dpi: left } = await readHeader(clean);
  // The density was in EXIF only, so it is written into the JFIF header.
  const isLost = mime === 'image/jpeg' && dpi !== null && left !== dpi;
  const measured = { ...facts, dpi: isLost ? dpi : left };
  const picture = isLost ? withJfifDensity(clean, dpi) : clean;
  return { ...measured, bytes: withLabels({ ...measured, bytes: picture }, labels) };
}
