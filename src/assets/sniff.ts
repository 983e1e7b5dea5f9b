import { DarkroomError, type ErrorCode } from '../kernel/errors.js';
import { jpegSize } from '../kernel/jpeg.js';
import { LIMITS } from '../kernel/limits.js';
import { nameForeignFormat } from './foreign-formats.js';
import { hasBytes, type Size, tag } from './header-bytes.js';
import { readOtherFormat } from './other-formats.js';

export interface Sniffed {
  format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'bmp';
  mime: `image/${Sniffed['format']}`;
  /** Pixels as stored, before any EXIF orientation. */
  width: number;
  height: number;
}

/** PNG chunks looked at before the data has to begin. Real files have tens; a hostile one of 20 MB over a million. */
const MAX_CHUNKS = 4_096;

/**
 * What a picture is, by its content and never by its name, from the header alone: this stands before every decoder, so
 * that none is handed a picture that it would need gigabytes for. It takes whatever can be decoded here, of any size
 * down to one pixel: a picture that a vendor made was paid for.
 *
 * Sources: PNG (third edition) sections 5 and 11, RFC 9649 (WebP); JPEG in `src/kernel/jpeg.ts`.
 * Errors: EMPTY_FILE, UNSUPPORTED_FORMAT (naming what it is), HEIC_NOT_SUPPORTED, NOT_AN_IMAGE, CORRUPT_IMAGE (the header is cut or wrong),
 * TOO_MANY_PIXELS.
 */
export function sniff(bytes: Uint8Array): Sniffed {
  return read(bytes, view => {
    const picture = readPhoto(bytes, view) ?? readOtherFormat(view) ?? refuseForeign(view);
    const { format, width, height } = picture;
    return { format, mime: `image/${format}`, width, height };
  });
}

/**
 * The same of a photo that a caller sends: a still JPEG, PNG or WebP of LIMITS.image.minSide and more. Only these three
 * decoders can be reached from outside. Errors: TOO_FEW_PIXELS beside those of `sniff`.
 */
export function sniffUpload(bytes: Uint8Array): Sniffed {
  const photo = read(bytes, view => {
    const { animated, ...found } = readPhoto(bytes, view) ?? refuseForeign(view);
    if (animated !== undefined) throw unsupported(animated);
    return { ...found, mime: `image/${found.format}` as const };
  });
  const { minSide } = LIMITS.image;
  if (photo.width < minSide || photo.height < minSide)
    throw wrongSize('TOO_FEW_PIXELS', photo, `at least ${minSide} pixels a side`);
  return photo;
}

function read(bytes: Uint8Array, readHeader: (view: DataView) => Sniffed): Sniffed {
  if (bytes.byteLength === 0) throw new DarkroomError('EMPTY_FILE');
  try {
    return withinLimits(readHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
  } catch (error) {
    // DataView checks every read against the end of the file.
    if (error instanceof RangeError) throw corrupt('the file ends within its header');
    throw error;
  }
}

interface Header extends Size {
  format: Sniffed['format'];
  /** What it is called, if it has more than one frame. */
  animated?: string;
}

/** Undefined for a format that callers may not send. */
function readPhoto(bytes: Uint8Array, view: DataView): Header | undefined {
  if (hasBytes(view, 0, [0xff, 0xd8, 0xff])) {
    // What begins like both, decoders might take for AVIF.
    if (hasBytes(view, 4, tag('ftyp'))) throw corrupt('the JPEG begins like another format');
    return { format: 'jpeg', ...readJpeg(bytes) };
  }
  if (hasBytes(view, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return { format: 'png', ...readPng(view) };
  if (hasBytes(view, 0, tag('RIFF')) && hasBytes(view, 8, tag('WEBP'))) return { format: 'webp', ...readWebp(view) };
  return undefined;
}

function refuseForeign(view: DataView): never {
  const foreign = nameForeignFormat(view);
  if (foreign === 'HEIC' || foreign === 'HEIF') throw heic(foreign);
  if (foreign) throw unsupported(foreign);
  throw new DarkroomError('NOT_AN_IMAGE');
}

function readJpeg(bytes: Uint8Array): Size {
  const size = jpegSize(bytes);
  if (size === undefined) throw corrupt('the JPEG has no frame header where one has to be');
  return size;
}

const ANIMATION_CONTROL = 0x6163544c; // acTL
const IMAGE_DATA = 0x49444154; // IDAT

function readPng(view: DataView): Size & { animated?: string } {
  if (view.getUint32(8) !== 13 || !hasBytes(view, 12, tag('IHDR'))) throw corrupt('the PNG has no IHDR chunk');
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  let offset = 33;
  for (let step = 0; step < MAX_CHUNKS; step++) {
    const length = view.getUint32(offset);
    const type = view.getUint32(offset + 4);
    if (type === ANIMATION_CONTROL) return { ...size, animated: 'animated PNG' };
    // An animation's control chunk has to stand before the data; after it, decoders see a still picture.
    if (type === IMAGE_DATA) return size;
    offset += 12 + length;
  }
  throw corrupt('the PNG has too many chunks before its data');
}

function readWebp(view: DataView): Size & { animated?: string } {
  if (hasBytes(view, 12, tag('VP8X'))) {
    const size = { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
    return view.getUint8(20) & 0x02 ? { ...size, animated: 'animated WebP' } : size;
  }
  if (hasBytes(view, 12, tag('VP8L'))) {
    if (view.getUint8(20) !== 0x2f) throw corrupt('the WebP has a wrong signature');
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  if (hasBytes(view, 12, tag('VP8 '))) {
    if (!hasBytes(view, 23, [0x9d, 0x01, 0x2a])) throw corrupt('the WebP has no key frame');
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  throw corrupt('the WebP has no picture chunk');
}

function withinLimits(sniffed: Sniffed): Sniffed {
  const { width, height } = sniffed;
  const { pixels, maxSide } = LIMITS.image;
  if (width === 0 || height === 0) throw corrupt('the picture has no size');
  if (width > maxSide || height > maxSide || width * height > pixels) {
    throw wrongSize('TOO_MANY_PIXELS', sniffed, `at most ${pixels} pixels and ${maxSide} a side`);
  }
  return sniffed;
}

function wrongSize(code: ErrorCode, { width, height }: Sniffed, allowed: string): DarkroomError {
  return new DarkroomError(code, `The picture is ${width} x ${height} pixels; allowed: ${allowed}.`, [
    { path: 'photo', code, allowed },
  ]);
}

function unsupported(name: string): DarkroomError {
  return new DarkroomError('UNSUPPORTED_FORMAT', `The file is ${name}; send JPEG, PNG or WebP.`);
}

/** What iPhones take. Its coding, HEVC, is patented, and no decoder of it comes with us. */
function heic(name: string): DarkroomError {
  return new DarkroomError(
    'HEIC_NOT_SUPPORTED',
    `The file is ${name}; send JPEG, PNG or WebP. With accept="image/jpeg" on the file input, Safari on an iPhone converts it.`,
  );
}

function corrupt(reason: string): DarkroomError {
  return new DarkroomError('CORRUPT_IMAGE', `The picture is damaged: ${reason}.`);
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}
