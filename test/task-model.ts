import type { Billed } from '../datasources/contract.js';
import type { TaskState } from '../src/store/task.js';

/**
 * What a task may do, written down a second time and as small as it can be: no SQL, no JSON, no time. The model suite has
 * it and the store do the same things and compares what each says.
 */
const LEGAL = {
  start: { from: ['QUEUED', 'RUNNING'], to: 'RUNNING' },
  report: { from: ['RUNNING', 'NEEDS_REVIEW'], to: 'RUNNING' },
  succeed: { from: ['RUNNING', 'NEEDS_REVIEW'], to: 'SUCCEEDED' },
  fail: { from: ['QUEUED', 'RUNNING', 'NEEDS_REVIEW'], to: 'FAILED' },
  park: { from: ['RUNNING', 'NEEDS_REVIEW'], to: 'NEEDS_REVIEW' },
  cancel: { from: ['QUEUED', 'RUNNING', 'NEEDS_REVIEW'], to: 'CANCELED' },
  expire: { from: ['QUEUED', 'RUNNING'], to: 'EXPIRED' },
} as const;
export type ModelMove = keyof typeof LEGAL;
export const MODEL_MOVES = Object.keys(LEGAL) as ModelMove[];

const TERMINAL: readonly TaskState[] = ['SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED'];

interface ModelAttempt {
  ended: boolean;
  billed: Billed;
  /** What the newest entry in the ledger says; evidence that came late counts there alone. */
  booked: Billed;
}

/** ENDED: its time has passed, and nobody else has claimed the task yet. */
export type ModelLease = 'NONE' | 'HELD' | 'ENDED';

export interface ModelTask {
  retryOf: string | undefined;
  id: string;
  state: TaskState;
  sequence: number;
  key: string | undefined;
  fingerprint: string;
  /** Its place in the queue; null once nobody is to work on it. */
  place: { token: number; lease: ModelLease; due: boolean } | null;
  attempts: ModelAttempt[];
}

export class TaskModel {
  readonly tasks: ModelTask[] = [];
  /** Of tasks that were deleted: the ledger outlives them. */
  readonly forgotten: ModelAttempt[] = [];

  byKey(key: string | undefined): ModelTask | undefined {
    return key === undefined ? undefined : this.tasks.find(task => task.key === key);
  }

  created(id: string, key: string | undefined, fingerprint: string, retryOf?: string): void {
    this.tasks.push({
      id,
      key,
      fingerprint,
      retryOf,
      state: 'QUEUED',
      sequence: 1,
      place: { token: 0, lease: 'NONE', due: true },
      attempts: [],
    });
  }

  /** Another try of a task that has not failed: a second wish for one is the same wish. */
  openRetryOf(id: string): ModelTask | undefined {
    return this.tasks.find(task => task.retryOf === id && !['FAILED', 'CANCELED', 'EXPIRED'].includes(task.state));
  }

  get due(): ModelTask[] {
    return this.tasks.filter(({ place }) => place?.due && place.lease !== 'HELD');
  }

  claimed(task: ModelTask): void {
    task.place = { token: task.place!.token + 1, lease: 'HELD', due: true };
  }

  /** Whether this token still holds the task's place in the queue. */
  holds(task: ModelTask, token: number): boolean {
    return task.place?.token === token;
  }

  /** False where the move is refused. Without a token it is not a worker's. */
  move(task: ModelTask, move: ModelMove, token: number | undefined, stayQueued = false): boolean {
    const { from, to } = LEGAL[move];
    if (!(from as readonly TaskState[]).includes(task.state)) return false;
    if (token !== undefined && !this.holds(task, token)) return false;
    task.state = to;
    task.sequence += 1;
    if (isTerminal(to) || (to === 'NEEDS_REVIEW' && !stayQueued)) task.place = null;
    if (move === 'start') task.attempts.push({ ended: false, billed: 'UNKNOWN', booked: 'UNKNOWN' });
    if (move === 'succeed') this.close(task, 'YES');
    if (move === 'fail' || move === 'expire') this.close(task, 'NO');
    if (move === 'park') this.close(task, 'UNKNOWN');
    return true;
  }

  /** The outcome of the newest attempt; one that has an outcome keeps it. */
  close(task: ModelTask, billed: Billed): void {
    const last = task.attempts.at(-1);
    if (last === undefined) return;
    last.booked = billed;
    if (!last.ended) Object.assign(last, { ended: true, billed });
  }

  /** A person ends a task that needs review. */
  settle(task: ModelTask, billed: Billed): void {
    task.state = 'FAILED';
    task.sequence += 1;
    task.place = null;
    for (const attempt of task.attempts) {
      if (attempt.billed === 'UNKNOWN' || !attempt.ended)
        Object.assign(attempt, { ended: true, billed, booked: billed });
    }
  }

  forget(task: ModelTask): void {
    this.forgotten.push(...task.attempts);
    this.tasks.splice(this.tasks.indexOf(task), 1);
  }

  get usage(): { units: number; unitsInDoubt: number; calls: number } {
    const all = [...this.tasks.flatMap(({ attempts }) => attempts), ...this.forgotten];
    const count = (billed: Billed) => all.filter(({ booked }) => booked === billed).length;
    return { units: count('YES'), unitsInDoubt: count('UNKNOWN'), calls: all.length };
  }
}

export function isTerminal(state: TaskState): boolean {
  return TERMINAL.includes(state);
}
