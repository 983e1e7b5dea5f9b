import { findCrown } from './crown.js';

/** A head 40 wide whose hair begins in row 20, and one stray hair that begins in row 5. */
const data = new Float32Array(100 * 100);
for (let y = 5; y < 100; y++) data[y * 100 + 50] = 1;
for (let y = 20; y < 100; y++) data.fill(1, y * 100 + 30, y * 100 + 70);
const alpha = { data, width: 100, height: 100 };

test('the crown is the first row that is wider than a stray hair', () => {
  expect(findCrown(alpha, 0.5, 50, 40)).toBe(20);
});

test('what stands beside the head, a raised hand, is not its crown', () => {
  const withHand = { ...alpha, data: Float32Array.from(data) };
  for (let y = 2; y < 20; y++) withHand.data.fill(1, y * 100 + 80, y * 100 + 95);
  expect(findCrown(withHand, 0.5, 50, 40)).toBe(20);
});

test('alpha at the threshold does not count', () => {
  const half = { ...alpha, data: data.map(a => a * 0.5) };
  expect(findCrown(half, 0.5, 50, 40)).toBeUndefined();
  expect(findCrown(half, 0.49, 50, 40)).toBe(20);
});

test('an empty matte has no crown', () => {
  expect(findCrown({ data: new Float32Array(100), width: 10, height: 10 }, 0.5, 5, 8)).toBeUndefined();
});
