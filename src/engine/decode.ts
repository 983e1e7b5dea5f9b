import sharp from 'sharp';
import { type Propagation, propagatedLabel } from '../kernel/aigc.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { decodeBmp, isBmp } from './bmp.js';
import { withoutLostLines } from './cut-jpeg.js';
import { jfifDensity } from './jpeg-segments.js';
import type { NormalisedPhoto } from './photo.js';
import type { PictureMime } from './picture.js';
import { readLabels, withLabels } from './picture-labels.js';
import { type Box, type RgbImage, sharpOf } from './pixels.js';
import { withPngDensity } from './png-chunks.js';

/**
 * libvips keeps these settings for the whole process. One thread a picture, because the pool already runs pictures in
 * parallel. No cache, so that nothing outlives a job.
 */
export function configureSharp(): void {
  sharp.concurrency(1);
  sharp.cache(false);
  // libvips brings more decoders (SVG, PDF, ...). Uploads reach the first three only, since `sniffUpload` takes nothing
  // else and none of the others begins alike. The rest is for what a vendor answers with (receive.ts).
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
  sharp.unblock({ operation: ['VipsForeignLoadNsgif', 'VipsForeignLoadTiff', 'VipsForeignLoadHeif'] });
}

/**
 * Upright, sRGB, first frame only. Tolerates the odd markers that phones write. Refuses damaged and truncated files.
 */
function openUpright(bytes: Uint8Array): sharp.Sharp {
  return sharp(bytes, { limitInputPixels: LIMITS.image.pixels, failOn: 'error' }).autoOrient().toColourspace('srgb');
}

/**
 * The photo as it is stored: opaque JPEG (quality 95, 4:4:4), upright by its EXIF orientation, converted to sRGB from
 * its own profile, without metadata but labels of generated content, which name who hands the photo on. Transparent pixels
 * become white. Of a JPEG that was cut off, the lines that are there.
 * Errors: CORRUPT_IMAGE.
 */
export async function normalise(sent: Uint8Array, propagation?: Propagation): Promise<NormalisedPhoto> {
  const { bytes, lost } = await withoutLostLines(sent);
  const { mime } = await readHeader(bytes);
  const { data, info } = await orCorruptImage(() =>
    openUpright(bytes)
      .flatten({ background: '#ffffff' })
      // Optimised Huffman tables want all coefficients in memory: 340 MB of 50 megapixels, for a file that is 3 % smaller.
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4', optimiseCoding: false })
      .toBuffer({ resolveWithObject: true }),
  );
  const labels = readLabels(bytes, mime).map(label => propagatedLabel(label, propagation));
  const photo = { bytes: data, mime: 'image/jpeg', width: info.width, height: info.height } as const;
  return { ...photo, bytes: withLabels(photo, labels), labels, truncated: lost > 0 };
}

export interface DecodedPhoto {
  image: RgbImage;
  /** Size of the upload, upright. */
  width: number;
  height: number;
  /** Pixels of `image` per pixel of the upload, at most 1. */
  scale: number;
}

/** The photo scaled down to fit `side` x `side`. Errors: CORRUPT_IMAGE. */
export async function decodeWithin(bytes: Uint8Array, side: number): Promise<DecodedPhoto> {
  return orCorruptImage(async () => {
    const { autoOrient } = await sharp(bytes, { limitInputPixels: LIMITS.image.pixels }).metadata();
    const image = await toRgb(openUpright(bytes).resize(side, side, { fit: 'inside', withoutEnlargement: true }));
    return { image, width: autoOrient.width, height: autoOrient.height, scale: image.width / autoOrient.width };
  });
}

/** A part of the photo, scaled by at most 1. `box` is in pixels of the upright upload. Errors: CORRUPT_IMAGE. */
export async function decodePart(bytes: Uint8Array, box: Box, scale: number): Promise<RgbImage> {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const part = openUpright(bytes).extract({ left: box.left, top: box.top, width, height });
  return orCorruptImage(() =>
    toRgb(
      part.resize(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)), { fit: 'fill' }),
    ),
  );
}

export interface OpenedPicture {
  image: RgbImage;
  mime: PictureMime;
  /** As the file declares it; null where it does not. */
  dpi: number | null;
}

/** The whole picture at its own size, upright, on white. Errors: CORRUPT_IMAGE. */
export async function decodeWhole(bytes: Uint8Array): Promise<OpenedPicture> {
  const { mime, dpi } = await readHeader(bytes);
  return { image: await orCorruptImage(() => toRgb(openUpright(bytes))), mime, dpi };
}

export interface PictureHeader extends Omit<OpenedPicture, 'image'> {
  width: number;
  height: number;
  /** Of EXIF, 1 to 8; 1 where it is missing. */
  orientation: number;
  /** Its colours are not those of sRGB: it has a profile, or another space than 8 bits of RGB or grey. */
  converted: boolean;
  /** Some of it may be transparent. */
  alpha: boolean;
  /** Bits a pixel, as they lie in the file. */
  bitDepth: number;
}

const MIMES: Record<string, PictureMime> = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' };

/** Errors: CORRUPT_IMAGE, for a picture of another format as well. */
export async function readHeader(bytes: Uint8Array): Promise<PictureHeader> {
  return orCorruptImage(async () => {
    const header = await sharp(bytes, { limitInputPixels: LIMITS.image.pixels }).metadata();
    const mime = MIMES[header.format];
    if (!mime) throw new Error(`format ${header.format}`);
    const { hasProfile, space, hasAlpha: alpha, orientation = 1 } = header;
    const converted = hasProfile || !['srgb', 'b-w'].includes(space);
    const bitDepth = header.channels * (header.depth === 'ushort' ? 16 : 8);
    return { mime, ...header.autoOrient, dpi: densityOf(bytes, header), orientation, converted, alpha, bitDepth };
  });
}

/**
 * A picture that can be handed out: the same bytes if they are a still JPEG, PNG or WebP, else a PNG of the first frame
 * with the same pixels (sRGB, 8 bits), its metadata and its density. Errors: CORRUPT_IMAGE.
 */
export async function asServable(bytes: Uint8Array): Promise<Uint8Array> {
  if (isBmp(bytes)) {
    const { image, dpi } = decodeBmp(bytes);
    const png = await sharpOf(image).png().toBuffer();
    return dpi === null ? png : withPngDensity(png, dpi);
  }
  return orCorruptImage(async () => {
    const { format, density, pages = 1 } = await sharp(bytes, { limitInputPixels: LIMITS.image.pixels }).metadata();
    if (MIMES[format] !== undefined && pages === 1) return bytes;
    const png = await openUpright(bytes).keepExif().keepXmp().png().toBuffer();
    return format === 'tiff' && density !== undefined ? withPngDensity(png, density) : png;
  });
}

/** libvips reports 72 for a JPEG without a density. So 72 counts only where the JFIF header says so. */
function densityOf(bytes: Uint8Array, { format, density }: sharp.Metadata): number | null {
  if (format !== 'jpeg') return density ?? null;
  return jfifDensity(bytes) ?? (density === 72 ? null : (density ?? null));
}

/**
 * Decodes every pixel and throws the result away: a valid header alone does not prove that the rest is a picture.
 * Errors: CORRUPT_IMAGE.
 */
export async function assertDecodable(bytes: Uint8Array): Promise<void> {
  const everyPixel = { fit: 'fill', fastShrinkOnLoad: false } as const;
  await orCorruptImage(() => openUpright(bytes).resize(8, 8, everyPixel).raw().toBuffer());
}

async function toRgb(pipeline: sharp.Sharp): Promise<RgbImage> {
  const { data, info } = await pipeline.flatten({ background: '#ffffff' }).raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decoded to ${info.channels} channels`);
  return { data, width: info.width, height: info.height };
}

/**
 * Runs `work`; any failure becomes CORRUPT_IMAGE. The message of libvips can hold names of files and libraries, so it
 * stays in `cause`.
 */
export async function orCorruptImage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new DarkroomError('CORRUPT_IMAGE', undefined, [], { cause });
  }
}
