import { closedFormMatte } from './closed-form.js';
import { findCrown } from './crown.js';
import { estimateColours } from './foreground.js';
import type { RgbImage } from './pixels.js';
import { fitWall } from './plain-wall.js';
import { dilate, erode, resizeBilinear, resizeByArea } from './plane.js';

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

describe('the matte of a known blend', () => {
  test('is found again from the colours, though the guess is wrong', () => {
    const column = (i: number) => i % WIDTH;
    const known = Int8Array.from(blend, (_, i) => (column(i) < 30 ? 1 : column(i) > 50 ? 0 : -1));
    const guess = new Float32Array(blend.length).fill(0.5);
    const confidence = new Float32Array(blend.length).fill(0.15);
    const alpha = closedFormMatte(image, { known, guess, confidence });
    for (let i = 0; i < alpha.length; i++) expect(Math.abs(alpha[i]! - blend[i]!)).toBeLessThan(0.06);
  });

  test('leaves none of the wall in the colours of the hair', () => {
    const { foreground, background } = estimateColours(image, { data: blend, width: WIDTH, height: HEIGHT });
    const middle = (12 * WIDTH + 40) * 3;
    for (let c = 0; c < 3; c++) {
      expect(Math.abs(foreground[middle + c]! * 255 - HAIR[c as 0]!)).toBeLessThan(12);
      expect(Math.abs(background[middle + c]! * 255 - WALL[c as 0]!)).toBeLessThan(12);
    }
  });

  test('has its crown where it grows wider than a stray hair', () => {
    const data = new Float32Array(100 * 100);
    for (let y = 5; y < 100; y++) data[y * 100 + 50] = 1;
    for (let y = 20; y < 100; y++) data.fill(1, y * 100 + 30, y * 100 + 70);
    expect(findCrown({ data, width: 100, height: 100 }, 0.5, 50, 40)).toBe(20);
    expect(findCrown({ data: new Float32Array(100), width: 10, height: 10 }, 0.5, 5, 8)).toBeUndefined();
  });
});

describe('the model of a wall', () => {
  const shaded = (extra: (x: number, y: number) => number): RgbImage => ({
    width: 200,
    height: 200,
    data: Uint8Array.from({ length: 200 * 200 * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return 120 + (pixel % 200) / 5 + Math.floor(pixel / 200) / 8 + extra(pixel % 200, Math.floor(pixel / 200));
    }),
  });
  const everywhere = new Uint8Array(200 * 200).fill(1);

  test('follows its shading and sees a patch of another colour', () => {
    const wall = fitWall(
      shaded((x, y) => (x < 40 && y < 40 ? 60 : 0)),
      everywhere,
    )!;
    expect(wall.inliers).toBeGreaterThan(0.9);
    expect(wall.distance(150 * 200 + 150)).toBeLessThan(2);
    expect(wall.distance(10 * 200 + 10)).toBeGreaterThan(10);
  });

  test('does not call a checkered room plain', () => {
    const wall = fitWall(
      shaded((x, y) => (((x >> 4) + (y >> 4)) % 2) * 90),
      everywhere,
    )!;
    expect(wall.sigma).toBeGreaterThan(7);
  });

  test('is none where too little of it is seen', () => {
    expect(
      fitWall(
        shaded(() => 0),
        new Uint8Array(200 * 200),
      ),
    ).toBeUndefined();
  });
});

describe('planes', () => {
  const dot = { data: new Float32Array(9 * 9), width: 9, height: 9 };
  dot.data[4 * 9 + 4] = 1;
  const sum = (data: Float32Array) => data.reduce((a, b) => a + b, 0);

  test('dilate to a square and erode back to the point', () => {
    const grown = dilate(dot, 2);
    expect(sum(grown.data)).toBe(25);
    expect([...erode(grown, 2).data]).toEqual([...dot.data]);
  });

  test('keep their mean when they are averaged, and their ramp when they are stretched', () => {
    expect(sum(resizeByArea(dot, 3, 3).data)).toBeCloseTo(1 / 9);
    const ramp = { data: Float32Array.from({ length: 8 }, (_, i) => i % 4), width: 4, height: 2 };
    const wide = resizeBilinear(ramp, 40, 2).data;
    expect(wide[5]).toBeCloseTo(0.05, 1);
    expect(wide[20]).toBeCloseTo(1.55, 1);
  });
});
