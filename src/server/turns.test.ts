import { LIMITS } from '../kernel/limits.js';
import { Turns } from './turns.js';

function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('of many operations that take long, other work runs between any two', async () => {
  const turns = new Turns();
  const connection = {};
  let timers = 0;
  const timer = setInterval(() => timers++, 1);
  const seen: number[] = [];
  await Promise.all(
    Array.from({ length: 12 }, async () => {
      await turns.next(connection);
      work(LIMITS.turns.turnMs + 2);
      seen.push(timers);
    }),
  );
  clearInterval(timer);
  // A timer of 1 ms was due after each.
  expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => seen[0]! + index));
});

test('short operations share a turn', async () => {
  const turns = new Turns();
  let loops = 0;
  let counting = true;
  const count = () => {
    loops++;
    if (counting) setImmediate(count);
  };
  count();
  await Promise.all(Array.from({ length: LIMITS.turns.atOnce }, () => turns.next({})));
  counting = false;
  expect(loops).toBeLessThan(LIMITS.turns.atOnce / 2);
});

test('a connection with many operations delays no other', async () => {
  const turns = new Turns();
  const [many, one] = [{}, {}];
  const order: string[] = [];
  const asked = Array.from({ length: 50 }, () => turns.next(many).then(() => order.push('many')));
  await Promise.all([...asked, turns.next(one).then(() => order.push('one'))]);
  expect(order.indexOf('one')).toBeLessThan(2);
  expect(order).toHaveLength(51);
});

test('more than may wait are refused, and leave the others alone', async () => {
  const turns = new Turns();
  const connection = {};
  const asked = Array.from({ length: LIMITS.turns.waitingPerConnection }, () => turns.next(connection));
  await expect(turns.next(connection)).rejects.toMatchObject({ code: 'OVERLOADED' });
  await turns.next({});
  await Promise.all(asked);
  await turns.next(connection);
});
