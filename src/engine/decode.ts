import sharp from 'sharp';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { jfifDensity } from './jpeg-segments.js';
import type { NormalisedPhoto } from './photo.js';
import type { PictureMime } from './picture.js';
import type { Box, RgbImage } from './pixels.js';

/** One thread a picture (the pool is the parallelism), and no cache that outlives a job. libvips keeps all three settings for the whole process. */
export function configureSharp(): void {
  sharp.concurrency(1);
  sharp.cache(false);
  // Only three decoders may meet bytes from outside; libvips brings a dozen more (SVG, TIFF, PDF, ...).
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
}

/** Upright, sRGB, first frame only. Tolerates odd markers, as phones write them; refuses damage and a missing end. */
function open(bytes: Uint8Array): sharp.Sharp {
  return sharp(bytes, { limitInputPixels: LIMITS.image.pixels, failOn: 'error' }).autoOrient().toColourspace('srgb');
}

/**
 * The photo as it is kept: opaque JPEG (quality 95, 4:4:4), EXIF orientation applied, converted to sRGB by its own
 * profile, without any metadata. Transparency goes on white. Errors: CORRUPT_IMAGE.
 */
export async function normalise(bytes: Uint8Array): Promise<NormalisedPhoto> {
  const { data, info } = await decoding(() =>
    open(bytes)
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer({ resolveWithObject: true }),
  );
  return { bytes: data, mime: 'image/jpeg', width: info.width, height: info.height };
}

export interface DecodedPhoto {
  image: RgbImage;
  /** Of the upload as seen upright. */
  width: number;
  height: number;
  /** Pixels of `image` per pixel of the upload, at most 1. */
  scale: number;
}

/** The photo within `side` x `side`. */
export async function decodeWithin(bytes: Uint8Array, side: number): Promise<DecodedPhoto> {
  return decoding(async () => {
    const { autoOrient } = await sharp(bytes, { limitInputPixels: LIMITS.image.pixels }).metadata();
    const image = await raw(open(bytes).resize(side, side, { fit: 'inside', withoutEnlargement: true }));
    return { image, width: autoOrient.width, height: autoOrient.height, scale: image.width / autoOrient.width };
  });
}

/** A part of the photo (box in pixels of the upright upload), scaled by at most 1. */
export async function decodePart(bytes: Uint8Array, box: Box, scale: number): Promise<RgbImage> {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const part = open(bytes).extract({ left: box.left, top: box.top, width, height });
  return decoding(() =>
    raw(part.resize(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)), { fit: 'fill' })),
  );
}

export interface OpenedPicture {
  image: RgbImage;
  mime: PictureMime;
  /** As the file says; null if it does not. */
  dpi: number | null;
}

/** The whole picture at its own size, upright, on white. Errors: CORRUPT_IMAGE. */
export async function decodeWhole(bytes: Uint8Array): Promise<OpenedPicture> {
  const { mime, dpi } = await readHeader(bytes);
  return { image: await decoding(() => raw(open(bytes))), mime, dpi };
}

export interface PictureHeader extends Omit<OpenedPicture, 'image'> {
  width: number;
  height: number;
  /** Shown as it is stored: no orientation in its EXIF. */
  upright: boolean;
}

const MIMES: Record<string, PictureMime> = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' };

/** Errors: CORRUPT_IMAGE. */
export async function readHeader(bytes: Uint8Array): Promise<PictureHeader> {
  return decoding(async () => {
    const header = await sharp(bytes, { limitInputPixels: LIMITS.image.pixels }).metadata();
    const mime = MIMES[header.format];
    if (!mime) throw new Error(`format ${header.format}`);
    return { mime, ...header.autoOrient, dpi: densityOf(bytes, header), upright: (header.orientation ?? 1) === 1 };
  });
}

/** libvips says 72 of a JPEG that says nothing, so 72 counts only where the JFIF header has it. */
function densityOf(bytes: Uint8Array, { format, density }: sharp.Metadata): number | null {
  if (format !== 'jpeg') return density ?? null;
  return jfifDensity(bytes) ?? (density === 72 ? null : (density ?? null));
}

/** Decodes every pixel and keeps none: a header alone does not prove a picture. Errors: CORRUPT_IMAGE. */
export async function proveDecodable(bytes: Uint8Array): Promise<void> {
  const whole = { fit: 'fill', fastShrinkOnLoad: false } as const;
  await decoding(() => open(bytes).resize(8, 8, whole).raw().toBuffer());
}

async function raw(pipeline: sharp.Sharp): Promise<RgbImage> {
  const { data, info } = await pipeline.flatten({ background: '#ffffff' }).raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decoded to ${info.channels} channels`);
  return { data, width: info.width, height: info.height };
}

/** libvips' own words stay out of the message: they can hold names of files and libraries. */
async function decoding<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new DarkroomError('CORRUPT_IMAGE', undefined, [], { cause });
  }
}
