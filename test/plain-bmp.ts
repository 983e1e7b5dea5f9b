/** An uncompressed BMP of RGB pixels, as most programs write it: from the bottom up, rows padded to four bytes. */
export function plainBmp(
  { data, width, height }: { data: Uint8Array; width: number; height: number },
  {
    bits = 24,
    topDown = false,
    dpi = 0,
    masks,
  }: { bits?: 24 | 32; topDown?: boolean; dpi?: number; masks?: number[] } = {},
): Buffer {
  const pixelBytes = bits / 8;
  const stride = Math.ceil((width * pixelBytes) / 4) * 4;
  const first = 54 + (masks === undefined ? 0 : 12);
  const file = Buffer.alloc(first + stride * height);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(first, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(topDown ? -height : height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  file.writeUInt32LE(masks === undefined ? 0 : 3, 30);
  file.writeInt32LE(Math.round(dpi / 0.0254), 38);
  masks?.forEach((mask, index) => {
    file.writeUInt32LE(mask, 54 + index * 4);
  });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = first + stride * (topDown ? y : height - 1 - y) + x * pixelBytes;
      file.set([data[from + 2]!, data[from + 1]!, data[from]!], to);
    }
  }
  return file;
}
