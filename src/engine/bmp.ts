import { DarkroomError } from '../kernel/errors.js';
import type { RgbImage } from './pixels.js';

/** Little-endian fields of BITMAPFILEHEADER and BITMAPINFOHEADER, which V4 and V5 begin with too. */
const AT = { pixels: 10, width: 18, height: 22, bits: 28, compression: 30, perMetre: 38, masks: 54 } as const;
const UNCOMPRESSED = 0;
const BIT_FIELDS = 3;
/** Red, green and blue as they stand in an uncompressed pixel of 32 bits. */
const USUAL_MASKS = [0xff0000, 0xff00, 0xff];
const METRES_PER_INCH = 0.0254;

export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d;
}

/**
 * The pixels of an uncompressed BMP of 24 or 32 bits, which libvips cannot read. The fourth byte of a pixel has no meaning
 * in most files, so it is no transparency. Errors: CORRUPT_IMAGE, for any other BMP as well.
 */
export function decodeBmp(bytes: Uint8Array): { image: RgbImage; dpi: number | null } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < AT.masks || !isPlain(view)) throw new DarkroomError('CORRUPT_IMAGE');
  const width = view.getInt32(AT.width, true);
  const signedHeight = view.getInt32(AT.height, true);
  const height = Math.abs(signedHeight);
  const pixelBytes = view.getUint16(AT.bits, true) / 8;
  // Rows are padded to four bytes.
  const stride = Math.ceil((width * pixelBytes) / 4) * 4;
  const first = view.getUint32(AT.pixels, true);
  if (width < 1 || height < 1 || first + stride * height > bytes.byteLength) throw new DarkroomError('CORRUPT_IMAGE');
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    // A positive height counts from the bottom up.
    const row = first + stride * (signedHeight > 0 ? height - 1 - y : y);
    for (let x = 0; x < width; x++) {
      const from = row + x * pixelBytes;
      const to = (y * width + x) * 3;
      data[to] = bytes[from + 2]!;
      data[to + 1] = bytes[from + 1]!;
      data[to + 2] = bytes[from]!;
    }
  }
  const dpi = Math.round(view.getInt32(AT.perMetre, true) * METRES_PER_INCH);
  return { image: { data, width, height }, dpi: dpi > 0 ? dpi : null };
}

function isPlain(view: DataView): boolean {
  const bits = view.getUint16(AT.bits, true);
  const compression = view.getUint32(AT.compression, true);
  if (compression === UNCOMPRESSED) return bits === 24 || bits === 32;
  if (compression !== BIT_FIELDS || bits !== 32 || view.byteLength < AT.masks + 12) return false;
  return USUAL_MASKS.every((mask, index) => view.getUint32(AT.masks + index * 4, true) === mask);
}
