import { jpegSegments, SEGMENT_HEAD_BYTES } from '../kernel/jpeg.js';
import { readHeader } from './decode.js';
import { type OriginalMetadata, readOriginalMetadata } from './original-metadata.js';
import type { PictureMime } from './picture.js';

/** What a file is, by its header and its metadata. */
export interface FileFacts {
  mime: PictureMime;
  bytes: number;
  /** Upright. */
  widthPx: number;
  heightPx: number;
  dpi: number | null;
  /** 1..100, estimated; absent for what is no JPEG. */
  quality?: number;
  /** Bits a pixel. */
  bitDepth: number;
  metadata: OriginalMetadata;
}

/** Errors: CORRUPT_IMAGE. */
export async function readFileFacts(bytes: Uint8Array): Promise<FileFacts> {
  const { mime, width, height, dpi, bitDepth } = await readHeader(bytes);
  const quality = mime === 'image/jpeg' ? jpegQuality(bytes) : undefined;
  return {
    mime,
    bytes: bytes.byteLength,
    widthPx: width,
    heightPx: height,
    dpi,
    ...(quality === undefined ? {} : { quality }),
    bitDepth,
    metadata: readOriginalMetadata(bytes, mime),
  };
}

const DQT = 0xdb;
/** Sum of the luminance table of Annex K of ITU-T T.81, which is quality 50 by the scale of the Independent JPEG Group. */
const SUM_AT_50 = 3_688;

/** By the sum of the first quantisation table; what another encoder calls its quality may be another number. */
export function jpegQuality(jpeg: Uint8Array): number | undefined {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (const { marker, start, end } of jpegSegments(bytes)) {
    if (marker !== DQT) continue;
    const table = bytes.subarray(start + SEGMENT_HEAD_BYTES, end);
    const wide = table[0]! >> 4 !== 0;
    if (table.length < (wide ? 129 : 65)) return undefined;
    let sum = 0;
    for (let i = 0; i < 64; i++) sum += wide ? table.readUInt16BE(1 + 2 * i) : table[1 + i]!;
    const scale = (100 * sum) / SUM_AT_50;
    return Math.max(1, Math.min(100, Math.round(scale <= 100 ? (200 - scale) / 2 : 5_000 / scale)));
  }
  return undefined;
}
