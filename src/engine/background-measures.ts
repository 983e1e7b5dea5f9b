import { type Lab, labDistance, labOf } from './lab.js';
import type { RgbImage } from './pixels.js';

/** What stands behind the person, as far as the frame sees it. */
export interface BackgroundMeasures {
  /** Median of the red, green and blue: `#RRGGBB`. */
  hex: string;
  /** Distance from that colour (CIE 1976) which 95 of 100 pixels keep within. */
  spread: number;
  /** Difference in L* between the bright and the dark parts of it, fine grain left out. */
  shade: number;
}

/** Away from the outline, where hair and wall mix. In pixels of the frame. */
const AWAY = 6;
const STEP = 3;
const LEAST = 200;
/** Blocks of the frame whose means are compared. */
const BLOCK = 24;
const BLOCK_LEAST = 12;

/** @param alpha of the person, 0..255; `seen` which pixels the photo covers */
export function measureBackground(
  image: RgbImage,
  alpha: Uint8Array,
  seen: (x: number, y: number) => boolean,
): BackgroundMeasures | null {
  const { width, height, data } = image;
  const free = (x: number, y: number) => alpha[y * width + x] === 0;
  const pixels: number[] = [];
  for (let y = AWAY; y < height - AWAY; y += STEP) {
    for (let x = AWAY; x < width - AWAY; x += STEP) {
      if (!free(x, y) || !free(x - AWAY, y) || !free(x + AWAY, y) || !free(x, y - AWAY) || !free(x, y + AWAY)) continue;
      if (seen(x - 2, y - 2) && seen(x + 2, y + 2)) pixels.push(y * width + x);
    }
  }
  if (pixels.length < LEAST) return null;
  const channel = (c: number) => median(pixels.map(pixel => data[pixel * 3 + c]!));
  const middle = [channel(0), channel(1), channel(2)] as const;
  const centre = labOf(...middle);
  const labs = pixels.map((pixel): Lab => labOf(data[pixel * 3]!, data[pixel * 3 + 1]!, data[pixel * 3 + 2]!));
  const far = labs.map(lab => labDistance(lab, centre)).sort((a, b) => a - b);
  const blocks = new Map<number, { sum: number; count: number }>();
  pixels.forEach((pixel, index) => {
    const key = Math.floor(Math.floor(pixel / width) / BLOCK) * 1_000 + Math.floor((pixel % width) / BLOCK);
    const block = blocks.get(key) ?? { sum: 0, count: 0 };
    block.sum += labs[index]![0];
    block.count++;
    blocks.set(key, block);
  });
  const means = [...blocks.values()].filter(({ count }) => count >= BLOCK_LEAST).map(({ sum, count }) => sum / count);
  means.sort((a, b) => a - b);
  return {
    hex: `#${middle
      .map(value => value.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase()}`,
    spread: far[Math.floor(far.length * 0.95)]!,
    shade:
      means.length < 2
        ? 0
        : means[Math.floor((means.length - 1) * 0.95)]! - means[Math.floor((means.length - 1) * 0.05)]!,
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
