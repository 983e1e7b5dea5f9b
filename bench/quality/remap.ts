import type { RgbImage } from '../../src/engine/pixels.js';

/** Each pixel of the result is taken from where `source` says, between four pixels; beyond the picture its edge repeats. */
export function remap(
  image: RgbImage,
  source: (x: number, y: number) => readonly [x: number, y: number],
  size: { width: number; height: number } = image,
): RgbImage {
  const { width, height } = size;
  const data = new Uint8Array(width * height * 3);
  const [right, bottom] = [image.width - 1.001, image.height - 1.001];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sx, sy] = source(x, y);
      const fx = Math.min(right, Math.max(0, sx));
      const fy = Math.min(bottom, Math.max(0, sy));
      const [x0, y0] = [fx | 0, fy | 0];
      const [dx, dy] = [fx - x0, fy - y0];
      const i = (y0 * image.width + x0) * 3;
      for (let c = 0; c < 3; c++) {
        const at = (offset: number) => image.data[i + offset + c]!;
        const upper = at(0) * (1 - dx) + at(3) * dx;
        const lower = at(image.width * 3) * (1 - dx) + at(image.width * 3 + 3) * dx;
        data[(y * width + x) * 3 + c] = upper * (1 - dy) + lower * dy + 0.5;
      }
    }
  }
  return { data, width, height };
}

/** The picture with a colour laid over it; `cover` is 0..1. */
export function overlay(
  image: RgbImage,
  cover: (x: number, y: number) => number,
  colour: (x: number, y: number, c: number) => number,
): RgbImage {
  const data = Uint8Array.from(image.data);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const share = Math.min(1, Math.max(0, cover(x, y)));
      if (share === 0) continue;
      const i = (y * image.width + x) * 3;
      for (let c = 0; c < 3; c++) data[i + c] = Math.round(data[i + c]! * (1 - share) + colour(x, y, c) * share);
    }
  }
  return { ...image, data };
}

/** 1 within, 0 outside, and a soft edge between; `distance` is 0 in the middle and 1 at the edge. */
export function soft(distance: number, edge: number): number {
  return Math.min(1, Math.max(0, (1 - distance) / edge + 0.5));
}
