/** The chunks of a WebP file (RIFF; WebP Container Specification). */

const HEADER_BYTES = 12;
const CHUNK_HEAD = 8;
/** Flags of VP8X: the file has an EXIF chunk, the file has an XMP chunk. */
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;
const PICTURE_CHUNKS = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ICCP', 'ANIM', 'ANMF']);

/** The same picture without EXIF and unknown chunks; nothing is encoded again. XMP stays where `keep` accepts it. */
export function withoutWebpMetadata(webp: Uint8Array, keep: (payload: Buffer) => boolean): Uint8Array {
  const kept = chunksOf(webp).filter(
    ({ type, payload }) => PICTURE_CHUNKS.has(type) || (type === 'XMP ' && keep(payload)),
  );
  const flags = kept.some(({ type }) => type === 'XMP ') ? EXIF_FLAG : EXIF_FLAG | XMP_FLAG;
  const parts = kept.map(({ type, whole }) => {
    if (type !== 'VP8X') return whole;
    const copy = Buffer.from(whole);
    copy[CHUNK_HEAD]! &= ~flags;
    return copy;
  });
  const header = Buffer.from(webp.subarray(0, HEADER_BYTES));
  header.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.length, 4),
    4,
  );
  return Buffer.concat([header, ...parts]);
}

export function webpXmp(webp: Uint8Array): Buffer[] {
  return chunksOf(webp)
    .filter(({ type }) => type === 'XMP ')
    .map(({ payload }) => payload);
}

function chunksOf(webp: Uint8Array): { type: string; payload: Buffer; whole: Buffer }[] {
  const bytes = Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength);
  const chunks = [];
  for (let at = HEADER_BYTES; at + CHUNK_HEAD <= bytes.length; ) {
    const end = at + CHUNK_HEAD + bytes.readUInt32LE(at + 4);
    // Each chunk is padded to an even length.
    const next = end + (end % 2);
    chunks.push({
      type: bytes.toString('latin1', at, at + 4),
      payload: bytes.subarray(at + CHUNK_HEAD, end),
      whole: bytes.subarray(at, next),
    });
    at = next;
  }
  return chunks;
}
