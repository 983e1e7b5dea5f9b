import { inTurns } from './in-turns.js';

test('the first ones come at once, the others one turn of the event loop after the other', async () => {
  const seen: string[] = [];
  setImmediate(() => seen.push('somebody else'));
  const done = inTurns(['a', 'b', 'c', 'd', 'e'], 2, item => seen.push(item));
  expect(seen).toEqual(['a', 'b']);
  await done;
  expect(seen).toEqual(['a', 'b', 'somebody else', 'c', 'd', 'e']);
});

test('of few there is no turn to wait for', async () => {
  const seen: number[] = [];
  void inTurns([1, 2, 3], 3, item => seen.push(item));
  expect(seen).toEqual([1, 2, 3]);
});
