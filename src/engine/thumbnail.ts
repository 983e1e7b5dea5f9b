import sharp from 'sharp';
import { LIMITS } from '../kernel/limits.js';
import { orCorruptImage, readHeader } from './decode.js';
import type { Picture } from './picture.js';
import { readLabels, withLabels } from './picture-labels.js';

/** Blocks show from about 70 on in the small faces of a list. */
const QUALITY = 80;

/**
 * A small copy as WebP: it has transparency, and is a third of a JPEG. Never wider than the picture. What it was labelled
 * with stays. Errors: CORRUPT_IMAGE.
 */
export async function thumbnail(bytes: Uint8Array, widthPx: number): Promise<Picture> {
  const { mime } = await readHeader(bytes);
  const { data, info } = await orCorruptImage(() =>
    sharp(bytes, { limitInputPixels: LIMITS.image.pixels })
      .resize({ width: widthPx, withoutEnlargement: true })
      .webp({ quality: QUALITY })
      .toBuffer({ resolveWithObject: true }),
  );
  const small = { bytes: data, mime: 'image/webp', width: info.width, height: info.height } as const;
  return { ...small, bytes: withLabels(small, readLabels(bytes, mime)) };
}
