import { crc32, inflateSync } from 'node:zlib';
import { LIMITS } from '../kernel/limits.js';

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
/** Older tools write what they move from other formats as hexadecimal digits, behind a name and a length. */
const RAW_PROFILE = 'Raw profile type ';
const XMP_KEYWORDS = ['XML:com.adobe.xmp\0', `${RAW_PROFILE}xmp\0`].map(keyword => Buffer.from(keyword));
/** Limit of a text chunk when inflated: no label is as long, and a decompression bomb is longer. */
const MAX_TEXT = LIMITS.aigc.metadataBytes / 2;

/** The same picture without metadata; nothing is encoded again. Padding stays. */
export function withoutPngMetadata(png: Uint8Array): Uint8Array {
  return filtered(png, chunk => {
    const type = typeOf(chunk);
    return PICTURE_CHUNKS.has(type) || (TEXT_CHUNKS.has(type) && isPadding(payloadOf(chunk)));
  });
}

/** EXIF, and keyword and inflated text of the text chunks, until as much is inflated as is taken of one picture. */
export function* pngMetadata(png: Uint8Array): Generator<Buffer> {
  let left: number = LIMITS.aigc.metadataBytes;
  for (const chunk of chunksOf(png)) {
    const type = typeOf(chunk);
    if (type === 'eXIf') yield payloadOf(chunk);
    if (!TEXT_CHUNKS.has(type)) continue;
    const payload = payloadOf(chunk);
    const text = left > 0 ? textOf(chunk) : payload;
    // What was too long took as much time as what is just within the limit.
    if (text !== payload) left -= text.at(-1) === 0 ? MAX_TEXT : text.length;
    yield payload.toString('latin1', 0, RAW_PROFILE.length) === RAW_PROFILE ? fromHex(text) : text;
  }
}

function fromHex(text: Buffer): Buffer {
  const keyword = text.subarray(0, text.indexOf(0) + 1);
  const digits = text.toString('latin1', keyword.length, keyword.length + 2 * MAX_TEXT).replace(/^\s*\w+\s+\d+/, '');
  return Buffer.concat([keyword, Buffer.from(digits.replace(/\s/g, ''), 'hex')]);
}

/** The XMP packet; undefined where there is none. */
export function pngXmp(png: Uint8Array): string | undefined {
  for (const text of pngMetadata(png)) {
    // Between keyword and packet iTXt has flags and a language.
    if (isXmp(text)) return text.subarray(Math.max(0, text.indexOf('<'))).toString('utf8');
  }
  return undefined;
}

/** With this XMP packet behind the header, and no other. */
export function withPngXmp(png: Uint8Array, packet: string): Uint8Array {
  const rest = filtered(png, chunk => !TEXT_CHUNKS.has(typeOf(chunk)) || !isXmp(payloadOf(chunk)));
  // Not compressed, in no language, with no other keyword.
  const text = Buffer.concat([XMP_KEYWORDS[0]!, Buffer.alloc(4), Buffer.from(packet, 'utf8')]);
  const header = SIGNATURE_BYTES + FRAME_BYTES + 13;
  return Buffer.concat([rest.subarray(0, header), chunk('iTXt', text), rest.subarray(header)]);
}

const isXmp = (text: Buffer) => XMP_KEYWORDS.some(keyword => text.subarray(0, keyword.length).equals(keyword));

function filtered(png: Uint8Array, keep: (chunk: Buffer) => boolean): Buffer {
  const kept = [Buffer.from(png.buffer, png.byteOffset, SIGNATURE_BYTES)];
  for (const chunk of chunksOf(png)) if (keep(chunk)) kept.push(chunk);
  return Buffer.concat(kept);
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

function* chunksOf(png: Uint8Array): Generator<Buffer> {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= bytes.length; ) {
    const end = at + bytes.readUInt32BE(at) + FRAME_BYTES;
    yield bytes.subarray(at, end);
    at = end;
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  body.copy(result, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}
