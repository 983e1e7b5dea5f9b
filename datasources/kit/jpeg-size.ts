/** Width and height of a JPEG in pixels, from its frame header; undefined if there is none. */
export function jpegSize(jpeg: Uint8Array): { width: number; height: number } | undefined {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let at = 2;
  while (at + 9 <= bytes.length && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    // C4, C8 and CC of that range are no frames: Huffman tables, reserved, arithmetic coding.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
