import type { Plane } from './plane.js';
import { removeVeils } from './veils.js';

const SIDE = 200;
const FACE = { centreX: 100, chinY: 120, foreheadY: 60, width: 100 };
const plane = (at: (x: number, y: number) => number): Plane => ({
  data: Float32Array.from({ length: SIDE * SIDE }, (_, i) => at(i % SIDE, Math.floor(i / SIDE))),
  width: SIDE,
  height: SIDE,
});
/** A solid person up to column 100, and what is beyond. */
const beside = (at: (x: number, y: number) => number) => {
  const alpha = plane((x, y) => (x < 100 ? 1 : at(x, y)));
  removeVeils(alpha, FACE);
  return (x: number, y = 100) => alpha.data[y * SIDE + x]!;
};

test('an even veil goes, beside the person too; the person stays', () => {
  const at = beside(x => (x < 130 ? 0.35 : 0));
  expect(at(50)).toBe(1);
  expect(at(104)).toBeLessThan(0.05);
  expect(at(120)).toBeLessThan(0.05);
});

test('strands of hair stay, soft as they are', () => {
  const at = beside((x, y) => (x < 108 && y % 5 === 0 ? 0.55 : 0));
  expect(at(104)).toBeCloseTo(0.55);
});

test('a soft outline stays', () => {
  const at = beside(x => Math.max(0, (108 - x) / 8));
  expect(at(104)).toBeCloseTo(0.5);
});

test('what is half transparent far from anything solid goes', () => {
  expect(beside((x, y) => (x > 150 && y % 5 === 0 ? 0.55 : 0))(170)).toBe(0);
});
