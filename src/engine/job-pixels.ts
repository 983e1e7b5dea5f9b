import { jpegSize } from '../kernel/jpeg.js';
import { LIMITS } from '../kernel/limits.js';
import type { EngineJob } from './jobs.js';
import type { SheetOptions } from './picture.js';
import { sheetPixels } from './sheet-layout.js';

/** Pixels that a job decodes, by the headers. Memory and time follow them, not the bytes: 40 bytes can be 49 megapixels. */
export function jobPixels(job: EngineJob): number {
  switch (job.kind) {
    case 'render':
      return job.analysis ? area(job.analysis.source) : 0;
    case 'join bands':
      return area(job.plan);
    case 'print sheet':
      return job.photos.reduce((sum, photo) => sum + picturePixels(photo), sheetArea(job.options));
    case 'read metadata':
    case 'placeholder':
    case 'try matting model':
      return 0;
    default:
      return picturePixels(job.bytes);
  }
}

/** A format that is not read here (one of a vendor's results) counts as the largest picture. */
export function picturePixels(bytes: Uint8Array): number {
  const size = jpegSize(bytes) ?? sizeInHeader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return Math.min(size ? area(size) : LIMITS.image.pixels, LIMITS.image.pixels);
}

interface Size {
  width: number;
  height: number;
}

/** Beyond the first 30 bytes nothing is read. PNG (third edition) section 11.2.1; RFC 9649. */
function sizeInHeader(bytes: Buffer): Size | undefined {
  if (bytes.length < 30) return undefined;
  const letters = (from: number, to: number) => bytes.toString('latin1', from, to);
  if (letters(1, 4) === 'PNG') return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (letters(0, 4) !== 'RIFF' || letters(8, 12) !== 'WEBP') return undefined;
  switch (letters(12, 16)) {
    case 'VP8X':
      return { width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    default:
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  }
}

function sheetArea({ widthMm, heightMm, dpi }: SheetOptions): number {
  return sheetPixels(widthMm, dpi) * sheetPixels(heightMm, dpi);
}

function area({ width, height }: Size): number {
  return width * height;
}
