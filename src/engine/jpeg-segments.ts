/** Segments of a JPEG file that libvips does not write as official upload checkers want them. */

import { jpegSegmentAt, jpegSegments, SEGMENT_HEAD_BYTES, SOI_BYTES } from '../kernel/jpeg.js';
import { LIMITS } from '../kernel/limits.js';

const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const EOI = 0xd9;
const COM = 0xfe;
/** A segment's length field counts itself and is 16 bits wide. */
const MAX_SEGMENT = 65_000;
/** What the APP1 segment of an XMP packet begins with, and those of a packet that is too long for one segment. */
const XMP = Buffer.from('http://ns.adobe.com/xap/1.0/\0');
const EXTENDED_XMP = Buffer.from('http://ns.adobe.com/xmp/extension/\0');
/** Behind that: a digest of 32 bytes, the length of the whole, and where this part of it stands. */
const EXTENDED_HEAD_BYTES = EXTENDED_XMP.length + 40;

/** With `dpi` in the JFIF header; sharp 0.35 writes density to EXIF only, which the checkers do not read. */
export function withJfifDensity(jpeg: Uint8Array, dpi: number): Uint8Array {
  const header = Buffer.from([0xff, APP0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  header.writeUInt16BE(dpi, 12);
  header.writeUInt16BE(dpi, 14);
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  return Buffer.concat([bytes.subarray(0, SOI_BYTES), header, bytes.subarray(endOfHeader(bytes))]);
}

/**
 * The same picture without EXIF, XMP, comments, thumbnails and whatever hangs behind its end; nothing is encoded again.
 * What the colours need stays, and the density, and padding to a minimum file size.
 */
export function withoutJpegMetadata(jpeg: Uint8Array): Uint8Array {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const kept = [bytes.subarray(0, SOI_BYTES)];
  for (const { marker, start, end } of jpegSegments(bytes)) {
    const payload = bytes.subarray(start + SEGMENT_HEAD_BYTES, end);
    const isMetadata = marker === COM || isApplication(marker);
    if (!isMetadata || isNeeded(marker, payload)) kept.push(bytes.subarray(start, end));
  }
  return Buffer.concat([...kept, Buffer.from([0xff, EOI])]);
}

function isNeeded(marker: number, payload: Buffer): boolean {
  const begins = (text: string) => payload.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));
  if (marker === APP0) return begins('JFIF\0');
  if (marker === APP2) return begins('ICC_PROFILE\0');
  if (marker === APP14) return begins('Adobe');
  // One byte over and over says nothing; without it an official photo would fall below its least size.
  return marker === COM && payload.every(byte => byte === payload[0]);
}

/** Pixels per inch in the JFIF header; undefined where there is none, or only a ratio of the sides. */
export function jfifDensity(jpeg: Uint8Array): number | undefined {
  for (const { marker, payload } of metadataSegments(jpeg)) {
    if (marker !== APP0 || payload.toString('latin1', 0, 5) !== 'JFIF\0') continue;
    if (payload.length < 12 || payload.readUInt16BE(8) === 0) return undefined;
    const [unit, density] = [payload[7], payload.readUInt16BE(8)];
    return unit === 1 ? density : unit === 2 ? Math.round(density * 2.54) : undefined;
  }
  return undefined;
}

/** Application segments and comments, in their order. */
function* metadataSegments(
  jpeg: Uint8Array,
): Generator<{ marker: number; payload: Buffer; start: number; end: number }> {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (const { marker, start, end } of jpegSegments(bytes)) {
    if (!isApplication(marker) && marker !== COM) continue;
    yield { marker, payload: bytes.subarray(start + SEGMENT_HEAD_BYTES, end), start, end };
  }
}

/** The payloads of all metadata; an XMP packet in parts is one, as far as it is within the limit. */
export function* jpegMetadata(jpeg: Uint8Array): Generator<Buffer> {
  const parts: { place: number; bytes: Buffer }[] = [];
  let length = 0;
  for (const { payload } of metadataSegments(jpeg)) {
    if (!isExtendedXmp(payload)) yield payload;
    else if (payload.length > EXTENDED_HEAD_BYTES && length < LIMITS.aigc.metadataBytes) {
      const bytes = payload.subarray(EXTENDED_HEAD_BYTES);
      parts.push({ place: payload.readUInt32BE(EXTENDED_HEAD_BYTES - 4), bytes });
      length += bytes.length;
    }
  }
  if (parts.length > 0) yield Buffer.concat(parts.sort((a, b) => a.place - b.place).map(({ bytes }) => bytes));
}

/** The XMP packet, the first where there are several: that one readers take. */
export function jpegXmp(jpeg: Uint8Array): string | undefined {
  for (const { payload } of metadataSegments(jpeg)) if (isXmp(payload)) return payload.toString('utf8', XMP.length);
  return undefined;
}

/** With this XMP packet, of 65,000 bytes at most, behind the JFIF header, and no other. */
export function withJpegXmp(jpeg: Uint8Array, packet: string): Uint8Array {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const payload = Buffer.concat([XMP, Buffer.from(packet, 'utf8')]);
  const head = Buffer.from([0xff, APP1, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  const headerEnd = endOfHeader(bytes);
  const pieces = [bytes.subarray(0, headerEnd), head, payload];
  let from = headerEnd;
  for (const { payload, start, end } of metadataSegments(bytes)) {
    if (!isXmp(payload) && !isExtendedXmp(payload)) continue;
    pieces.push(bytes.subarray(from, start));
    from = end;
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}

const isXmp = (payload: Buffer) => payload.subarray(0, XMP.length).equals(XMP);
const isExtendedXmp = (payload: Buffer) => payload.subarray(0, EXTENDED_XMP.length).equals(EXTENDED_XMP);

/** Where the JFIF header ends, or would have to begin. */
function endOfHeader(bytes: Buffer): number {
  const first = jpegSegmentAt(bytes, SOI_BYTES);
  return first?.marker === APP0 ? first.end : SOI_BYTES;
}

function isApplication(marker: number): boolean {
  return marker >= APP0 && marker <= APP15;
}

/** Filled up to at least `target` bytes with comment segments behind the JFIF header; at most three bytes over. */
export function paddedTo(jpeg: Uint8Array, target: number): Uint8Array {
  let missing = target - jpeg.byteLength;
  if (missing <= 0) return jpeg;
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const headerEnd = endOfHeader(bytes);
  const comments: Buffer[] = [];
  while (missing > 0) {
    // The last two segments share what is left, so that no remainder under four bytes is forced over the target.
    const size =
      missing > MAX_SEGMENT && missing < MAX_SEGMENT + SEGMENT_HEAD_BYTES ? MAX_SEGMENT - SEGMENT_HEAD_BYTES : missing;
    const comment = Buffer.alloc(Math.max(SEGMENT_HEAD_BYTES, Math.min(size, MAX_SEGMENT)), 0x20);
    comment[0] = 0xff;
    comment[1] = COM;
    comment.writeUInt16BE(comment.length - 2, 2);
    comments.push(comment);
    missing -= comment.length;
  }
  return Buffer.concat([bytes.subarray(0, headerEnd), ...comments, bytes.subarray(headerEnd)]);
}
