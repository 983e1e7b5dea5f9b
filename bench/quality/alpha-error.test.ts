import { alphaError } from './alpha-error.js';

const SIDE = 40;
const ALL = new Uint8Array(SIDE * SIDE).fill(1);
const plane = (at: (x: number, y: number) => number) => ({
  data: Float32Array.from({ length: SIDE * SIDE }, (_, i) => at(i % SIDE, Math.floor(i / SIDE))),
  width: SIDE,
  height: SIDE,
});
/** A person in the left half with an edge of four soft columns. */
const TRUTH = plane(x => Math.max(0, Math.min(1, (22 - x) / 4)));

test('the truth has no error', () => {
  expect(alphaError(TRUTH, TRUTH, ALL)).toEqual({ mae: 0, band: 0, gradient: 0, patches: 0 });
});

test('a hole in the person is a patch, a line of one pixel is none', () => {
  const hole = plane((x, y) => (Math.abs(x - 8) < 3 && Math.abs(y - 20) < 3 ? 0 : TRUTH.data[y * SIDE + x]!));
  const line = plane((x, y) => (x === 8 ? 0 : TRUTH.data[y * SIDE + x]!));
  expect(alphaError(hole, TRUTH, ALL).patches).toBeGreaterThan(25);
  expect(alphaError(line, TRUTH, ALL).patches).toBe(0);
});

test('a harder edge is wrong in the band and in its gradients, and outside of it nowhere', () => {
  const { band, gradient, patches } = alphaError(
    plane(x => (x < 20 ? 1 : 0)),
    TRUTH,
    ALL,
  );
  expect(band).toBeGreaterThan(50);
  expect(gradient).toBeGreaterThan(50);
  expect(patches).toBe(0);
});

test('what is not valid is not looked at', () => {
  const empty = plane(() => 0);
  expect(alphaError(empty, TRUTH, new Uint8Array(SIDE * SIDE)).mae).toBe(0);
});
