import { weighByColour } from './colour-evidence.js';

const SIDE = 120;
const FACE = { centreX: 40, chinY: 60, foreheadY: 20, width: 60 };

/** A blue coat to the left of column 50, to the right of column 70 the given wall; between them the segmentation wavers. */
function scene(wall: (x: number, y: number) => readonly number[], between: readonly number[]) {
  const data = new Uint8Array(SIDE * SIDE * 3);
  const person = { data: new Float32Array(SIDE * SIDE), width: SIDE, height: SIDE };
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    data.set(x < 50 ? [20, 30, 140] : x < 70 ? between : wall(x, y), i * 3);
    person.data[i] = x < 50 ? 0.98 : x < 70 ? 0.5 : 0.02;
  }
  return { image: { data, width: SIDE, height: SIDE }, person };
}
const stripes = (_: number, y: number) => (y % 16 < 8 ? [220, 60, 40] : [60, 200, 80]);
const middle = (person: { data: Float32Array }, y: number) => person.data[y * SIDE + 60]!;

test('an undecided pixel in a colour of the room loses, in a colour of the person it gains', () => {
  const room = scene(stripes, [220, 60, 40]);
  weighByColour(room.image, room.person, FACE);
  expect(middle(room.person, 90)).toBeLessThan(0.2);
  const coat = scene(stripes, [20, 30, 140]);
  weighByColour(coat.image, coat.person, FACE);
  expect(middle(coat.person, 90)).toBeGreaterThan(0.8);
});

test('before a plain wall what has its colour loses, and nothing gains', () => {
  const grey = () => [200, 200, 200];
  const plain = scene(grey, [200, 200, 200]);
  weighByColour(plain.image, plain.person, FACE);
  expect(middle(plain.person, 90)).toBeLessThan(0.2);
  const coat = scene(grey, [20, 30, 140]);
  weighByColour(coat.image, coat.person, FACE);
  expect(middle(coat.person, 90)).toBe(0.5);
});

test('colours that both have say nothing', () => {
  const alike = scene((_, y) => (y % 16 < 8 ? [20, 30, 140] : [60, 200, 80]), [60, 200, 80]);
  weighByColour(alike.image, alike.person, FACE);
  expect(middle(alike.person, 90)).toBe(0.5);
});
