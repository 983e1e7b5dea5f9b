import { type MatteSigns, rateMatte, readSigns } from './matte-quality.js';
import type { Plane } from './plane.js';

const SIDE = 120;
const FACE = { centreX: 60, chinY: 90, foreheadY: 50, width: 40 };
const plane = (at: (x: number, y: number) => number): Plane => ({
  data: Float32Array.from({ length: SIDE * SIDE }, (_, i) => at(i % SIDE, Math.floor(i / SIDE))),
  width: SIDE,
  height: SIDE,
});
const colours = (foreground: number, background: number) => ({
  foreground: new Float32Array(SIDE * SIDE * 3).fill(foreground),
  background: new Float32Array(SIDE * SIDE * 3).fill(background),
});
const PERSON = plane((x, y) => (Math.abs(x - 60) < 30 && y > 20 ? 1 : 0));
const rate = (alpha: Plane, person = PERSON, distinct = true) =>
  rateMatte(readSigns(alpha, person, colours(1, distinct ? 0 : 1), FACE));

test('a clean outline where the segmentation had it is near to 1, a matte without an outline is 0', () => {
  expect(rate(PERSON)).toBeGreaterThan(0.95);
  expect(rate(plane(() => 1))).toBe(0);
});

test('a veil, a second head and a matte against its own segmentation are each under the warning', () => {
  const head = (x: number, y: number) => x > 106 && y > 40 && y < 80;
  const second = plane((x, y) => (head(x, y) ? 1 : PERSON.data[y * SIDE + x]!));
  expect(rate(second, second)).toBeLessThan(0.75);
  const veiled = plane((x, y) => (x >= 90 && y > 20 ? 0.3 : PERSON.data[y * SIDE + x]!));
  expect(rate(veiled)).toBeLessThan(0.75);
  expect(rate(plane((x, y) => (Math.abs(x - 60) < 26 && y > 20 ? 1 : 0)))).toBeLessThan(0.75);
});

test('soft hair counts more where its two colours are alike', () => {
  const soft = plane((x, y) => (y > 20 ? Math.min(1, Math.max(0, (92 - Math.abs(x - 60) - 60) / 4)) : 0));
  expect(rate(soft, soft, false)).toBeLessThan(rate(soft, soft, true));
});

test('no sign that grows makes a matte better, but undecided pixels explain what moved', () => {
  const signs: MatteSigns = { undecided: 4, ambiguous: 1, moved: 0.6, even: 0.3, beside: 0.01 };
  for (const sign of ['ambiguous', 'moved', 'even', 'beside'] as const)
    expect(rateMatte({ ...signs, [sign]: signs[sign] * 2 })).toBeLessThanOrEqual(rateMatte(signs));
  expect(rateMatte({ ...signs, undecided: 40 })).toBeLessThan(0.2);
});
