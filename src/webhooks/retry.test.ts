import { pauseAfter } from './retry.js';

const NOW = Date.UTC(2026, 10, 27);
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

test('the pauses are those of Standard Webhooks, about three days in all; then there is none', () => {
  const pauses = Array.from({ length: 11 }, (_, tried) => pauseAfter(tried + 1, undefined, NOW, 0));
  expect(pauses).toEqual([
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
    undefined,
    undefined,
  ]);
  const hours = pauses.reduce<number>((sum, pause) => sum + (pause ?? 0), 0) / HOUR;
  expect(hours).toBeGreaterThan(72);
  expect(hours).toBeLessThan(80);
});

test('chance makes a pause longer by up to a tenth, never shorter', () => {
  expect(pauseAfter(3, undefined, NOW, 0.5)).toBe(31.5 * MINUTE);
  expect(pauseAfter(3, undefined, NOW, 0.999_999)).toBeLessThanOrEqual(33 * MINUTE);
});

test.each([
  ['in seconds', '3600', HOUR],
  ['as a date', new Date(NOW + HOUR).toUTCString(), HOUR],
  ['for longer than a day: a day', '999999', 24 * HOUR],
  ['for less than the pause: the pause', '1', 5 * MINUTE],
  ['for a time that has passed: the pause', new Date(NOW - HOUR).toUTCString(), 5 * MINUTE],
  ['in words: the pause', 'soon', 5 * MINUTE],
])('a receiver asks for a pause %s', (_, header, pause) => {
  expect(pauseAfter(2, header, NOW, 0)).toBe(pause);
});

test('after the last try no Retry-After brings another', () => {
  expect(pauseAfter(10, '60', NOW, 0)).toBeUndefined();
});
