import type { RgbImage } from './pixels.js';
import { fitWall } from './plain-wall.js';

const SIDE = 200;
const everywhere = new Uint8Array(SIDE * SIDE).fill(1);

/** A wall with a slope of light, and what `extra` adds. */
function shaded(extra: (x: number, y: number) => number): RgbImage {
  return {
    width: SIDE,
    height: SIDE,
    data: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)];
      return 120 + x / 5 + y / 8 + extra(x, y);
    }),
  };
}

test('the surface follows the shading of the wall, and a patch of another colour stands out', () => {
  const wall = fitWall(
    shaded((x, y) => (x < 40 && y < 40 ? 60 : 0)),
    everywhere,
  )!;
  expect(wall.inliers).toBeGreaterThan(0.9);
  expect(wall.distance(150 * SIDE + 150)).toBeLessThan(2);
  expect(wall.distance(10 * SIDE + 10)).toBeGreaterThan(10);
});

test('a checkered room is no plain wall', () => {
  const wall = fitWall(
    shaded((x, y) => (((x >> 4) + (y >> 4)) % 2) * 90),
    everywhere,
  )!;
  expect(wall.sigma).toBeGreaterThan(7);
});

test('too few pixels of background give no surface', () => {
  const few = new Uint8Array(SIDE * SIDE).fill(1, 0, 4_000);
  expect(
    fitWall(
      shaded(() => 0),
      few,
    ),
  ).toBeUndefined();
});
