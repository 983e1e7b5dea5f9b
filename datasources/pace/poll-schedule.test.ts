import { PollSchedule } from './poll-schedule.js';

/** mulberry32: 0..1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A log-normal draw. */
function latency(random: () => number, median: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}

/** Polls until the task is done. Gives the number of polls, and how long after the end it was noticed. */
function watch(schedule: PollSchedule, doneAt: number, random: () => number): { asks: number; late: number } {
  let age = 0;
  for (let asks = 1; ; asks += 1) {
    age += schedule.next('vendor', age, random);
    schedule.answered('vendor', age, age >= doneAt);
    if (age >= doneAt) return { asks, late: age - doneAt };
  }
}

/** Tasks arrive eight a second in virtual time, while earlier ones are polled. */
function simulate(given: { median: number; spread: number; tasks: number; seed: number }) {
  const random = randomFrom(given.seed);
  const schedule = new PollSchedule();
  const open = Array.from({ length: given.tasks }, (_, task) => ({
    at: task * 125,
    age: 0,
    doneAt: latency(random, given.median, given.spread),
  }));
  let asks = 0;
  const asksOfFixed = open.reduce((sum, { doneAt }) => sum + Math.ceil(doneAt / 2_000), 0);
  const late: number[] = [];
  while (open.length > 0) {
    const task = open[0]!;
    const asked = task.age > 0;
    if (asked) {
      asks += 1;
      schedule.answered('vendor', task.age, task.age >= task.doneAt);
    }
    open.shift();
    if (asked && task.age >= task.doneAt) {
      late.push(task.age - task.doneAt);
      continue;
    }
    const wait = schedule.next('vendor', task.age, random);
    task.at += wait;
    task.age += wait;
    const place = open.findIndex(other => other.at > task.at);
    open.splice(place < 0 ? open.length : place, 0, task);
  }
  late.sort((a, b) => a - b);
  return {
    schedule,
    share: asks / asksOfFixed,
    medianLate: late[given.tasks >> 1]!,
    p90Late: late[Math.floor(given.tasks * 0.9)]!,
  };
}

describe('on a log-normal latency of median 12 s, from a cold start', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'with spread 0.4 it needs at most half the requests of a 2 s poller and notices within 1.2 s in the median (seed %i)',
    seed => {
      const { share, medianLate, p90Late } = simulate({ median: 12_000, spread: 0.4, tasks: 3_000, seed });
      expect(share).toBeLessThanOrEqual(0.5);
      expect(medianLate).toBeLessThanOrEqual(1_200);
      expect(p90Late).toBeLessThanOrEqual(4_100);
    },
  );

  test.each([
    [0.25, 0.5, 1_000],
    [0.5, 0.53, 1_400],
    [0.6, 0.54, 1_550],
  ])(
    'with spread %f it needs at most %f of the requests and notices within %i ms in the median',
    (spread, most, within) => {
      const { share, medianLate } = simulate({ median: 12_000, spread, tasks: 5_000, seed: 11 });
      expect(share).toBeLessThanOrEqual(most);
      expect(medianLate).toBeLessThanOrEqual(within);
    },
  );
});

test.each([2_000, 4_000, 60_000])(
  'a vendor of median %i ms is noticed within a fifth of that, or half a second, in the median',
  median => {
    const { medianLate } = simulate({ median, spread: 0.4, tasks: 2_000, seed: 5 });
    expect(medianLate).toBeLessThanOrEqual(Math.max(500, median / 5));
  },
);

test.each([
  ['faster', 4_000],
  ['slower', 40_000],
])('a vendor that became %s is learned anew within 60 tasks', (_, median) => {
  const random = randomFrom(9);
  const { schedule } = simulate({ median: 12_000, spread: 0.3, tasks: 1_000, seed: 9 });
  for (let task = 0; task < 60; task += 1) watch(schedule, latency(random, median, 0.3), random);
  const first = schedule.next('vendor', 0, () => 0.5);
  expect(first).toBeGreaterThan(median * 0.55);
  expect(first).toBeLessThan(median * 1.15);
});

test('a stuck task is polled ever more rarely, and at least once a minute', () => {
  const schedule = new PollSchedule();
  const waits = [60_000, 120_000, 300_000, 600_000, 86_400_000].map(age => schedule.next('vendor', age, () => 0.5));
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits[0]).toBeGreaterThan(2_000);
  expect(waits[3]).toBe(60_000);
  expect(waits[4]).toBe(60_000);
});

test('a vendor that answers at once is polled every 400 ms at most', () => {
  const { schedule } = simulate({ median: 50, spread: 0.2, tasks: 500, seed: 3 });
  expect(schedule.next('vendor', 0)).toBe(400);
  expect(schedule.next('vendor', 400)).toBeGreaterThanOrEqual(400);
});

test('tasks of the same moment are polled at different ones', () => {
  const schedule = new PollSchedule();
  const random = randomFrom(1);
  const waits = Array.from({ length: 100 }, () => schedule.next('vendor', 0, random));
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(1_000);
  expect(new Set(waits).size).toBeGreaterThan(90);
});

test('what the vendor says by Retry-After is waited for', () => {
  expect(new PollSchedule().next('vendor', 15_000, () => 0.5, 45_000)).toBe(45_000);
});

test('one vendor says nothing about another', () => {
  const schedule = new PollSchedule();
  const before = schedule.next('other', 0, () => 0.5);
  for (let task = 0; task < 100; task += 1) schedule.answered('vendor', 60_000, true);
  expect(schedule.next('other', 0, () => 0.5)).toBe(before);
});
