import type { TaskState, WaitingOn } from '../../store/task.js';

interface Move {
  readonly from: readonly TaskState[];
  readonly to: TaskState;
  readonly waitingOn: WaitingOn;
}

/** Every legal move of a task, in one table; the store refuses whatever is not in it. */
export const MOVES = {
  /** A worker takes it. From RUNNING too: after a crash, work that cannot have been charged runs again. */
  start: { from: ['QUEUED', 'RUNNING'], to: 'RUNNING', waitingOn: 'VENDOR' },
  /** The work goes on. From NEEDS_REVIEW too: the vendor answered after all, so there is nothing to decide. */
  report: { from: ['RUNNING', 'NEEDS_REVIEW'], to: 'RUNNING', waitingOn: 'VENDOR' },
  succeed: { from: ['RUNNING', 'NEEDS_REVIEW'], to: 'SUCCEEDED', waitingOn: 'NONE' },
  fail: { from: ['QUEUED', 'RUNNING', 'NEEDS_REVIEW'], to: 'FAILED', waitingOn: 'NONE' },
  /** A person has to decide. From NEEDS_REVIEW: the vendor is asked no longer. */
  park: { from: ['RUNNING', 'NEEDS_REVIEW'], to: 'NEEDS_REVIEW', waitingOn: 'OPERATOR' },
  cancel: { from: ['QUEUED', 'RUNNING', 'NEEDS_REVIEW'], to: 'CANCELED', waitingOn: 'NONE' },
  /** The photo went with its retention time before the work began. */
  expire: { from: ['QUEUED', 'RUNNING'], to: 'EXPIRED', waitingOn: 'NONE' },
} as const satisfies Record<string, Move>;

export type MoveName = keyof typeof MOVES;

export function isTerminal(state: TaskState): boolean {
  return !Object.values<Move>(MOVES).some(move => move.from.includes(state));
}
