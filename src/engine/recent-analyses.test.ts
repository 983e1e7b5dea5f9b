import { fakeTimeouts } from '../../test/fake-time.js';
import type { Analysis } from './analysis.js';
import { RecentAnalyses } from './recent-analyses.js';

const analysis = {} as Analysis;
const held = (recent: RecentAnalyses) => [1, 2, 3].filter(id => recent.get(id));

beforeEach(fakeTimeouts);
afterEach(() => jest.useRealTimers());

test('the last two stay', () => {
  const recent = new RecentAnalyses();
  for (const id of [1, 2]) recent.set(id, analysis);
  recent.get(1);
  recent.set(3, analysis);
  expect(held(recent)).toEqual([1, 3]);
});

test('each goes a minute after its last use', () => {
  const recent = new RecentAnalyses();
  for (const id of [1, 2]) recent.set(id, analysis);
  jest.advanceTimersByTime(59_999);
  recent.get(2);
  jest.advanceTimersByTime(1);
  expect(held(recent)).toEqual([2]);
  jest.advanceTimersByTime(60_000);
  expect(held(recent)).toEqual([]);
});
