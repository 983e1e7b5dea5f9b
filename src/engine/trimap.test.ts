import type { FacePosition } from './head-position.js';
import type { RgbImage } from './pixels.js';
import { makeTrimap } from './trimap.js';

const SIDE = 256;
const FACE: FacePosition = { centreX: 128, chinY: 190, foreheadY: 110, width: 70 };
const WALL = 200;
const HAIR = 40;

/** A head as a disc around the middle; the segmentation sees it exactly. */
const inHead = (x: number, y: number) => Math.hypot(x - 128, y - 140) < 75;
const person = {
  data: Float32Array.from({ length: SIDE * SIDE }, (_, i) => (inHead(i % SIDE, Math.floor(i / SIDE)) ? 1 : 0)),
  width: SIDE,
  height: SIDE,
};

function photo(colour: (x: number, y: number) => number): RgbImage {
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return colour(pixel % SIDE, Math.floor(pixel / SIDE));
  });
  return { data, width: SIDE, height: SIDE };
}

const at = (x: number, y: number) => y * SIDE + x;
const plainWall = photo((x, y) => (inHead(x, y) ? HAIR : WALL));

test('inside, outside and the band between are told apart', () => {
  const { known } = makeTrimap(plainWall, person, FACE);
  expect(known[at(128, 140)]).toBe(1);
  expect(known[at(20, 20)]).toBe(0);
  expect(known[at(128, 140 - 75)]).toBe(-1);
});

test('the guess is the probability, and counts for more where the segmentation is sure', () => {
  const unsure = { ...person, data: person.data.map(p => 0.2 + 0.35 * p) };
  const sure = makeTrimap(plainWall, person, FACE);
  const doubtful = makeTrimap(plainWall, unsure, FACE);
  expect(doubtful.guess[at(128, 140)]).toBeCloseTo(0.55);
  expect(doubtful.confidence[at(128, 140)]).toBeLessThan(sure.confidence[at(128, 140)]!);
  expect(doubtful.known[at(128, 140)]).toBe(-1);
});

describe('a plain wall that shows through a curl', () => {
  const inGap = (x: number, y: number) => Math.hypot(x - 75, y - 110) < 5;
  const colour = (x: number, y: number) => (inHead(x, y) && !inGap(x, y) ? HAIR : WALL);

  test('is background, and the hair around it is unknown', () => {
    const { known } = makeTrimap(photo(colour), person, FACE);
    expect(known[at(75, 110)]).toBe(0);
    expect(known[at(75, 110 - 7)]).toBe(-1);
    expect(known[at(110, 90)]).toBe(1);
  });

  test('stays foreground before a rough wall, where a colour proves nothing', () => {
    const rough = photo((x, y) => (inHead(x, y) && !inGap(x, y) ? HAIR : WALL - 20 + ((x * 31 + y * 17) % 41)));
    expect(makeTrimap(rough, person, FACE).known[at(75, 110)]).toBe(1);
  });

  test('stays foreground inside the face, where it is a highlight', () => {
    const inHighlight = (x: number, y: number) => Math.hypot(x - 185, y - 150) < 5;
    const highlight = photo((x, y) => (inHead(x, y) && !inHighlight(x, y) ? HAIR : WALL));
    expect(makeTrimap(highlight, person, { ...FACE, width: 130 }).known[at(185, 150)]).toBe(1);
    // The same spot beside a narrower face is a gap.
    expect(makeTrimap(highlight, person, FACE).known[at(185, 150)]).toBe(0);
  });

  test('stays foreground at the corner of a forehead, where nothing but skin can have that colour', () => {
    const inCorner = (x: number, y: number) => Math.hypot(x - 150, y - 108) < 5;
    const forehead = photo((x, y) => (inHead(x, y) && !inCorner(x, y) ? HAIR : WALL));
    expect(makeTrimap(forehead, person, FACE).known[at(150, 108)]).toBe(1);
  });
});
