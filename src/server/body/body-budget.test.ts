import { BodyBudget } from './body-budget.js';

const LARGE = 600_000;
const budget = () => new BodyBudget({ inFlightBytes: 1_000_000, smallInFlightBytes: 300_000 });

test('a body is admitted by its length, and its part comes back once, however often it is released', () => {
  const bodies = budget();
  const first = bodies.admit(LARGE);
  expect(() => bodies.admit(LARGE)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  expect(bodies.bytes).toBe(LARGE);
  first.release();
  first.release();
  expect(bodies.bytes).toBe(0);
  bodies.admit(LARGE).release();
});

test('small bodies are admitted beside large ones that fill their budget, up to one of their own', () => {
  const bodies = budget();
  bodies.admit(1_000_000);
  bodies.admit(200_000);
  expect(() => bodies.admit(200_000)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  bodies.admit(1_000);
});

test('a body that does not tell its length counts as it comes', () => {
  const bodies = budget();
  const share = bodies.admit(undefined);
  expect(bodies.bytes).toBe(0);
  share.came(700_000);
  expect(() => share.came(400_000)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  share.release();
  share.came(400_000);
  expect(bodies.bytes).toBe(0);
});

test('the bytes of a declared length are not counted twice', () => {
  const bodies = budget();
  const share = bodies.admit(LARGE);
  share.came(400_000);
  share.came(200_000);
  expect(bodies.bytes).toBe(LARGE);
});
