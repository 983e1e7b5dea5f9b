import sharp from 'sharp';
import type { AigcLabel } from '../kernel/aigc.js';
import { DarkroomError } from '../kernel/errors.js';
import { paddedTo, withJfifDensity } from './jpeg-segments.js';
import type { Picture } from './picture.js';
import { withLabels } from './picture-labels.js';
import type { RgbImage } from './pixels.js';
import { pngPaddedTo, withPngDensity } from './png-chunks.js';

export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
  /** 3: RGB, encoded as JPEG. 4: RGBA, encoded as PNG. */
  channels: 3 | 4;
}

export interface FileConstraints {
  dpi: number;
  minKb?: number;
  maxKb?: number;
  /** The JPEG quality that is asked for. */
  quality?: { min: number; max: number };
  /** Size in bytes to which a shorter file is padded. */
  padTo?: number;
  /** Labels of generated content that the file carries; they count in its size. */
  labels?: readonly AigcLabel[];
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

/** At a lower quality, blocks show in a face: no photo is better than such a one. */
const MIN_QUALITY = 20;
/** The quality where no size in KB is given. */
const DEFAULT_QUALITY = 95;
/** Used only to come closer to a minimum size with detail instead of padding. */
const MAX_QUALITY = 98;
/** Below this quality, chroma at half resolution saves more bytes than a lower luma quality would. */
const FULL_CHROMA_QUALITY = 80;
/** Beyond it optimised Huffman tables, which want all coefficients in memory (7 bytes a pixel), cost too much for 3 %. */
const OPTIMISED_PIXELS = 8_000_000;
const PALETTE_QUALITIES = [100, 80, 60] as const;

/** A file with exactly this density, and a size within the limits. Errors: CANNOT_FIT. */
export async function encodePhoto(pixels: Pixels, constraints: FileConstraints): Promise<EncodedPhoto> {
  for (const window of sizeWindows(constraints)) {
    const encoded =
      pixels.channels === 4 ? await fitPng(pixels, constraints, window) : await fitJpeg(pixels, constraints, window);
    if (encoded) return encoded;
  }
  throw cannotFit(constraints);
}

/** A JPEG as the engine writes it by default: quality 95, 4:4:4, no metadata but density and labels, if there are any. */
export async function encodeJpeg(
  image: RgbImage,
  dpi: number | null,
  labels: readonly AigcLabel[] = [],
): Promise<Picture> {
  const { width, height } = image;
  const plain = await jpegOf(image, DEFAULT_QUALITY);
  const picture = {
    bytes: dpi === null ? plain : withJfifDensity(plain, dpi),
    mime: 'image/jpeg',
    width,
    height,
  } as const;
  return { ...picture, bytes: withLabels(picture, labels) };
}

/**
 * Some checkers count 1,024 bytes a KB, some 1,000. A minimum in units of 1,024 and a maximum in units of 1,000 pass
 * both. Where that leaves no room, the lenient counting (minimum by 1,000, maximum by 1,024) passes one of them.
 */
function sizeWindows({ minKb = 0, maxKb = Number.POSITIVE_INFINITY }: FileConstraints): SizeWindow[] {
  const strict = { min: Math.ceil(minKb * 1024), max: Math.floor(maxKb * 1000) };
  const lenient = { min: Math.ceil(minKb * 1000), max: Math.floor(maxKb * 1024) };
  return [strict, lenient].filter(({ min, max }) => min <= max);
}

/** The highest quality that fits, by bisection, then padded to the minimum. */
async function fitJpeg(
  pixels: Pixels,
  { dpi, minKb, quality: asked, padTo = 0, labels = [] }: FileConstraints,
  window: SizeWindow,
): Promise<EncodedPhoto | undefined> {
  const usual = Math.min(asked?.max ?? DEFAULT_QUALITY, Math.max(asked?.min ?? 0, DEFAULT_QUALITY));
  let low = asked?.min ?? MIN_QUALITY;
  let high = asked?.max ?? (minKb === undefined ? DEFAULT_QUALITY : MAX_QUALITY);
  let best: { bytes: Uint8Array; quality: number } | undefined;
  let quality = usual;
  while (low <= high) {
    const plain = withJfifDensity(await jpegOf(pixels, quality), dpi);
    const bytes = withLabels({ ...pixels, bytes: plain, mime: 'image/jpeg' }, labels);
    if (bytes.byteLength <= window.max) {
      best = { bytes, quality };
      if (bytes.byteLength >= window.min && quality >= usual) break;
      low = quality + 1;
    } else {
      high = quality - 1;
    }
    quality = (low + high) >> 1;
  }
  if (!best) return undefined;
  const bytes = paddedTo(best.bytes, Math.max(window.min, padTo));
  return bytes.byteLength <= window.max ? { mime: 'image/jpeg', bytes, quality: best.quality } : undefined;
}

export function jpegOf({ data, width, height }: RgbImage, quality: number): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({
      quality,
      chromaSubsampling: quality >= FULL_CHROMA_QUALITY ? '4:4:4' : '4:2:0',
      optimiseCoding: width * height <= OPTIMISED_PIXELS,
    })
    .toBuffer();
}

/** Lossless where that fits, else with a palette of 256 colours with alpha, at decreasing quality. */
async function fitPng(
  pixels: Pixels,
  { dpi, labels = [] }: FileConstraints,
  window: SizeWindow,
): Promise<EncodedPhoto | undefined> {
  const { data, width, height, channels } = pixels;
  const image = sharp(data, { raw: { width, height, channels } });
  const attempts: sharp.PngOptions[] = [
    { compressionLevel: 9 },
    ...PALETTE_QUALITIES.map(quality => ({ palette: true, quality, effort: 7, compressionLevel: 9 })),
  ];
  for (const options of attempts) {
    const plain = withPngDensity(await image.clone().png(options).toBuffer(), dpi);
    const bytes = withLabels({ ...pixels, bytes: plain, mime: 'image/png' }, labels);
    if (bytes.byteLength > window.max) continue;
    const padded = pngPaddedTo(bytes, window.min);
    if (padded.byteLength <= window.max) return { mime: 'image/png', bytes: padded };
  }
  return undefined;
}

function cannotFit({ minKb, maxKb }: FileConstraints): DarkroomError {
  const range = [minKb === undefined ? '' : `at least ${minKb} KB`, maxKb === undefined ? '' : `at most ${maxKb} KB`];
  return new DarkroomError(
    'CANNOT_FIT',
    `The picture cannot be made to fit ${range.filter(Boolean).join(' and ')} at an acceptable quality.`,
  );
}
