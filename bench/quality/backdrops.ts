import { type RgbImage, rgbOf, sharpOf } from '../../src/engine/pixels.js';
import type { Cutout } from './portraits.js';

/** What stands behind a person; the same at every run. */
export type Backdrop = (cutout: Cutout) => RgbImage | Promise<RgbImage>;

type Colour = readonly [number, number, number];

export const BACKDROPS: Record<string, Backdrop> = {
  plain: cutout => wall(cutout, [222, 222, 226]),
  shadow: async cutout => withShadow(cutout, wall(cutout, [205, 200, 192])),
  white: cutout => wall(cutout, [248, 248, 248]),
  busy: cutout => clutter(cutout, 1, 255, 0),
  blurred: cutout => clutter(cutout, 2, 255, 0.02),
  dark: cutout => clutter(cutout, 3, 60, 0.006),
  clothes: cutout => wall(cutout, colourOf(cutout, 0.8, 1)),
  hair: cutout => wall(cutout, hairColour(cutout)),
  second: cutout => withSecond(cutout),
};

/** Numbers from 0 to 1, always the same ones (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A wall is never even: it is darker towards the corners, and the camera adds grain. */
function wall({ photo: { width, height } }: Cutout, colour: Colour): RgbImage {
  const random = randomFrom(7);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = 1.03 - 0.1 * ((x / width - 0.4) ** 2 + (y / height - 0.3) ** 2);
      for (let c = 0; c < 3; c++) {
        data[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, colour[c]! * light + (random() + random() - 1) * 5));
      }
    }
  }
  return { data, width, height };
}

/** The person's own shadow, moved to the right and blurred: light from the left. */
async function withShadow(cutout: Cutout, behind: RgbImage): Promise<RgbImage> {
  const { width, height } = behind;
  const offset = Math.round(width * 0.045);
  const mask = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const x = (i % width) - offset;
    if (x >= 0) mask.fill(cutout.alpha[i - offset]! * 110, i * 3, i * 3 + 3);
  }
  const soft = await blurred({ data: mask, width, height }, 0.012);
  return { data: behind.data.map((value, i) => value * (1 - soft.data[i]! / 255)), width, height };
}

/** Rectangles and discs of all sizes and colours, up to `brightest`; blurred by a share of the width. */
async function clutter({ photo: { width, height } }: Cutout, seed: number, brightest: number, blur: number) {
  const random = randomFrom(seed);
  const data = new Uint8Array(width * height * 3);
  for (let n = 0; n < 140; n++) {
    const size = width * (n < 12 ? 0.8 : 0.03 + 0.3 * random() ** 2);
    const [left, top] = [(random() * 1.2 - 0.1) * width - size / 2, (random() * 1.2 - 0.1) * height - size / 2];
    const tall = size * (0.4 + 1.6 * random());
    const colour = [random(), random(), random()].map(value => value * brightest);
    const round = random() < 0.5;
    for (let y = Math.max(0, Math.round(top)); y < Math.min(height, top + tall); y++) {
      for (let x = Math.max(0, Math.round(left)); x < Math.min(width, left + size); x++) {
        const inside = !round || ((x - left) / size - 0.5) ** 2 + ((y - top) / tall - 0.5) ** 2 < 0.25;
        if (inside) for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = colour[c]!;
      }
    }
  }
  return blur > 0 ? blurred({ data, width, height }, blur) : { data, width, height };
}

/** The same person again, mirrored and smaller, looks over the shoulder; behind both a blurred room. */
async function withSecond(cutout: Cutout): Promise<RgbImage> {
  const room = await clutter(cutout, 4, 200, 0.02);
  const { width, height } = room;
  const scale = 0.62;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = Math.round((width * 1.08 - x) / scale);
      const fromY = Math.round((y - height * 0.16) / scale);
      if (fromX < 0 || fromY < 0 || fromX >= width || fromY >= height) continue;
      const from = fromY * width + fromX;
      const a = cutout.alpha[from]!;
      const i = y * width + x;
      for (let c = 0; c < 3; c++) {
        room.data[i * 3 + c] = room.data[i * 3 + c]! * (1 - a) + cutout.colours[from * 3 + c]! * a * 0.9;
      }
    }
  }
  return room;
}

export function blurred(image: RgbImage, shareOfWidth: number): Promise<RgbImage> {
  return rgbOf(sharpOf(image).blur(Math.max(0.3, image.width * shareOfWidth)));
}

/** The median colour of the person between two heights of the picture. */
function colourOf({ photo: { width, height }, alpha, colours }: Cutout, from: number, to: number): Colour {
  const channels: [number[], number[], number[]] = [[], [], []];
  for (let i = Math.round(from * height) * width; i < Math.round(to * height) * width; i += 7) {
    if (alpha[i]! > 0.95) for (let c = 0; c < 3; c++) channels[c]!.push(colours[i * 3 + c]!);
  }
  return channels.map(values => values.sort((a, b) => a - b)[values.length >> 1] ?? 128) as unknown as Colour;
}

/** Of the upper rows of the head. */
function hairColour(cutout: Cutout): Colour {
  const { width, height } = cutout.photo;
  const first = cutout.alpha.findIndex(alpha => alpha > 0.9);
  const top = Math.floor(first / width) / height;
  return colourOf(cutout, top, top + 0.06);
}
