import { LIMITS } from '../../kernel/limits.js';
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

describe('of one caller and one tenant', () => {
  const of = (caller: string, tenant = 'a') => ({ caller, tenant });
  const refused = expect.objectContaining({ code: 'QUOTA_EXCEEDED' });

  test('a caller gets half of the budget: one byte less and all of it pass, one more does not', () => {
    for (const length of [499_999, 500_000]) budget().admit(length, of('key'));
    expect(() => budget().admit(500_001, of('key'))).toThrow(refused);
    const bodies = budget();
    bodies.admit(300_000, of('key'));
    expect(() => bodies.admit(300_000, of('key'))).toThrow(refused);
    expect(bodies.bytes).toBe(300_000);
  });

  test('five slow callers of one key leave room for another key of its tenant, and its tenant for others', () => {
    const bodies = budget();
    const slow = Array.from({ length: 5 }, () => {
      try {
        return bodies.admit(280_000, of('slow'));
      } catch {
        return undefined;
      }
    });
    expect(slow.filter(Boolean)).toHaveLength(1);
    const other = bodies.admit(450_000, of('other'));
    expect(() => bodies.admit(257_000, of('third'))).toThrow(refused);
    bodies.admit(270_000, of('theirs', 'b'));
    other.release();
    bodies.admit(300_000, of('third'));
  });

  test('a body that does not tell its length counts at its caller as it comes, and is given back whole', () => {
    const bodies = budget();
    const share = bodies.admit(undefined, of('key'));
    share.came(400_000);
    expect(() => share.came(100_001)).toThrow(refused);
    share.release();
    bodies.admit(500_000, of('key'));
  });

  test('the largest upload fits into the share of a caller', () => {
    new BodyBudget().admit(LIMITS.upload.bodyBytes, of('key')).release();
  });
});
