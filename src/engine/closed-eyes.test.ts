import { eyesClosed } from './closed-eyes.js';

/** Skin with two spots where the irises would be. */
function eyes(spot: number) {
  const [width, height] = [200, 120];
  const data = new Uint8Array(width * height * 3).fill(180);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (Math.min(Math.hypot(x - 70, y - 50), Math.hypot(x - 130, y - 50)) < 9) data.fill(spot, i * 3, i * 3 + 3);
  }
  return { data, width, height };
}
const FACE = {
  eyes: [
    [70, 50],
    [130, 50],
  ] as const,
  roll: 0,
  width: 150,
  eyeOpenness: 0.22,
};

test.each([
  ['dark irises are open eyes, however narrow', 60, 0.22, false],
  ['lids are closed eyes, though the mesh draws them open', 170, 0.22, true],
  ['wide open is open', 170, 0.4, false],
  ['what the mesh has closed is closed', 60, 0.1, true],
])('%s', (_, spot, eyeOpenness, expected) => {
  expect(eyesClosed(eyes(spot), { ...FACE, eyeOpenness })).toBe(expected);
});
