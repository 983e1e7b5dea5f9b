import { RateLimit } from './rate.js';

let time = 0;
const clock = { now: () => time };

beforeEach(() => {
  time = 1_000_000;
});

test('in any ten seconds no more calls begin than the rate and a fifth of a second allow', () => {
  const limit = new RateLimit(20, clock);
  const begun: number[] = [];
  for (let step = 0; step < 60_000; step += 7) {
    time += 7;
    while (limit.available() > 0) {
      expect(limit.take()).toBe(0);
      begun.push(time);
    }
  }
  const mostIn = (ms: number) =>
    Math.max(...begun.map(from => begun.filter(at => at >= from && at < from + ms).length));
  expect(mostIn(10_000)).toBeLessThanOrEqual(204);
  expect(mostIn(10_000)).toBeGreaterThanOrEqual(199);
  expect(mostIn(1_000)).toBeLessThanOrEqual(24);
});

test('a call that is reserved ahead is told how long to wait, and the reservations are spaced', () => {
  const limit = new RateLimit(2, clock);
  expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([0, 500, 1_000, 1_500]);
  expect(limit.available()).toBe(0);
  time += 1_500;
  expect(limit.available()).toBe(0);
  time += 500;
  expect(limit.available()).toBe(1);
});

test('it tells when the next call may begin', () => {
  const limit = new RateLimit(2, clock);
  expect(limit.opensInMs()).toBe(0);
  limit.take();
  expect(limit.opensInMs()).toBe(500);
  time += 499;
  expect([limit.opensInMs(), limit.available()]).toEqual([1, 0]);
  time += 1;
  expect([limit.opensInMs(), limit.available()]).toEqual([0, 1]);
});

test('less than one call a second is a rate too', () => {
  const limit = new RateLimit(0.2, clock);
  expect(limit.available()).toBe(1);
  expect(limit.take()).toBe(0);
  time += 4_999;
  expect(limit.available()).toBe(0);
  time += 1;
  expect(limit.available()).toBe(1);
});

test('quiet time is not saved up, and a clock set back gives nothing', () => {
  const limit = new RateLimit(10, clock);
  time += 3_600_000;
  expect(limit.available()).toBe(2);
  limit.take();
  limit.take();
  time -= 1_000_000;
  expect(limit.available()).toBe(0);
  time += 100;
  expect(limit.available()).toBe(1);
});
