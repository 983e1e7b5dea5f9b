/** Segments of a JPEG file that libvips does not write as official upload checkers want them. */

const SOI_BYTES = 2;
const APP0 = 0xe0;
const COM = 0xfe;
/** A segment's length field counts itself and is 16 bits wide. */
const MAX_SEGMENT = 65_000;
const MIN_SEGMENT = 4;

/** With `dpi` in the JFIF header; sharp 0.35 writes density to EXIF only, which the checkers do not read. */
export function withJfifDensity(jpeg: Uint8Array, dpi: number): Uint8Array {
  const header = Buffer.from([0xff, APP0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  header.writeUInt16BE(dpi, 12);
  header.writeUInt16BE(dpi, 14);
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const hasHeader = bytes[2] === 0xff && bytes[3] === APP0;
  const rest = bytes.subarray(hasHeader ? SOI_BYTES + 2 + bytes.readUInt16BE(4) : SOI_BYTES);
  return Buffer.concat([bytes.subarray(0, SOI_BYTES), header, rest]);
}

/** Filled up to at least `target` bytes with comment segments behind the JFIF header; at most three bytes over. */
export function paddedTo(jpeg: Uint8Array, target: number): Uint8Array {
  let missing = target - jpeg.byteLength;
  if (missing <= 0) return jpeg;
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const headerEnd = SOI_BYTES + 2 + bytes.readUInt16BE(4);
  const comments: Buffer[] = [];
  while (missing > 0) {
    // The last two segments share what is left, so that no remainder under four bytes is forced over the target.
    const size = missing > MAX_SEGMENT && missing < MAX_SEGMENT + MIN_SEGMENT ? MAX_SEGMENT - MIN_SEGMENT : missing;
    const comment = Buffer.alloc(Math.max(MIN_SEGMENT, Math.min(size, MAX_SEGMENT)), 0x20);
    comment[0] = 0xff;
    comment[1] = COM;
    comment.writeUInt16BE(comment.length - 2, 2);
    comments.push(comment);
    missing -= comment.length;
  }
  return Buffer.concat([bytes.subarray(0, headerEnd), ...comments, bytes.subarray(headerEnd)]);
}
