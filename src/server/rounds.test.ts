import { LIMITS } from '../kernel/limits.js';
import { Rounds } from './rounds.js';

const PERIOD = 20 * LIMITS.webSocket.tickMs;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('each is visited once in a period, and those of one moment not all at once', () => {
  const visits = new Map<number, number>();
  const rounds = new Rounds<number>(PERIOD, thing => visits.set(thing, (visits.get(thing) ?? 0) + 1));
  for (let thing = 0; thing < 100; thing++) rounds.add(thing);
  jest.advanceTimersByTime(LIMITS.webSocket.tickMs);
  expect(visits.size).toBe(5);
  jest.advanceTimersByTime(3 * PERIOD - LIMITS.webSocket.tickMs);
  expect(visits.size).toBe(100);
  expect(new Set(visits.values())).toEqual(new Set([3]));
});

test('who was taken out is visited no more, and of nobody nothing is left that runs', () => {
  const visited: string[] = [];
  const rounds = new Rounds<string>(PERIOD, thing => visited.push(thing));
  const slots = { a: rounds.add('a'), b: rounds.add('b') };
  rounds.delete('a', slots.a);
  rounds.delete('a', slots.a);
  jest.advanceTimersByTime(PERIOD);
  expect(visited).toEqual(['b']);
  rounds.delete('b', slots.b);
  expect(jest.getTimerCount()).toBe(0);
  rounds.add('c');
  jest.advanceTimersByTime(PERIOD);
  expect(visited).toEqual(['b', 'c']);
});
