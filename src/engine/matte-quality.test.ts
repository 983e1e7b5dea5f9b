import { type MatteSigns, rateMatte, readSigns } from './matte-quality.js';
import type { Plane } from './plane.js';

const SIDE = 120;
const FACE = { centreX: 60, chinY: 90, foreheadY: 50, width: 40 };
const plane = (at: (x: number, y: number) => number): Plane => ({
  data: Float32Array.from({ length: SIDE * SIDE }, (_, i) => at(i % SIDE, Math.floor(i / SIDE))),
  width: SIDE,
  height: SIDE,
});
const PERSON = plane((x, y) => (Math.abs(x - 60) < 30 && y > 20 ? 1 : 0));
const rate = (alpha: Plane, person = PERSON) => rateMatte(readSigns(alpha, person, FACE));

test('a clean outline where the segmentation had it is near to 1, a matte without an outline is 0', () => {
  expect(rate(PERSON)).toBeGreaterThan(0.95);
  expect(rate(plane(() => 1))).toBe(0);
});

test('what the segmentation could not decide, a matte against it, and a bit of the room are each under the warning', () => {
  const wavering = plane((x, y) => (x >= 90 && x < 100 && y > 20 ? 0.5 : PERSON.data[y * SIDE + x]!));
  expect(rate(PERSON, wavering)).toBeLessThan(0.75);
  expect(rate(plane((x, y) => (Math.abs(x - 60) < 24 && y > 20 ? 1 : 0)))).toBeLessThan(0.75);
  const bit = (x: number, y: number) => x >= 88 && x < 99 && y > 60 && y < 67;
  const jagged = plane((x, y) => (bit(x, y) ? 1 : PERSON.data[y * SIDE + x]!));
  expect(rate(jagged, jagged)).toBeLessThan(rate(PERSON));
});

test('nothing counts that an ID photo does not show', () => {
  const farAway = plane((x, y) => (x > 106 && y > 40 ? 1 : PERSON.data[y * SIDE + x]!));
  expect(rate(farAway)).toBe(rate(PERSON));
});

test('no sign that grows makes a matte better', () => {
  const signs: MatteSigns = { undecided: 0.02, moved: 0.02, bulges: 0.02 };
  for (const sign of ['undecided', 'moved', 'bulges'] as const)
    expect(rateMatte({ ...signs, [sign]: signs[sign] * 2 })).toBeLessThan(rateMatte(signs));
});
