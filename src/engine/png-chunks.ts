import { crc32 } from 'node:zlib';

/** Chunks of a PNG file that libvips does not write as wanted. */

const SIGNATURE_BYTES = 8;
const METRES_PER_INCH = 0.0254;
/** Length, type and checksum around a chunk's data. */
const FRAME_BYTES = 12;

/** With `dpi` as pHYs (pixels per metre) in place of any other. */
export function withPngDensity(png: Uint8Array, dpi: number): Uint8Array {
  const density = Buffer.alloc(9);
  const perMetre = Math.round(dpi / METRES_PER_INCH);
  density.writeUInt32BE(perMetre, 0);
  density.writeUInt32BE(perMetre, 4);
  density[8] = 1;
  const [header, ...rest] = chunksOf(png);
  const others = rest.filter(chunk => chunk.subarray(4, 8).toString('latin1') !== 'pHYs');
  return Buffer.concat([png.subarray(0, SIGNATURE_BYTES), header!, chunk('pHYs', density), ...others]);
}

/** Filled up to at least `target` bytes with a comment chunk before the end. */
export function pngPaddedTo(png: Uint8Array, target: number): Uint8Array {
  const missing = target - png.byteLength;
  if (missing <= 0) return png;
  const text = Buffer.concat([
    Buffer.from('Comment\0', 'latin1'),
    Buffer.alloc(Math.max(0, missing - FRAME_BYTES - 8), 0x20),
  ]);
  const end = png.byteLength - FRAME_BYTES;
  return Buffer.concat([png.subarray(0, end), chunk('tEXt', text), png.subarray(end)]);
}

function chunksOf(png: Uint8Array): Buffer[] {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at < bytes.length; ) {
    const end = at + bytes.readUInt32BE(at) + FRAME_BYTES;
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  body.copy(result, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}
