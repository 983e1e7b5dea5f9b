import type { AskedNumber } from './asked-numbers.js';
import { type Measured, numberChecks } from './findings.js';

const PHOTO: Measured = {
  widthPx: 358,
  heightPx: 441,
  dpi: 350,
  bytes: 18_000,
  quality: 70,
  geometry: {
    headRatio: 0.62,
    topMargin: 0.03,
    faceCenter: { x: 0.5, y: 0.4 },
    eyeDistancePx: 100,
    rollDegrees: 2,
    scale: 0.5,
    faceWidth: 0.58,
    skullRatio: 0.58,
    skullMargin: 0.07,
  },
  pose: { roll: 0, yaw: 8, pitch: 2 },
  bitDepth: 24,
};

const asked = (code: AskedNumber['code'], min: number | null, max: number | null, more: Partial<AskedNumber> = {}) =>
  ({ code, min, max, strength: 'LIMIT', rule: 'r', ...more }) as AskedNumber;
/** An "about", a turn and a nod refuse nothing. */
const verdictOfMiss = ({ code, strength }: AskedNumber) =>
  strength === 'LIMIT' && code !== 'YAW' && code !== 'PITCH' ? 'FAIL' : 'ADVICE';
const one = (number: AskedNumber, photo: Partial<Measured> = {}) => numberChecks([number], { ...PHOTO, ...photo })[0]!;

test.each([
  ['a size', asked('WIDTH_PX', 358, 358), 358, true],
  ['a size that is missed by a pixel', asked('HEIGHT_PX', 442, 442), 441, false],
  ['a file within its limits', asked('FILE_BYTES', 14_336, 20_000), 18_000, true],
  ['a file beyond them', asked('FILE_BYTES', null, 17_999), 18_000, false],
  ['a share', asked('FACE_WIDTH', 0.5391, 0.6173), 0.58, true],
  ['a share that is missed', asked('EYE_LINE', 0.42, 0.5), 0.4, false],
  ['a share that rounding misses', asked('EYE_LINE', 0.4012, 0.5), 0.4, true],
  ['what is below the chin', asked('BELOW_CHIN', 0.3, 0.4), 0.35, true],
  ['an "about"', asked('EYE_LINE', 0.42, 0.42, { strength: 'APPROXIMATE' }), 0.4, true],
  ['a turned head', asked('YAW', null, 4), 8, false],
  ['one that is turned by less than is known', asked('YAW', null, 5), 8, true],
  ['a nod', asked('PITCH', null, 5), 2, true],
])('%s', (_, number, measured, held) => {
  expect(one(number)).toMatchObject({ code: number.code, measured, verdict: held ? 'PASS' : verdictOfMiss(number) });
});

test('a head is measured to where the rule says, and by either where it does not say', () => {
  const range = [0.57, 0.6] as const;
  expect(one(asked('HEAD_HEIGHT', ...range, { headTop: 'HAIR' }))).toMatchObject({ measured: 0.62, verdict: 'FAIL' });
  expect(one(asked('HEAD_HEIGHT', ...range, { headTop: 'SKULL' }))).toMatchObject({ measured: 0.58, verdict: 'PASS' });
  expect(one(asked('HEAD_HEIGHT', ...range, { headTop: 'EITHER' }))).toMatchObject({ verdict: 'PASS' });
});

test('the quality of a PNG is left out', () => {
  expect(numberChecks([asked('JPEG_QUALITY', 70, 70)], { ...PHOTO, quality: undefined })).toEqual([]);
});
