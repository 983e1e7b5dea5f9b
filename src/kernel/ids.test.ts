import { isId, newId } from './ids.js';

test('an id has its prefix and 26 characters of base 32, and no two are alike', () => {
  const ids = Array.from({ length: 1_000 }, () => newId('task'));
  for (const id of ids) expect(id).toMatch(/^task_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(new Set(ids).size).toBe(1_000);
});

test('every character of the alphabet is used about equally often', () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 2_000; i++) for (const c of newId('asset').slice(6)) counts.set(c, (counts.get(c) ?? 0) + 1);
  expect(counts.size).toBe(32);
  // 1,625 each on average, with a standard deviation of 40.
  for (const count of counts.values()) expect(Math.abs(count - 1_625)).toBeLessThan(350);
});

test.each([
  '',
  'task_',
  `task_${'a'.repeat(25)}`,
  `asset_${'a'.repeat(26)}`,
  `task_${'a'.repeat(26)}\n`,
  `task_${'A'.repeat(26)}`,
])('%j is no id of a task', text => {
  expect(isId('task', text)).toBe(false);
});
