import { closedFormMatte } from './closed-form.js';
import { estimateColours } from './foreground.js';
import type { RgbImage } from './pixels.js';

const WIDTH = 80;
const HEIGHT = 24;
const HAIR = [60, 40, 30] as const;
const WALL = [150, 180, 220] as const;
/** Hair on the left, wall on the right, ten columns of a straight blend between them. */
const blend = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
  Math.min(1, Math.max(0, (45 - (i % WIDTH)) / 10)),
);
const image: RgbImage = {
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    const a = blend[Math.floor(i / 3)]!;
    return Math.round(HAIR[(i % 3) as 0]! * a + WALL[(i % 3) as 0]! * (1 - a));
  }),
};
const known = Int8Array.from(blend, (_, i) => (i % WIDTH < 30 ? 1 : i % WIDTH > 50 ? 0 : -1));

test('alpha is solved from the colours although the guess is wrong', () => {
  const guess = new Float32Array(blend.length).fill(0.5);
  const confidence = new Float32Array(blend.length).fill(0.15);
  const alpha = closedFormMatte(image, { known, guess, confidence });
  for (let i = 0; i < alpha.length; i++) expect(Math.abs(alpha[i]! - blend[i]!)).toBeLessThan(0.06);
});

test('known pixels keep their alpha exactly, and unknown ones stay within 0..1', () => {
  const noisy = { ...image, data: image.data.map((value, i) => value + ((i * 7) % 13)) };
  const guess = Float32Array.from(blend, (_, i) => (i % 2 === 0 ? 1 : 0));
  const alpha = closedFormMatte(noisy, { known, guess, confidence: new Float32Array(blend.length).fill(5) });
  for (let i = 0; i < alpha.length; i++) {
    if (known[i]! >= 0) expect(alpha[i]).toBe(known[i]);
    else {
      expect(alpha[i]).toBeGreaterThanOrEqual(0);
      expect(alpha[i]).toBeLessThanOrEqual(1);
    }
  }
});

test('where the colours say nothing, a confident guess decides', () => {
  const plain = { ...image, data: new Uint8Array(image.data.length).fill(100) };
  const guess = new Float32Array(blend.length).fill(0.25);
  const matte = (confidence: number) =>
    closedFormMatte(plain, { known, guess, confidence: new Float32Array(blend.length).fill(confidence) });
  const middle = 12 * WIDTH + 40;
  expect(Math.abs(matte(1e4)[middle]! - 0.25)).toBeLessThan(0.02);
  expect(Math.abs(matte(1e-6)[middle]! - 0.5)).toBeLessThan(0.1);
});

test('the colours of hair and wall are separated in the blend', () => {
  const { foreground, background } = estimateColours(image, { data: blend, width: WIDTH, height: HEIGHT });
  const middle = (12 * WIDTH + 40) * 3;
  for (let c = 0; c < 3; c++) {
    expect(Math.abs(foreground[middle + c]! * 255 - HAIR[c as 0]!)).toBeLessThan(12);
    expect(Math.abs(background[middle + c]! * 255 - WALL[c as 0]!)).toBeLessThan(12);
  }
});
