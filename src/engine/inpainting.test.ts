import { inpaint } from './inpainting.js';
import type { RgbImage } from './pixels.js';

const WIDTH = 40;
const HEIGHT = 30;

function image(colour: (x: number, y: number) => number): RgbImage {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return colour(pixel % WIDTH, Math.floor(pixel / WIDTH)) + (i % 3);
  });
  return { data, width: WIDTH, height: HEIGHT };
}

/** A vertical line five pixels wide. */
const mask = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (Math.abs((i % WIDTH) - 20) <= 2 ? 1 : 0));

test('a scratch over one colour disappears', () => {
  const plain = image(() => 100);
  const scratched = { ...plain, data: plain.data.map((value, i) => (mask[Math.floor(i / 3)] ? 255 : value)) };
  inpaint(scratched, mask);
  expect(Buffer.compare(scratched.data, plain.data)).toBe(0);
});

test('over a slope the filled pixels lie between their surroundings, and all others stay', () => {
  const slope = image((_, y) => 40 + y * 5);
  const scratched = { ...slope, data: slope.data.map((value, i) => (mask[Math.floor(i / 3)] ? 255 : value)) };
  inpaint(scratched, mask);
  for (let i = 0; i < mask.length; i++) {
    const off = Math.abs(scratched.data[i * 3]! - slope.data[i * 3]!);
    if (mask[i]) expect(off).toBeLessThan(12);
    else expect(off).toBe(0);
  }
});

test('an edge that runs into the mask goes on through it', () => {
  const edge = image((_, y) => (y < 15 ? 50 : 200));
  const scratched = { ...edge, data: edge.data.map((value, i) => (mask[Math.floor(i / 3)] ? 0 : value)) };
  inpaint(scratched, mask);
  expect(scratched.data[(5 * WIDTH + 20) * 3]).toBe(50);
  expect(scratched.data[(25 * WIDTH + 20) * 3]).toBe(200);
});

test('a mask at the border is filled, and a picture that is masked as a whole is left alone', () => {
  const corner = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < 3 && i < 3 * WIDTH ? 1 : 0));
  const plain = image(() => 100);
  const damaged = { ...plain, data: plain.data.map((value, i) => (corner[Math.floor(i / 3)] ? 0 : value)) };
  inpaint(damaged, corner);
  expect(Buffer.compare(damaged.data, plain.data)).toBe(0);
  const lost = image(() => 7);
  inpaint(lost, new Uint8Array(WIDTH * HEIGHT).fill(1));
  expect(Buffer.compare(lost.data, image(() => 7).data)).toBe(0);
});
