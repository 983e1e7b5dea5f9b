import { LIMITS } from '../kernel/limits.js';
import { FanOut } from './fan-out.js';

/** Followers of whom each takes a while. */
function slow(count: number, ms: number, told: string[], name: string) {
  let left = count;
  return {
    spread(until: number): boolean {
      while (left > 0) {
        const done = performance.now() + ms;
        while (performance.now() < done);
        left--;
        if (performance.now() > until) break;
      }
      if (left === 0) told.push(name);
      return left === 0;
    },
  };
}

test('other work runs between two slices, and one with few followers waits for no other to end', async () => {
  const fanOut = new FanOut();
  const told: string[] = [];
  let turns = 0;
  let isCounting = true;
  const count = () => {
    turns++;
    if (isCounting) setImmediate(count);
  };
  count();
  fanOut.add(slow(40, 1, told, 'many'));
  fanOut.add(slow(1, 0, told, 'few'));
  await new Promise<void>(resolve => {
    const look = () => (told.length === 2 ? resolve() : setImmediate(look));
    look();
  });
  isCounting = false;
  expect(told).toEqual(['few', 'many']);
  expect(turns).toBeGreaterThanOrEqual(40 / (LIMITS.webSocket.sliceMs + 2));
});

test('nothing is told in the turn in which it was added', async () => {
  const told: string[] = [];
  new FanOut().add(slow(1, 0, told, 'it'));
  await Promise.resolve();
  expect(told).toEqual([]);
  await new Promise(resolve => setImmediate(resolve));
  expect(told).toEqual(['it']);
});
