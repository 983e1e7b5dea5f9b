import { denoise, estimateNoise } from './denoise.js';

const SIDE = 80;

/** Nearly normal noise, the same each time. */
function noise(sigma: number): Float32Array {
  let seed = 11;
  const uniform = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  return Float32Array.from({ length: SIDE * SIDE }, () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += uniform();
    return (sum - 6) * sigma;
  });
}

/** Dark left half, bright right half. */
const clean = Float32Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE < SIDE / 2 ? 80 : 180));
const plane = (data: Float32Array) => ({ data, width: SIDE, height: SIDE });
const noisy = (sigma: number) => noise(sigma).map((value, i) => value + clean[i]!);

test.each([0, 5, 15])('noise of sigma %s is estimated in spite of an edge', sigma => {
  expect(Math.abs(estimateNoise(plane(noisy(sigma))) - sigma)).toBeLessThanOrEqual(sigma * 0.2);
});

test('texture in half of the picture is not taken for noise', () => {
  const textured = noisy(5).map(
    (value, i) => value + (i % SIDE > SIDE / 2 ? (((i % SIDE) * 3 + Math.floor(i / SIDE) * 5) % 7) * 15 : 0),
  );
  expect(Math.abs(estimateNoise(plane(textured)) - 5)).toBeLessThan(1.5);
});

test('a picture smaller than one block has no estimate', () => {
  expect(estimateNoise({ data: new Float32Array(100), width: 10, height: 10 })).toBe(0);
});

test('the filter removes most of the noise and keeps the edge', () => {
  const grey = noisy(12);
  const image = {
    data: Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]!),
    width: SIDE,
    height: SIDE,
  };
  const { data } = denoise(image, plane(grey), 12);
  const error = (of: (i: number) => number) =>
    Math.sqrt(clean.reduce((sum, value, i) => sum + (of(i) - value) ** 2, 0) / clean.length);
  expect(error(i => data[i * 3]!)).toBeLessThan(error(i => grey[i]!) / 3);
  const row = 40 * SIDE;
  expect(data[(row + SIDE / 2 + 1) * 3]! - data[(row + SIDE / 2 - 2) * 3]!).toBeGreaterThan(85);
});
