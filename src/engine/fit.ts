import type { AigcLabel } from '../kernel/aigc.js';
import { DarkroomError } from '../kernel/errors.js';
import { decodeWithin, readHeader } from './decode.js';
import { encodeJpeg, jpegOf } from './encode.js';
import type { FitLimits, Picture } from './picture.js';
import { readLabels, withLabels } from './picture-labels.js';
import { type RgbImage, resize } from './pixels.js';

/** Below this quality a smaller picture shows more of a face than a larger one of the same size in bytes. */
const GOOD_QUALITY = 70;
const MAX_QUALITY = 95;
/** Lowest quality, used only for the smallest size that is tried. */
const MIN_QUALITY = 40;
const SCALE_STEP = 0.82;
/** Longer side in pixels. In a smaller picture the face cannot be recognised any more. */
const MIN_SIDE = 320;

/**
 * The picture within both limits. It is returned unchanged if it is within them already, else as the largest JPEG of
 * good quality that fits, with the labels of generated content that it carries.
 * Errors: CORRUPT_IMAGE, CANNOT_FIT.
 */
export async function fitWithin(bytes: Uint8Array, { maxSide, maxBytes }: FitLimits): Promise<Picture> {
  const { mime, width, height, dpi } = await readHeader(bytes);
  const side = Math.max(width, height);
  const targetSide = Math.min(side, maxSide ?? side);
  const maxSize = maxBytes ?? Number.POSITIVE_INFINITY;
  if (side === targetSide && bytes.byteLength <= maxSize) return { bytes, mime, width, height };
  // Never more pixels in memory than are wanted.
  const { image } = await decodeWithin(bytes, targetSide);
  const labels = readLabels(bytes, mime);
  for (let scale = 1; ; scale *= SCALE_STEP) {
    const smallest = targetSide * scale * SCALE_STEP < MIN_SIDE;
    const smaller = await scaleBy(image, scale);
    const fitted = await encodeWithin(smaller, { dpi, labels }, smallest ? MIN_QUALITY : GOOD_QUALITY, maxSize);
    if (fitted) return fitted;
    if (smallest) throw cannotFit(maxSize);
  }
}

/** Rounded down, so that the longer side never exceeds the limit. */
async function scaleBy(image: RgbImage, scale: number): Promise<RgbImage> {
  if (scale >= 1) return image;
  const width = Math.max(1, Math.floor(image.width * scale + 1e-6));
  const height = Math.max(1, Math.floor(image.height * scale + 1e-6));
  return resize(image, width, height);
}

/** The highest quality that fits, by bisection. Undefined where not even `minQuality` fits. */
async function encodeWithin(
  image: RgbImage,
  { dpi, labels }: { dpi: number | null; labels: readonly AigcLabel[] },
  minQuality: number,
  maxSize: number,
): Promise<Picture | undefined> {
  const standard = await encodeJpeg(image, dpi, labels);
  if (standard.bytes.byteLength <= maxSize) return standard;
  let best: Uint8Array | undefined;
  for (let low = minQuality, high = MAX_QUALITY - 1; low <= high; ) {
    const quality = best ? (low + high) >> 1 : minQuality;
    const bytes = withLabels({ ...image, bytes: await jpegOf(image, quality), mime: 'image/jpeg' }, labels);
    if (bytes.byteLength <= maxSize) {
      best = bytes;
      low = quality + 1;
    } else if (!best) return undefined;
    else high = quality - 1;
  }
  return best && { bytes: best, mime: 'image/jpeg', width: image.width, height: image.height };
}

function cannotFit(maxSize: number): DarkroomError {
  return new DarkroomError('CANNOT_FIT', `The picture cannot be brought within ${maxSize} bytes and still be of use.`);
}
