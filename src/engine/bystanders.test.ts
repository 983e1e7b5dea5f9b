import { removeBystanders } from './bystanders.js';

const [WIDTH, HEIGHT] = [320, 240];
/** Two heads on shoulders before a wall, the other in a light coat; they touch. */
const SUBJECT = { centreX: 120, chinY: 120, foreheadY: 40, width: 60 };
const OTHER = { centreX: 240, chinY: 110, foreheadY: 60, width: 40 };

function scene() {
  const data = new Uint8Array(WIDTH * HEIGHT * 3).fill(220);
  const person = { data: new Float32Array(WIDTH * HEIGHT), width: WIDTH, height: HEIGHT };
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const own = Math.hypot((x - 120) / 35, (y - 75) / 50) < 1 || (y > 120 && Math.abs(x - 120) < 75);
    const theirs = Math.hypot((x - 240) / 24, (y - 82) / 34) < 1 || (y > 115 && Math.abs(x - 240) < 60);
    if (!own && !theirs) continue;
    person.data[i] = 0.98;
    const colour = own ? (y > 120 ? [40, 50, 90] : [200, 160, 140]) : y > 115 ? [170, 140, 110] : [190, 150, 130];
    data.set(colour, i * 3);
  }
  return { image: { data, width: WIDTH, height: HEIGHT }, person };
}

const at = (person: { data: Float32Array }, x: number, y: number) => person.data[y * WIDTH + x]!;

test('another head and its coat go, the subject stays', async () => {
  const { image, person } = scene();
  await removeBystanders(image, person, SUBJECT, [OTHER]);
  for (const [x, y] of [
    [240, 85],
    [250, 180],
    [230, 130],
  ] as const)
    expect(at(person, x, y)).toBe(0);
  for (const [x, y] of [
    [120, 75],
    [120, 180],
    [60, 200],
    [170, 200],
  ] as const)
    expect(at(person, x, y)).toBeGreaterThan(0.9);
});

test('beside the line between the two nothing is decided', async () => {
  const { image, person } = scene();
  await removeBystanders(image, person, SUBJECT, [OTHER]);
  const row = Array.from({ length: 20 }, (_, k) => at(person, 180 + k, 160));
  expect(row.some(value => value === 0.5)).toBe(true);
});

test('nobody else, nothing done', async () => {
  const { image, person } = scene();
  const before = person.data.slice();
  await removeBystanders(image, person, SUBJECT, []);
  expect(person.data).toEqual(before);
});
