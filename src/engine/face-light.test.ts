import { measureFaceLight } from './face-light.js';
import type { RgbImage } from './pixels.js';

const FACE = { centreX: 50, chinY: 90, foreheadY: 10, width: 70 };

/** Skin with a row of dark bars, whose edges are as many pixels wide as told; all of it scaled by `light`. */
function face(edge: number, light = 1): RgbImage {
  const data = new Uint8Array(100 * 100 * 3);
  for (let i = 0; i < 10_000; i++) {
    const phase = (i % 20) - 10;
    const value = 120 + 80 * Math.max(-1, Math.min(1, (Math.abs(phase) - 5) / (edge / 2)));
    data.fill(value * light, i * 3, i * 3 + 3);
  }
  return { data, width: 100, height: 100 };
}

test('wide edges are soft, and the light does not matter', () => {
  const sharp = measureFaceLight(face(1), FACE).sharpness;
  expect(sharp).toBeGreaterThan(0.3);
  expect(measureFaceLight(face(8), FACE).sharpness).toBeLessThan(sharp / 2);
  expect(measureFaceLight(face(1, 0.4), FACE).sharpness).toBeCloseTo(sharp, 1);
});

test('a third of the light is a third of the luminance, as even as before', () => {
  const day = measureFaceLight(face(2), FACE);
  const dusk = measureFaceLight(face(2, 1 / 3), FACE);
  expect(dusk.luminance).toBeCloseTo(day.luminance / 3, -1);
  expect(dusk.evenness).toBeCloseTo(day.evenness, 1);
});

test('a shadow on one side leaves the light of the other', () => {
  const lit = face(2);
  const shaded = { ...lit, data: lit.data.map((value, i) => (Math.floor(i / 3) % 100 < 50 ? value / 4 : value)) };
  const { luminance, brighterHalf } = measureFaceLight(shaded, FACE);
  expect(brighterHalf).toBeCloseTo(measureFaceLight(lit, FACE).brighterHalf, 0);
  expect(brighterHalf).toBeGreaterThan(luminance + 20);
});
