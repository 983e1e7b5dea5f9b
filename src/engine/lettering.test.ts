import { blendGrey, drawText, emptyPlane, textWidth } from './lettering.js';
import { glyphOf } from './stroke-font.js';

const LETTER = 60;
const upright = { xx: LETTER, xy: 0, x0: 10, yx: 0, yy: LETTER, y0: 10 };
const canvas = () => emptyPlane({ width: 200, height: 80 });

test('the width of a text is that of its letters, without the space behind the last one', () => {
  expect(textWidth('')).toBe(0);
  expect(textWidth('HH')).toBeCloseTo(2 * glyphOf('H').width - 2 / 6);
  expect(textWidth('I')).toBeLessThan(textWidth('H'));
});

test('a letter is drawn where its strokes are, as thick as asked for and with soft edges', () => {
  const plane = canvas();
  drawText(plane, 'I', upright, 8);
  const column = (x: number) => plane.data[40 * 200 + x]!;
  // The stem of the I lies one sixth of a capital from the left.
  const stem = 10 + LETTER / 6;
  expect(column(Math.round(stem))).toBe(1);
  expect(column(Math.round(stem) + 7)).toBe(0);
  const row = [...plane.data.subarray(40 * 200, 41 * 200)];
  expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(8, 0);
});

test('what lies outside the plane is left out, at every side', () => {
  const plane = canvas();
  for (const [x0, y0] of [
    [-500, 10],
    [500, 10],
    [10, -500],
    [10, 500],
  ] as const)
    drawText(plane, 'DARK', { ...upright, x0, y0 }, 6);
  expect(plane.data.every(value => value === 0)).toBe(true);
});

test('lower case is drawn as capitals, and an unknown character as a box', () => {
  expect(glyphOf('a')).toEqual(glyphOf('A'));
  expect(glyphOf('é').strokes).toEqual(glyphOf('漢').strokes);
  expect(glyphOf('é').strokes).toHaveLength(1);
  expect(glyphOf(' ').strokes).toEqual([]);
  expect(glyphOf('生').strokes).toHaveLength(5);
});

test('grey is blended by the mask and the opacity', () => {
  const image = { data: new Uint8Array(9).fill(100), width: 3, height: 1 };
  blendGrey(image, { data: Float32Array.from([0, 0.5, 1]), width: 3, height: 1 }, 200, 0.5);
  expect([...image.data]).toEqual([100, 100, 100, 125, 125, 125, 150, 150, 150]);
});
