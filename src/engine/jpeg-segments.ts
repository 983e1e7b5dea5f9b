/** Segments of a JPEG file that libvips does not write as official upload checkers want them. */

import { jpegSegmentAt, jpegSegments, SEGMENT_HEAD_BYTES, SOI_BYTES } from '../kernel/jpeg.js';

const APP0 = 0xe0;
export const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const EOI = 0xd9;
const COM = 0xfe;
/** A segment's length field counts itself and is 16 bits wide. */
const MAX_SEGMENT = 65_000;

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
 * What the colours need stays, and the density, and padding to a minimum file size, and what `keep` wants (it is given
 * the payload of an application segment).
 */
export function withoutJpegMetadata(jpeg: Uint8Array, keep: (payload: Buffer) => boolean): Uint8Array {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const kept = [bytes.subarray(0, SOI_BYTES)];
  for (const { marker, start, end } of jpegSegments(bytes)) {
    const payload = bytes.subarray(start + SEGMENT_HEAD_BYTES, end);
    const isMetadata = marker === COM || isApplication(marker);
    if (!isMetadata || isNeeded(marker, payload) || (marker !== COM && keep(payload))) {
      kept.push(bytes.subarray(start, end));
    }
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
  const header = jpegApplicationData(jpeg).find(payload => payload.toString('latin1', 0, 5) === 'JFIF\0');
  if (!header || header.length < 12) return undefined;
  const [unit, density] = [header[7], header.readUInt16BE(8)];
  if (density === 0) return undefined;
  return unit === 1 ? density : unit === 2 ? Math.round(density * 2.54) : undefined;
}

/** The payloads of all application segments. */
export function jpegApplicationData(jpeg: Uint8Array): Buffer[] {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  return [...jpegSegments(bytes)]
    .filter(({ marker }) => isApplication(marker))
    .map(({ start, end }) => bytes.subarray(start + SEGMENT_HEAD_BYTES, end));
}

/** With one more application segment behind the JFIF header. */
export function withJpegSegment(jpeg: Uint8Array, marker: number, payload: Buffer): Uint8Array {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const headerEnd = endOfHeader(bytes);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([bytes.subarray(0, headerEnd), head, payload, bytes.subarray(headerEnd)]);
}

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
