import { TASK_STATES } from '../../store/task.js';
import { isTerminal, MOVES } from './machine.js';

test('SUCCEEDED, FAILED, CANCELED and EXPIRED are terminal, and only they', () => {
  expect(TASK_STATES.filter(isTerminal)).toEqual(['SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED']);
});

test('every state but QUEUED can be reached by a move', () => {
  const reached = new Set(Object.values(MOVES).map(move => move.to));
  expect([...TASK_STATES].filter(state => !reached.has(state as never))).toEqual(['QUEUED']);
});
