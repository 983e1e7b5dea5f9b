import sharp from 'sharp';
import { DarkroomError } from '../kernel/errors.js';
import { paddedTo, withJfifDensity } from './jpeg-segments.js';
import type { Picture } from './picture.js';
import type { RgbImage } from './pixels.js';
import { pngPaddedTo, withPngDensity } from './png-chunks.js';

export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
  /** 3: RGB, becomes a JPEG. 4: RGBA, becomes a PNG. */
  channels: 3 | 4;
}

export interface FileDemands {
  dpi: number;
  minKb?: number;
  maxKb?: number;
}

export interface EncodedPhoto {
  mime: 'image/jpeg' | 'image/png';
  bytes: Uint8Array;
  quality?: number;
}

interface SizeWindow {
  min: number;
  max: number;
}

/** Below it blocks show in a face: better no photo than that one. */
const MIN_QUALITY = 20;
/** With nothing asked of the size. */
const USUAL_QUALITY = 95;
/** Reached for only to come nearer to a minimum size by real detail instead of padding. */
const BEST_QUALITY = 98;
/** Under it chroma at half resolution saves more bytes than luma quality would cost. */
const FULL_CHROMA_QUALITY = 80;
const PALETTE_QUALITIES = [100, 80, 60] as const;

/** Exact density, and a size within the window of `demands`. Errors: CANNOT_FIT. */
export async function encodePhoto(pixels: Pixels, demands: FileDemands): Promise<EncodedPhoto> {
  for (const window of windowsOf(demands)) {
    const encoded =
      pixels.channels === 4 ? await fitPng(pixels, demands, window) : await fitJpeg(pixels, demands, window);
    if (encoded) return encoded;
  }
  throw cannotFit(demands);
}

/** A JPEG as the engine keeps pictures: quality 95, 4:4:4, no metadata but the density, if there is one. */
export async function encodeJpeg(image: RgbImage, dpi: number | null): Promise<Picture> {
  const { width, height } = image;
  const bytes = await jpegOf(image, USUAL_QUALITY);
  return { bytes: dpi === null ? bytes : withJfifDensity(bytes, dpi), mime: 'image/jpeg', width, height };
}

/**
 * Some checkers count a KB as 1024 bytes, some as 1000. A minimum in 1024s and a maximum in 1000s satisfies both; where
 * that leaves no room, the lenient counting (minimum in 1000s, maximum in 1024s) satisfies one of them.
 */
function windowsOf({ minKb = 0, maxKb = Number.POSITIVE_INFINITY }: FileDemands): SizeWindow[] {
  const strict = { min: Math.ceil(minKb * 1024), max: Math.floor(maxKb * 1000) };
  const lenient = { min: Math.ceil(minKb * 1000), max: Math.floor(maxKb * 1024) };
  return [strict, lenient].filter(({ min, max }) => min <= max);
}

/** The highest quality that fits, found by bisection; then padded to the minimum. */
async function fitJpeg(
  pixels: Pixels,
  { dpi, minKb }: FileDemands,
  window: SizeWindow,
): Promise<EncodedPhoto | undefined> {
  let low = MIN_QUALITY;
  let high = minKb === undefined ? USUAL_QUALITY : BEST_QUALITY;
  let best: { bytes: Uint8Array; quality: number } | undefined;
  let quality = USUAL_QUALITY;
  while (low <= high) {
    const bytes = withJfifDensity(await jpegOf(pixels, quality), dpi);
    if (bytes.byteLength <= window.max) {
      best = { bytes, quality };
      if (bytes.byteLength >= window.min && quality >= USUAL_QUALITY) break;
      low = quality + 1;
    } else {
      high = quality - 1;
    }
    quality = (low + high) >> 1;
  }
  if (!best) return undefined;
  const bytes = paddedTo(best.bytes, window.min);
  return bytes.byteLength <= window.max ? { mime: 'image/jpeg', bytes, quality: best.quality } : undefined;
}

export function jpegOf({ data, width, height }: RgbImage, quality: number): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: quality >= FULL_CHROMA_QUALITY ? '4:4:4' : '4:2:0' })
    .toBuffer();
}

/** Lossless if it fits, else with a palette of 256 colours with alpha, ever coarser. */
async function fitPng(pixels: Pixels, { dpi }: FileDemands, window: SizeWindow): Promise<EncodedPhoto | undefined> {
  const { data, width, height, channels } = pixels;
  const image = sharp(data, { raw: { width, height, channels } });
  const tries: sharp.PngOptions[] = [
    { compressionLevel: 9 },
    ...PALETTE_QUALITIES.map(quality => ({ palette: true, quality, effort: 7, compressionLevel: 9 })),
  ];
  for (const options of tries) {
    const bytes = withPngDensity(await image.clone().png(options).toBuffer(), dpi);
    if (bytes.byteLength > window.max) continue;
    const padded = pngPaddedTo(bytes, window.min);
    if (padded.byteLength <= window.max) return { mime: 'image/png', bytes: padded };
  }
  return undefined;
}

function cannotFit({ minKb, maxKb }: FileDemands): DarkroomError {
  const range = [minKb === undefined ? '' : `at least ${minKb} KB`, maxKb === undefined ? '' : `at most ${maxKb} KB`];
  return new DarkroomError(
    'CANNOT_FIT',
    `The picture cannot be made to fit ${range.filter(Boolean).join(' and ')} at an acceptable quality.`,
  );
}
