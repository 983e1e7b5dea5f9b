import fc from 'fast-check';
import type { AskedNumber } from './asked-numbers.js';
import { fitHead } from './fit-head.js';
import type { HeadGeometry } from './head-position.js';

/** A head of 100 rows, the eyes 55 below the crown, 70 wide. */
const HEAD: HeadGeometry = {
  centreX: 100,
  crownY: 50,
  chinY: 150,
  eyes: [
    [85, 105],
    [115, 105],
  ],
  faceWidth: 70,
};
const USUAL = { crown: 0.085, chin: 0.705 };
const ASPECT = 358 / 441;

function limit(code: AskedNumber['code'], min: number | null, max: number | null, more: Partial<AskedNumber> = {}) {
  return { code, min, max, strength: 'LIMIT', rule: 'a rule', headTop: 'HAIR', ...more } as AskedNumber;
}

const placed = (...asked: AskedNumber[]) => fitHead(HEAD, asked, USUAL, ASPECT);
const eyes = ({ crown, chin }: { crown: number; chin: number }) => crown + 0.55 * (chin - crown);
const face = ({ crown, chin }: { crown: number; chin: number }) => ((chin - crown) * 0.7) / ASPECT;

test('what holds at the usual place moves nothing', () => {
  expect(placed(limit('HEAD_HEIGHT', 0.5, 0.7), limit('TOP_MARGIN', 0.05, 0.1))).toEqual(USUAL);
});

test('a head that is asked for larger grows, and stays as near as it can', () => {
  const place = placed(limit('HEAD_HEIGHT', 0.7, 0.8));
  expect(place.chin - place.crown).toBeCloseTo(0.708, 3);
  // Half of the growth above and half below.
  expect(place.crown).toBeCloseTo(USUAL.crown - 0.044, 3);
});

test('the numbers of an identity card hold together: face, eyes and upper margin', () => {
  const place = placed(
    limit('FACE_WIDTH', 193 / 358, 221 / 358),
    limit('TOP_MARGIN', 7 / 441, 21 / 441),
    limit('EYE_LINE', null, 0.5306),
  );
  expect(face(place)).toBeGreaterThanOrEqual(193 / 358);
  expect(face(place)).toBeLessThanOrEqual(221 / 358);
  expect(place.crown).toBeGreaterThanOrEqual(7 / 441);
  expect(place.crown).toBeLessThanOrEqual(21 / 441);
  expect(eyes(place)).toBeLessThanOrEqual(0.5306);
});

test('where eyes and upper margin cannot both hold, the eyes win, and the margin comes as near as they let it', () => {
  const eyesAt = limit('EYE_LINE', 0.3, 0.32);
  const place = placed(limit('TOP_MARGIN', 0.2, 0.25), eyesAt, limit('HEAD_HEIGHT', 0.6, 0.62));
  expect(eyes(place)).toBeLessThanOrEqual(0.32);
  expect(place.chin - place.crown).toBeGreaterThanOrEqual(0.6);
  expect(place.crown).toBeCloseTo(0.315 - 0.55 * 0.605, 2);
});

test('what a caller says goes before every rule', () => {
  const place = placed(
    limit('HEAD_HEIGHT', 0.7, 0.8),
    limit('HEAD_HEIGHT', 0.5, 0.5, { strength: 'CALLER', rule: null }),
  );
  expect(place.chin - place.crown).toBeCloseTo(0.5, 6);
});

test('measured to the skull, a head with high hair is made larger', () => {
  const tall = { ...HEAD, crownY: 30 };
  const hair = fitHead(tall, [limit('HEAD_HEIGHT', 0.6, 0.62)], USUAL, ASPECT);
  const skull = fitHead(tall, [limit('HEAD_HEIGHT', 0.6, 0.62, { headTop: 'SKULL' })], USUAL, ASPECT);
  const ofSkull = ((150 - (150 - 1.96 * 45)) / (150 - 30)) * (skull.chin - skull.crown);
  expect(ofSkull).toBeGreaterThanOrEqual(0.6);
  expect(ofSkull).toBeLessThanOrEqual(0.62);
  expect(skull.chin - skull.crown).toBeGreaterThan(hair.chin - hair.crown);
});

test('one value of a rule means "about"', () => {
  const place = placed(limit('HEAD_HEIGHT', 0.6667, 0.6667, { strength: 'APPROXIMATE' }));
  expect(Math.abs(place.chin - place.crown - 0.6667)).toBeLessThanOrEqual(0.0151);
});

test('ranges that hold at some place hold at the one that is found, in whatever order they come', () => {
  const share = fc.double({ min: 0.02, max: 0.3, noNaN: true });
  fc.assert(
    fc.property(
      share,
      fc.double({ min: 0.4, max: 0.75, noNaN: true }),
      share,
      share,
      fc.boolean(),
      (top, height, a, b, turn) => {
        const somewhere = { crown: top, chin: top + height };
        const around = (value: number, width: number) => [value - width / 2, value + width / 2] as const;
        const asked = [
          limit('HEAD_HEIGHT', ...around(height, a)),
          limit('TOP_MARGIN', ...around(top, b)),
          limit('EYE_LINE', ...around(eyes(somewhere), a)),
          limit('FACE_WIDTH', ...around(face(somewhere), b)),
        ];
        const place = placed(...(turn ? asked.reverse() : asked));
        const within = (value: number, { min, max }: AskedNumber) => value >= min! - 1e-9 && value <= max! + 1e-9;
        const values = {
          HEAD_HEIGHT: place.chin - place.crown,
          TOP_MARGIN: place.crown,
          EYE_LINE: eyes(place),
          FACE_WIDTH: face(place),
        };
        for (const number of asked) expect(within(values[number.code as keyof typeof values], number)).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});
