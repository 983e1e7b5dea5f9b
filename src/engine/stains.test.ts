import type { RgbImage } from './pixels.js';
import { findStains } from './stains.js';

const WIDTH = 320;
const HEIGHT = 400;

type Spot = readonly [x: number, y: number, radius: number, colour: readonly number[]];

const BROWN = [112, 78, 40];
const WHITE = [245, 243, 238];

/** A wall that is darker below, with grain; people stand before the lower part of it. */
function wall(spots: readonly Spot[]): RgbImage {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  let seed = 3;
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    seed = (seed * 16_807) % 2_147_483_647;
    const grain = (seed % 9) - 4;
    const spot = spots.find(([cx, cy, radius]) => Math.hypot(x - cx, y - cy) < radius);
    for (let c = 0; c < 3; c++) data[i * 3 + c] = (spot?.[3][c] ?? 150 + c * 12 - y * 0.1) + grain;
  }
  return { data, width: WIDTH, height: HEIGHT };
}

const person = {
  data: Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i > WIDTH * 200 ? 1 : 0)),
  width: WIDTH,
  height: HEIGHT,
};

/** Which of the spots are masked at their middle. */
async function masked(spots: readonly Spot[], people = false): Promise<boolean[]> {
  const mask = await findStains(wall(spots), people ? person : undefined);
  return spots.map(([x, y]) => mask[Math.round(y) * WIDTH + Math.round(x)] === 1);
}

test('brown and white spots of several sizes are found, with their edges and little more', async () => {
  const spots: Spot[] = [
    [60, 60, 8, BROWN],
    [200, 90, 5, WHITE],
    [120, 300, 11, [70, 60, 45]],
  ];
  expect(await masked(spots)).toEqual([true, true, true]);
  const mask = await findStains(wall(spots), undefined);
  const area = spots.reduce((sum, [, , radius]) => sum + Math.PI * radius ** 2, 0);
  const found = mask.reduce((sum, value) => sum + value, 0);
  expect(found).toBeGreaterThan(area);
  expect(found).toBeLessThan(area * 3.2);
});

test('a wall without spots has none, and neither has one with grain of its own', async () => {
  expect((await findStains(wall([]), undefined)).includes(1)).toBe(false);
});

test('a line and a large disc are no stains', async () => {
  const line = Array.from({ length: 60 }, (_, i): Spot => [40 + i * 2, 80, 4, BROWN]);
  expect(await masked(line)).not.toContain(true);
  expect(await masked([[160, 200, 60, WHITE]])).toEqual([false]);
});

test('dots that repeat each other are a pattern', async () => {
  const dots = Array.from({ length: 9 }, (_, i): Spot => [100 + (i % 3) * 40, 100 + Math.floor(i / 3) * 40, 6, WHITE]);
  expect(await masked(dots)).not.toContain(true);
});

test('what is on a person alone is a button or a mole; with stains beside it, it is one, too', async () => {
  const button: Spot = [150, 300, 6, BROWN];
  const beside: Spot[] = [
    [60, 60, 8, BROWN],
    [230, 120, 10, WHITE],
  ];
  expect(await masked([button], true)).toEqual([false]);
  expect(await masked([beside[0]!, button], true)).toEqual([true, false]);
  expect(await masked([...beside, button], true)).toEqual([true, true, true]);
});
