import { findScratches } from './scratches.js';

const WIDTH = 120;
const HEIGHT = 100;
const surroundings = { data: new Float32Array(WIDTH * HEIGHT).fill(100), width: WIDTH, height: HEIGHT };

/** The share of these pixels that the mask holds. */
function found(isBright: (x: number, y: number) => boolean, brightness = 200): { hit: number; masked: number } {
  const bright = Array.from({ length: WIDTH * HEIGHT }, (_, i) => isBright(i % WIDTH, Math.floor(i / WIDTH)));
  const data = Float32Array.from(bright, on => (on ? brightness : 100));
  const mask = findScratches({ ...surroundings, data }, surroundings);
  const total = bright.filter(Boolean).length;
  return {
    hit: total === 0 ? 0 : bright.filter((on, i) => on && mask[i]).length / total,
    masked: mask.reduce((sum, value) => sum + value, 0),
  };
}

const diagonal = (x: number, y: number) => Math.abs(x - y) <= 1 && x > 10 && x < 90;
const crossing = (x: number, y: number) => Math.abs(x + y - 100) <= 1 && x > 15 && x < 85;

test('a long bright line is found, and two that cross as well', () => {
  expect(found(diagonal).hit).toBeGreaterThan(0.95);
  expect(found((x, y) => diagonal(x, y) || crossing(x, y)).hit).toBeGreaterThan(0.95);
});

test('a short line, a spot and a faint line are no scratches', () => {
  expect(found((x, y) => y === 50 && x > 50 && x < 58).masked).toBe(0);
  expect(found((x, y) => Math.hypot(x - 60, y - 50) < 4).masked).toBe(0);
  expect(found(diagonal, 130).masked).toBe(0);
});

test('a line on a person alone is a stripe or a seam; one that goes on beside it is none', () => {
  const person = (isThere: (x: number) => boolean) => ({
    ...surroundings,
    data: Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (isThere(i % WIDTH) ? 1 : 0)),
  });
  const data = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    diagonal(i % WIDTH, Math.floor(i / WIDTH)) ? 200 : 100,
  );
  const mask = (isThere: (x: number) => boolean) =>
    findScratches({ ...surroundings, data }, surroundings, person(isThere));
  expect(mask(x => x < 95).includes(1)).toBe(false);
  expect(mask(x => x < 60).includes(1)).toBe(true);
  // Where people fill the picture there is nothing to compare with.
  expect(mask(() => true).includes(1)).toBe(true);
});

test('stripes over the whole picture are a pattern', () => {
  expect(found((x, _) => x % 8 < 2).masked).toBe(0);
});

test('the same picture gives the same mask', () => {
  expect(found(crossing)).toEqual(found(crossing));
});
