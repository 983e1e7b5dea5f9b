/** The chunks of a WebP file (RIFF; WebP Container Specification). */

const HEADER_BYTES = 12;
const CHUNK_HEAD = 8;
/** Flags of VP8X: the picture is transparent, the file has an EXIF chunk, the file has an XMP chunk. */
const ALPHA_FLAG = 0x10;
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;
const PICTURE_CHUNKS = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ICCP', 'ANIM', 'ANMF']);

/** The same picture without EXIF, XMP and unknown chunks; nothing is encoded again. */
export function withoutWebpMetadata(webp: Uint8Array): Uint8Array {
  const kept = [...chunksOf(webp)].filter(({ type }) => PICTURE_CHUNKS.has(type));
  return fileOf(kept.map(({ type, whole }) => (type === 'VP8X' ? withFlags(whole, 0, EXIF_FLAG | XMP_FLAG) : whole)));
}

/** The payloads of EXIF and XMP. */
export function* webpMetadata(webp: Uint8Array): Generator<Buffer> {
  for (const { type, payload } of chunksOf(webp)) if (type === 'EXIF' || type === 'XMP ') yield payload;
}

/** The XMP packet; undefined where there is none. */
export function webpXmp(webp: Uint8Array): string | undefined {
  for (const { type, payload } of chunksOf(webp)) if (type === 'XMP ') return payload.toString('utf8');
  return undefined;
}

/** With this XMP packet and no other, of a picture of this size. */
export function withWebpXmp(webp: Uint8Array, packet: string, size: { width: number; height: number }): Uint8Array {
  const chunks = [...chunksOf(webp)].filter(({ type }) => type !== 'XMP ');
  const [first] = chunks;
  const rest = chunks.filter(({ type }) => type !== 'VP8X').map(({ whole }) => whole);
  const head = first?.type === 'VP8X' ? first.whole : extendedHead(size, isTransparent(first));
  return fileOf([withFlags(head, XMP_FLAG, 0), ...rest, chunk('XMP ', Buffer.from(packet, 'utf8'))]);
}

/** Of a file that has only the picture's own chunk. */
function extendedHead({ width, height }: { width: number; height: number }, alpha: boolean): Buffer {
  const data = Buffer.alloc(10);
  data[0] = alpha ? ALPHA_FLAG : 0;
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return chunk('VP8X', data);
}

/** A lossless picture says it in its header, behind the two sizes of 14 bits; a lossy one without a VP8X has no alpha. */
function isTransparent(first: Chunk | undefined): boolean {
  return first?.type === 'VP8L' && first.payload.length >= 5 && (first.payload[4]! & 0x10) !== 0;
}

function withFlags(extended: Buffer, set: number, cleared: number): Buffer {
  const copy = Buffer.from(extended);
  copy[CHUNK_HEAD] = (copy[CHUNK_HEAD]! & ~cleared) | set;
  return copy;
}

function fileOf(parts: readonly Buffer[]): Buffer {
  const header = Buffer.from('RIFF____WEBP', 'latin1');
  header.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.length, 4),
    4,
  );
  return Buffer.concat([header, ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.from(`${type}____`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

interface Chunk {
  type: string;
  payload: Buffer;
  whole: Buffer;
}

function* chunksOf(webp: Uint8Array): Generator<Chunk> {
  const bytes = Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength);
  for (let at = HEADER_BYTES; at + CHUNK_HEAD <= bytes.length; ) {
    const end = at + CHUNK_HEAD + bytes.readUInt32LE(at + 4);
    // Each chunk is padded to an even length.
    const next = end + (end % 2);
    yield {
      type: bytes.toString('latin1', at, at + 4),
      payload: bytes.subarray(at + CHUNK_HEAD, end),
      whole: bytes.subarray(at, next),
    };
    at = next;
  }
}
