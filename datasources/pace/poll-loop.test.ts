import { LIMITS } from '../../src/kernel/limits.js';
import { type Capacity, type Due, PollLoop, type PollLoopParts } from './poll-loop.js';
import { RateLimit } from './rate.js';

const SOURCE = 'VENDOR';
type Toy = Due & { taskId: string };
let loop: PollLoop<Toy>;
beforeEach(() => jest.useFakeTimers());
afterEach(async () => {
  jest.useRealTimers();
  const stopped = loop.stop(0);
  for (const end of ends.splice(0)) end();
  await stopped;
});
/** Ends the works that are under way. */
const ends: (() => void)[] = [];

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A queue that never runs dry, in the test's hands. */
function start(capacity: (busy: number) => Omit<Capacity, 'source'>, work: PollLoopParts<Toy>['work'], starts = true) {
  const asked = { claims: 0, nextDue: 0, begun: 0, beats: 0 };
  loop = new PollLoop<Toy>({
    idOf: ({ taskId }) => taskId,
    capacities: busy => [{ source: SOURCE, ...capacity(busy.get(SOURCE) ?? 0) }],
    claim: async ([capacity]) => {
      asked.claims += 1;
      return Array.from({ length: capacity!.free }, () => {
        asked.begun += 1;
        return { taskId: String(asked.begun), source: SOURCE };
      });
    },
    work,
    nextDue: async sources => {
      asked.nextDue += 1;
      return new Map(sources.map(source => [source, -1]));
    },
    extend: async claims => {
      asked.beats += 1;
      return new Set(claims.map(({ taskId }) => taskId));
    },
    onError: error => {
      throw error;
    },
  });
  if (starts) loop.start();
  return asked;
}

test('a rate that only time opens is used in full, and a backlog does not make it look more often', async () => {
  const rate = new RateLimit(20);
  const asked = start(
    () => ({ free: rate.available(), opensInMs: rate.opensInMs() }),
    async () => {
      rate.take();
    },
  );
  await pass(1_050);
  // The burst of a fifth of a second, and 20 a second; the last one may be due at this very moment.
  expect(asked.begun).toBeLessThanOrEqual(25);
  expect(asked.begun).toBeGreaterThanOrEqual(24);
  expect(asked.claims).toBeLessThanOrEqual(asked.begun);
});

test('while every place is taken nobody is asked; whoever ends is followed at once', async () => {
  const places = 2;
  const asked = start(
    busy => ({ free: places - busy, opensInMs: busy < places ? 0 : Number.POSITIVE_INFINITY }),
    () => new Promise(resolve => ends.push(resolve)),
  );
  await pass(150);
  expect(asked).toMatchObject({ claims: 1, nextDue: 0, begun: 2 });
  ends[0]!();
  await pass(100);
  expect(asked).toMatchObject({ claims: 2, nextDue: 0, begun: 3 });
});

test('woken before its start it takes nothing: who works without a heartbeat loses its leases', async () => {
  const asked = start(
    busy => ({ free: 1 - busy, opensInMs: 0 }),
    () => new Promise(resolve => ends.push(resolve)),
    false,
  );
  loop.wake();
  await pass(2 * LIMITS.task.pollMs);
  expect(asked).toMatchObject({ claims: 0, begun: 0 });
  loop.start();
  await pass(10);
  expect(asked.begun).toBe(1);
});

test('many that end within a moment are followed by one claim', async () => {
  const places = 50;
  const asked = start(
    busy => ({ free: places - busy, opensInMs: busy < places ? 0 : Number.POSITIVE_INFINITY }),
    () => new Promise(resolve => ends.push(resolve)),
  );
  await pass(50);
  for (const end of ends.splice(0)) {
    end();
    await Promise.resolve();
  }
  await pass(100);
  expect(asked.begun).toBe(100);
  expect(asked.claims).toBeLessThanOrEqual(3);
});

test('a stop that gives more time than a lease lasts keeps the leases of what runs, and takes nothing more', async () => {
  const aborted: boolean[] = [];
  const asked = start(
    busy => ({ free: 1 - busy, opensInMs: 0 }),
    async (_, signal) => {
      await new Promise<void>(resolve => ends.push(resolve));
      aborted.push(signal.aborted);
    },
  );
  await pass(10);
  let isOver = false;
  const stopped = loop.stop(10 * LIMITS.task.leaseMs).then(() => {
    isOver = true;
  });
  await pass(2 * LIMITS.task.leaseMs);
  expect(asked.beats).toBe((2 * LIMITS.task.leaseMs) / LIMITS.task.heartbeatMs);
  expect([asked.begun, isOver]).toEqual([1, false]);
  for (const end of ends.splice(0)) end();
  await pass(1);
  await stopped;
  expect(aborted).toEqual([false]);
  const { beats } = asked;
  await pass(LIMITS.task.leaseMs);
  expect([asked.begun, asked.beats]).toEqual([1, beats]);
});
