import { rateHeaders, withRates } from './rate-headers.js';

const states = [
  { name: 'key', limit: 3_000, windowSeconds: 60, remaining: 2_999, resetSeconds: 60 },
  { name: 'key-cost', limit: 900_000, windowSeconds: 60, remaining: 0, resetSeconds: 12 },
];

test('the two fields are lists of structured fields', () => {
  expect(rateHeaders(states)).toEqual({
    'ratelimit-policy': '"key";q=3000;w=60, "key-cost";q=900000;w=60;qu="cost"',
    ratelimit: '"key";r=2999;t=60, "key-cost";r=0;t=12',
  });
});

test('who is not counted gets neither, and its answers stay as they are', () => {
  expect(rateHeaders([])).toEqual({});
  const extensions = { a: 1 };
  expect(withRates(extensions, [])).toBe(extensions);
  expect(withRates(extensions, states)).toEqual({ a: 1, rateLimit: states });
  expect(withRates(undefined, states)).toEqual({ rateLimit: states });
});
