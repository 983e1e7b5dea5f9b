import sharp from 'sharp';
import type { Affine } from './affine.js';

/** 8-bit sRGB, three bytes a pixel, rows from the top. */
export interface RgbImage {
  data: Uint8Array;
  width: number;
  height: number;
}

export function sharpOf({ data, width, height }: RgbImage): sharp.Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export async function rgbOf(pipeline: sharp.Sharp): Promise<RgbImage> {
  const { data, info } = await pipeline.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

export function resize(image: RgbImage, width: number, height: number): Promise<RgbImage> {
  return rgbOf(sharpOf(image).resize(width, height, { fit: 'fill', kernel: 'lanczos3' }));
}

/**
 * The image scaled down by `scale`, or the image itself where that would not be a reduction. A bilinear warp reads 2 x
 * 2 pixels only: without this step a strong reduction turns hair into moiré.
 */
export async function downscale(image: RgbImage, scale: number): Promise<RgbImage> {
  if (scale >= 0.95) return image;
  return resize(image, Math.max(8, Math.round(image.width * scale)), Math.max(8, Math.round(image.height * scale)));
}

/** Bilinear warp. `toImage` maps coordinates of the result to those of the image. Beyond the image its edge repeats. */
export function warp(image: RgbImage, width: number, height: number, toImage: Affine): RgbImage {
  const { data } = image;
  const result = new Uint8Array(width * height * 3);
  const right = image.width - 1.001;
  const bottom = image.height - 1.001;
  const row = image.width * 3;
  for (let y = 0, j = 0; y < height; y++) {
    let sx = toImage.xx * 0.5 + toImage.xy * (y + 0.5) + toImage.x0 - 0.5;
    let sy = toImage.yx * 0.5 + toImage.yy * (y + 0.5) + toImage.y0 - 0.5;
    for (let x = 0; x < width; x++, j += 3, sx += toImage.xx, sy += toImage.yx) {
      const fx = sx < 0 ? 0 : sx > right ? right : sx;
      const fy = sy < 0 ? 0 : sy > bottom ? bottom : sy;
      const x0 = fx | 0;
      const y0 = fy | 0;
      const dx = fx - x0;
      const dy = fy - y0;
      const i = y0 * row + x0 * 3;
      for (let c = 0; c < 3; c++) {
        const upper = data[i + c]! * (1 - dx) + data[i + 3 + c]! * dx;
        const lower = data[i + row + c]! * (1 - dx) + data[i + row + 3 + c]! * dx;
        result[j + c] = upper * (1 - dy) + lower * dy + 0.5;
      }
    }
  }
  return { data: result, width, height };
}

/** In pixels; right and bottom are exclusive. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function cropImage(image: RgbImage, box: Box): RgbImage {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((y + box.top) * image.width + box.left) * 3;
    data.set(image.data.subarray(start, start + width * 3), y * width * 3);
  }
  return { data, width, height };
}
