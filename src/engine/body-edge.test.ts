import { placePhoto } from './body-edge.js';

const [WIDTH, HEIGHT] = [300, 400];
const SPEC = { widthPx: 150, heightPx: 200, headRatio: 0.5, topMargin: 0.1 };

/** A head from row 80 to 180 above a wide body, in an upload that was turned by `roll` and ends at `lowest` on the axis. */
function analysis(lowest: number, roll = 0) {
  const angle = (roll * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const toPhoto = { xx: cos, xy: -sin, x0: 500, yx: sin, yy: cos, y0: 500 };
  const photoHeight = sin * 150 + cos * lowest + 500;
  return {
    frame: { width: WIDTH, height: HEIGHT, toPhoto, photoWidth: 2000, photoHeight },
    head: {
      centreX: 150,
      crownY: 80,
      chinY: 180,
      eyes: [
        [130, 130],
        [170, 130],
      ] as const,
      faceWidth: 80,
    },
    alpha: new Uint8Array(WIDTH * HEIGHT).fill(255),
    facts: { faces: 1, eyeDistancePx: 40, rollDegrees: roll, yaw: 0, eyeOpenness: 0.3, matteQuality: 1, light: LIGHT },
  };
}
const LIGHT = { sharpness: 0.3, luminance: 150, brighterHalf: 150, evenness: 0.5 };

const bottomOf = ({ crop }: ReturnType<typeof placePhoto>) => crop.y0 + crop.yy * SPEC.heightPx;

test('a body that reaches the lower edge moves nothing', () => {
  const { crop, tiltDegrees } = placePhoto(analysis(400), SPEC);
  expect([crop.yy, crop.y0, tiltDegrees]).toEqual([1, 60, 0]);
});

test('a body that ends higher moves down and grows, no more than it must', () => {
  const placed = placePhoto(analysis(250), SPEC);
  expect(placed.tiltDegrees).toBe(0);
  expect(bottomOf(placed)).toBeLessThanOrEqual(250);
  expect(bottomOf(placed)).toBeGreaterThan(245);
});

test('a small tilt is left in where turning upright would leave a slanted edge, a large one is not', () => {
  const slanted = placePhoto(analysis(232, 6), SPEC);
  expect(slanted.tiltDegrees).toBe(6);
  expect(Math.atan2(slanted.crop.yx, slanted.crop.xx) * (180 / Math.PI)).toBeCloseTo(-6);
  expect(placePhoto(analysis(232, 10), SPEC).tiltDegrees).toBe(0);
});

test('what a caller asks for is kept, whatever floats', () => {
  const asked = [
    { code: 'HEAD_HEIGHT', min: 0.5, max: 0.5, strength: 'CALLER', rule: null },
    { code: 'TOP_MARGIN', min: 0.1, max: 0.1, strength: 'CALLER', rule: null },
  ] as const;
  const { crop } = placePhoto(analysis(240), { ...SPEC, asked });
  expect([crop.yy, crop.y0].map(value => Math.round(value * 100) / 100)).toEqual([1, 60]);
});
