import { DarkroomError } from '../kernel/errors.js';
import { decodeWhole, readHeader } from './decode.js';
import { encodeJpeg, jpegOf } from './encode.js';
import type { FitLimits, Picture } from './picture.js';
import { type RgbImage, resize } from './pixels.js';

/** A smaller picture of this quality shows more of a face than a larger one of less. */
const GOOD_QUALITY = 70;
const BEST_QUALITY = 95;
/** Only for the smallest picture that is tried. */
const WORST_QUALITY = 40;
const STEP = 0.82;
/** Longer side, in pixels; below it a face is no longer one. */
const LEAST_SIDE = 320;

/**
 * The picture within both limits: untouched if it is already, else the largest JPEG of good quality that fits.
 * Errors: CORRUPT_IMAGE, CANNOT_FIT.
 */
export async function fitWithin(bytes: Uint8Array, { maxSide, maxBytes }: FitLimits): Promise<Picture> {
  const { mime, width, height } = await readHeader(bytes);
  const side = Math.max(width, height);
  const most = Math.min(side, maxSide ?? side);
  const room = maxBytes ?? Number.POSITIVE_INFINITY;
  if (side === most && bytes.byteLength <= room) return { bytes, mime, width, height };
  const { image, dpi } = await decodeWhole(bytes);
  for (let scale = most / side; ; scale *= STEP) {
    const smallest = side * scale * STEP < LEAST_SIDE;
    const smaller = await reducedTo(image, scale);
    const fitted = await withinBytes(smaller, dpi, smallest ? WORST_QUALITY : GOOD_QUALITY, room);
    if (fitted) return fitted;
    if (smallest) throw cannotFit(room);
  }
}

/** Rounded down, so that the longer side never passes the limit. */
async function reducedTo(image: RgbImage, scale: number): Promise<RgbImage> {
  if (scale >= 1) return image;
  const width = Math.max(1, Math.floor(image.width * scale + 1e-6));
  const height = Math.max(1, Math.floor(image.height * scale + 1e-6));
  return resize(image, width, height);
}

/** The highest quality that fits, by bisection; undefined if the least one does not. */
async function withinBytes(
  image: RgbImage,
  dpi: number | null,
  least: number,
  room: number,
): Promise<Picture | undefined> {
  const usual = await encodeJpeg(image, dpi);
  if (usual.bytes.byteLength <= room) return usual;
  let best: Uint8Array | undefined;
  for (let low = least, high = BEST_QUALITY - 1; low <= high; ) {
    const quality = best ? (low + high) >> 1 : least;
    const bytes = await jpegOf(image, quality);
    if (bytes.byteLength <= room) {
      best = bytes;
      low = quality + 1;
    } else if (!best) return undefined;
    else high = quality - 1;
  }
  return best && { bytes: best, mime: 'image/jpeg', width: image.width, height: image.height };
}

function cannotFit(room: number): DarkroomError {
  return new DarkroomError('CANNOT_FIT', `The picture cannot be brought within ${room} bytes and still be of use.`);
}
