import { crc32, inflateSync } from 'node:zlib';

/** Reading and writing of the PNG chunks that libvips does not write as needed. */

const SIGNATURE_BYTES = 8;
const METRES_PER_INCH = 0.0254;
/** Length, type and checksum around a chunk's data. */
const FRAME_BYTES = 12;

/** Sets `dpi` as pHYs (pixels per metre), replacing any other. */
export function withPngDensity(png: Uint8Array, dpi: number): Uint8Array {
  const density = Buffer.alloc(9);
  const perMetre = Math.round(dpi / METRES_PER_INCH);
  density.writeUInt32BE(perMetre, 0);
  density.writeUInt32BE(perMetre, 4);
  density[8] = 1;
  const [header, ...rest] = chunksOf(png);
  const others = rest.filter(chunk => typeOf(chunk) !== 'pHYs');
  return Buffer.concat([png.subarray(0, SIGNATURE_BYTES), header!, chunk('pHYs', density), ...others]);
}

/** Pads the file to at least `target` bytes with a comment chunk before IEND. */
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

/**
 * The chunks that a decoder needs. All others (text, EXIF, times, further frames, private data of programs) are
 * metadata.
 */
const PICTURE_CHUNKS = new Set('IHDR PLTE tRNS IDAT IEND pHYs iCCP sRGB gAMA cHRM cICP sBIT'.split(' '));
const TEXT_CHUNKS = new Set(['tEXt', 'zTXt', 'iTXt']);
/** Limit of a text chunk when inflated: no label is as long, and a decompression bomb is longer. */
const MAX_TEXT = 1_000_000;

/**
 * The same picture without metadata; nothing is encoded again. Padding stays, and so does each text chunk that `keep`
 * accepts. `keep` gets keyword and inflated text.
 */
export function withoutPngMetadata(png: Uint8Array, keep: (payload: Buffer) => boolean): Uint8Array {
  const kept = chunksOf(png).filter(chunk => {
    const type = typeOf(chunk);
    if (PICTURE_CHUNKS.has(type)) return true;
    return TEXT_CHUNKS.has(type) && (isPadding(payloadOf(chunk)) || keep(textOf(chunk)));
  });
  return Buffer.concat([png.subarray(0, SIGNATURE_BYTES), ...kept]);
}

/** Keyword and inflated text of every text chunk. */
export function pngTexts(png: Uint8Array): Buffer[] {
  return chunksOf(png)
    .filter(chunk => TEXT_CHUNKS.has(typeOf(chunk)))
    .map(textOf);
}

const typeOf = (chunk: Buffer) => chunk.subarray(4, 8).toString('latin1');
const payloadOf = (chunk: Buffer) => chunk.subarray(8, chunk.length - 4);

/**
 * Keyword and text. libvips writes XMP as zTXt, with a deflated text behind the keyword. Of a text that cannot be
 * inflated, the keyword only.
 */
function textOf(chunk: Buffer): Buffer {
  const payload = payloadOf(chunk);
  const keyword = payload.subarray(0, payload.indexOf(0) + 1);
  const rest = payload.subarray(keyword.length);
  let packed: Buffer;
  if (typeOf(chunk) === 'zTXt') packed = rest.subarray(1);
  else if (typeOf(chunk) === 'iTXt' && rest[0] === 1) {
    // Two flags, then the language and the translated keyword, each ended by a zero byte.
    const language = rest.indexOf(0, 2);
    packed = rest.subarray(rest.indexOf(0, language + 1) + 1);
  } else return payload;
  try {
    return Buffer.concat([keyword, inflateSync(packed, { maxOutputLength: MAX_TEXT })]);
  } catch {
    return keyword;
  }
}

/** One byte repeated, as `pngPaddedTo` writes it. */
function isPadding(payload: Buffer): boolean {
  const text = payload.subarray(payload.indexOf(0) + 1);
  return text.every(byte => byte === text[0]);
}

function chunksOf(png: Uint8Array): Buffer[] {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= bytes.length; ) {
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
