/**
 * The segments of a JPEG file (ITU-T T.81 annex B), read without decoding. The bytes may come from anyone: nothing here
 * reads past their end, throws, or takes more steps than it says.
 */

export interface JpegSegment {
  readonly marker: number;
  /** Where the marker stands. */
  readonly start: number;
  /** By its length field, so it may lie beyond the end of the file. */
  readonly end: number;
}

export const SOI_BYTES = 2;
/** Marker and length field, which stand before the payload. */
export const SEGMENT_HEAD_BYTES = 4;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const FILL = 0xff;
const END = Buffer.from([0xff, EOI]);

/**
 * Real files have tens of segments before their frame header (an ICC profile at most 255); a hostile one of 20 MB could
 * have five million.
 */
const MAX_STEPS = 4_096;

export interface JpegFrame {
  /** Pixels as stored, before any EXIF orientation. */
  width: number;
  height: number;
  /** Where the height stands, as 16 bits. */
  heightAt: number;
  /** Each scan goes over the whole picture (SOF2, SOF6, SOF10, SOF14). */
  progressive: boolean;
}

/** Pixels as stored, before any EXIF orientation; undefined where the header is cut, wrong, or none of a JPEG. */
export function jpegSize(jpeg: Uint8Array): { width: number; height: number } | undefined {
  const frame = jpegFrame(jpeg);
  return frame && { width: frame.width, height: frame.height };
}

/** What the frame header says; undefined where `jpegSize` is. */
export function jpegFrame(jpeg: Uint8Array): JpegFrame | undefined {
  const bytes = asBuffer(jpeg);
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return undefined;
  let at = SOI_BYTES;
  for (let step = 0; step < MAX_STEPS; step++) {
    if (bytes[at] === 0xff && bytes[at + 1] === FILL) {
      at += 1;
      continue;
    }
    const segment = jpegSegmentAt(bytes, at);
    if (segment === undefined || segment.marker === EOI || segment.marker === SOS) return undefined;
    if (isStartOfFrame(segment.marker)) {
      if (at + 9 > bytes.length) return undefined;
      const [width, height] = [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
      return { width, height, heightAt: at + 5, progressive: (segment.marker & 3) === 2 };
    }
    at = segment.end;
  }
  return undefined;
}

/**
 * Every segment up to the end of the image, a scan together with its coded data. Bytes that are no marker are skipped,
 * as decoders do. Takes time linear in the file.
 */
export function* jpegSegments(jpeg: Uint8Array): Generator<JpegSegment> {
  const bytes = asBuffer(jpeg);
  for (let at = SOI_BYTES; at < bytes.length; ) {
    const segment = jpegSegmentAt(bytes, at);
    if (segment === undefined || isRestart(segment.marker)) {
      at += 1;
      continue;
    }
    if (segment.marker === EOI) return;
    const end = segment.marker === SOS ? endOfScan(bytes, segment.end) : segment.end;
    yield { ...segment, end };
    at = end;
  }
}

/** Whether a JPEG ends before its end marker. False for what is none. */
export function lacksJpegEnd(jpeg: Uint8Array): boolean {
  const bytes = asBuffer(jpeg);
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return false;
  let end = SOI_BYTES;
  for (const segment of jpegSegments(bytes)) end = segment.end;
  return bytes.indexOf(END, Math.min(end, bytes.length)) < 0;
}

/** The segment whose marker stands there; undefined where none does, or the file ends before its length field. */
export function jpegSegmentAt(jpeg: Uint8Array, at: number): JpegSegment | undefined {
  const marker = jpeg[at + 1];
  if (jpeg[at] !== 0xff || marker === undefined || marker === 0 || marker === FILL) return undefined;
  if (standsAlone(marker)) return { marker, start: at, end: at + 2 };
  const [high, low] = [jpeg[at + 2], jpeg[at + 3]];
  if (high === undefined || low === undefined) return undefined;
  return { marker, start: at, end: at + 2 + high * 256 + low };
}

function endOfScan(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1]!;
    if (next !== 0 && next !== FILL && !isRestart(next)) return at;
    at = bytes.indexOf(0xff, at + 1);
  }
  return bytes.length;
}

/** SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share the range. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** TEM, the restart markers, SOI and EOI have no length field. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || marker === SOI || marker === EOI || isRestart(marker);
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
