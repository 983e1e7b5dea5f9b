import fc from 'fast-check';
import type { PaintingJob, SourceKey } from '../datasources/contract.js';
import { ANYONE } from '../src/audit/acts.js';
import { DarkroomError } from '../src/kernel/errors.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { Erasure } from '../src/personal/erasure.js';
import { closeAttempt, openAttempt } from '../src/store/attempt-rows.js';
import type { Database, Sql } from '../src/store/database.js';
import { claimDue, extendLeases, releaseLease } from '../src/store/queue-rows.js';
import type { TaskLifecycle } from '../src/tasks/machine/lifecycle.js';
import type { ReviewService } from '../src/tasks/machine/review-service.js';
import type { TaskService } from '../src/tasks/machine/task-service.js';
import { isTerminal, MODEL_MOVES, type ModelMove, type ModelTask, type TaskModel } from './task-model.js';

/** The store and the services on it, and a corner of its own for one sequence: nothing of another is seen there. */
export interface RealTasks {
  database: Database;
  lifecycle: TaskLifecycle;
  tasks: TaskService;
  reviews: ReviewService;
  erasure: Erasure;
  operations: OperationService;
  tenant: string;
  source: SourceKey;
}

/** Which token a worker comes with: the one it holds, one that was fenced off, or (as the service) none. */
type TokenKind = 'held' | 'stale' | 'none';
type Step = (model: TaskModel, real: RealTasks) => Promise<void>;
type TaskStep = (task: ModelTask, model: TaskModel, real: RealTasks) => Promise<void>;

const JOB: PaintingJob = { text: '', style: '古风', resolution: '1024*1024', count: 1 };
const LEASE_MS = 3_600_000;

class Command implements fc.AsyncCommand<TaskModel, RealTasks> {
  constructor(
    private readonly words: string,
    private readonly step: Step,
    private readonly needsTask: boolean,
  ) {}
  check(model: Readonly<TaskModel>): boolean {
    return !this.needsTask || model.tasks.length > 0;
  }
  run(model: TaskModel, real: RealTasks): Promise<void> {
    return this.step(model, real);
  }
  toString(): string {
    return this.words;
  }
}

/** On one of the tasks there are; `index` counts around. */
function onTask(words: string, index: number, step: TaskStep): Command {
  return new Command(
    `${words} task ${index}`,
    (model, real) => step(model.tasks[index % model.tasks.length]!, model, real),
    true,
  );
}

/** The code of the error, or what came back. */
async function outcome<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    if (DarkroomError.is(error)) return error.code;
    throw error;
  }
}

function create(key: string | undefined, fingerprint: string): Command {
  return new Command(
    `create ${key ?? 'without key'} ${fingerprint}`,
    async (model, { tasks, tenant, source }) => {
      const known = model.byKey(key);
      const made = await outcome(
        tasks.create(tenant, {
          operation: 'PAINTING',
          job: { ...JOB, text: source },
          fingerprint,
          route: [source],
          ignoredOptions: [],
          reference: null,
          labels: [],
          by: ANYONE,
          ...(key === undefined ? {} : { idempotencyKey: key }),
        }),
      );
      if (known !== undefined && known.fingerprint !== fingerprint) expect(made).toBe('IDEMPOTENCY_CONFLICT');
      else if (known !== undefined) expect(made).toMatchObject({ id: known.id });
      else {
        expect(made).toMatchObject({ state: 'QUEUED', sequence: 1 });
        model.created((made as { id: string }).id, key, fingerprint);
      }
    },
    false,
  );
}

function claim(free: number): Command {
  return new Command(
    `claim ${free}`,
    async (model, { database, source }) => {
      const due = model.due;
      const claims = await claimDue(database, [{ source, free }], LEASE_MS);
      expect(claims).toHaveLength(Math.min(free, due.length));
      for (const { taskId, token } of claims) {
        const task = due.find(({ id }) => id === taskId)!;
        model.claimed(task);
        expect(token).toBe(task.place!.token);
      }
    },
    false,
  );
}

function tokenOf({ place }: ModelTask, kind: TokenKind): number | undefined {
  return kind === 'none' ? undefined : (place?.token ?? 1) - (kind === 'stale' ? 1 : 0);
}

const ENDS = {
  succeed: { outcome: 'SUCCEEDED', billed: 'YES' },
  fail: { outcome: 'FAILED', billed: 'NO' },
  expire: { outcome: 'FAILED', billed: 'NO' },
  park: { outcome: 'LOST', billed: 'UNKNOWN', final: true },
} as const;

function move(name: ModelMove, kind: TokenKind, stayQueued: boolean, index: number): Command {
  return onTask(
    `${name}${stayQueued ? ' and stay queued' : ''} with ${kind} token`,
    index,
    async (task, model, real) => {
      const { tenant: tenantId, source } = real;
      const number = task.attempts.length;
      const also = async (sql: Sql) => {
        if (name === 'start')
          await openAttempt(sql, {
            taskId: task.id,
            number: number + 1,
            tenantId,
            source,
            part: 0,
            canBill: true,
            units: 1,
            cost: null,
            unitsLeftBefore: null,
          });
        else if (name in ENDS) await closeAttempt(sql, task.id, number, ENDS[name as keyof typeof ENDS]);
      };
      const token = tokenOf(task, kind);
      const row = await real.lifecycle.move(task.id, name, {
        also,
        stayQueued,
        ...(token === undefined ? {} : { token }),
      });
      const moved = model.move(task, name, token, stayQueued);
      if (moved) expect(row).toMatchObject({ state: task.state, sequence: task.sequence });
      else expect(row).toBeUndefined();
    },
  );
}

const STEPS = {
  cancel: async (task, model, { tasks, tenant }) => {
    const was = task.state;
    const answer = await outcome(tasks.cancel(tenant, task.id, ANYONE));
    if (model.move(task, 'cancel', undefined) || was === 'CANCELED')
      expect(answer).toMatchObject({ state: 'CANCELED' });
    else expect(answer).toBe('TASK_ENDED');
  },
  'resolve as charged': (task, model, real) => resolve(task, model, real, 'CHARGED'),
  'resolve as not charged': (task, model, real) => resolve(task, model, real, 'NOT_CHARGED'),
  retry: (task, model, real) => retry(task, model, real, false),
  'retry at any cost': (task, model, real) => retry(task, model, real, true),
  delete: async (task, model, { erasure, tenant }) => {
    const answer = await outcome(erasure.deleteTask(tenant, task.id, ANYONE));
    if (!isTerminal(task.state)) return expect(answer).toBe('NOT_ENDED');
    expect(answer).toMatchObject({ tasks: [task.id] });
    model.forget(task);
  },
  // As if the time had passed.
  'the lease ends of': async ({ id, place }, _model, { database }) => {
    await database.query(
      `update task_queue set leased_until = now() - interval '1 second' where task_id = $1 and leased_until is not null`,
      [id],
    );
    if (place !== null && place.lease !== 'NONE') place.lease = 'ENDED';
  },
  'time to look again at': async ({ id, place }, _model, { database }) => {
    await database.query(`update task_queue set due_at = now() - interval '1 second' where task_id = $1`, [id]);
    if (place !== null) place.due = true;
  },
  'a fenced worker brings evidence for': async (task, model, { database }) => {
    const last = task.attempts.at(-1);
    if (!last?.ended) return;
    await closeAttempt(database, task.id, task.attempts.length, { outcome: 'SUCCEEDED', billed: 'YES' });
    model.close(task, 'YES');
  },
} satisfies Record<string, TaskStep>;

async function resolve(task: ModelTask, model: TaskModel, real: RealTasks, as: 'CHARGED' | 'NOT_CHARGED') {
  const answer = await outcome(real.reviews.resolve(real.tenant, task.id, as, ANYONE));
  if (task.state !== 'NEEDS_REVIEW') return expect(answer).toBe('NOT_IN_REVIEW');
  model.settle(task, as === 'CHARGED' ? 'YES' : 'NO');
  expect(answer).toMatchObject({ state: 'FAILED', sequence: task.sequence });
}

async function retry(task: ModelTask, model: TaskModel, { operations, tenant }: RealTasks, accept: boolean) {
  const answer = await outcome(operations.retry(tenant, task.id, accept, ANYONE));
  const open = model.openRetryOf(task.id);
  if (open !== undefined) return expect(answer).toMatchObject({ id: open.id });
  if (['QUEUED', 'RUNNING', 'SUCCEEDED'].includes(task.state)) return expect(answer).toBe('CANNOT_RETRY');
  if (!accept && task.attempts.some(({ billed }) => billed !== 'NO')) return expect(answer).toBe('MAY_CHARGE_TWICE');
  if (task.state === 'NEEDS_REVIEW') model.settle(task, 'UNKNOWN');
  expect(answer).toMatchObject({ state: 'QUEUED', retryOf: task.id });
  model.created((answer as { id: string }).id, undefined, '', task.id);
}

function release(kind: TokenKind, delayMs: number, index: number): Command {
  return onTask(`give back${delayMs > 0 ? ' for later' : ''} with ${kind} token`, index, async (task, model, real) => {
    const token = tokenOf(task, kind) ?? -1;
    const { database, tenant: tenantId, source } = real;
    await releaseLease(database, { taskId: task.id, tenantId, source, token }, delayMs);
    if (model.holds(task, token)) task.place = { token, lease: 'NONE', due: delayMs === 0 };
  });
}

function extend(kind: TokenKind, index: number): Command {
  return onTask(`heartbeat with ${kind} token`, index, async (task, model, real) => {
    const token = tokenOf(task, kind) ?? -1;
    const { database, tenant: tenantId, source } = real;
    const held = await extendLeases(database, [{ taskId: task.id, tenantId, source, token }], LEASE_MS);
    const holds = model.holds(task, token) && task.place?.lease !== 'NONE';
    expect([...held]).toEqual(holds ? [task.id] : []);
    if (holds) task.place!.lease = 'HELD';
  });
}

const anyTask = fc.nat(5);
const anyToken = fc.constantFrom<TokenKind[]>('held', 'held', 'held', 'stale', 'none');

/** Every command there is; those on the way from the queue to an outcome more often than the rest. */
export const COMMANDS: fc.Arbitrary<fc.AsyncCommand<TaskModel, RealTasks>>[] = [
  fc
    .tuple(fc.constantFrom(undefined, 'k1', 'k2'), fc.constantFrom('f1', 'f1', 'f2'))
    .map(([key, print]) => create(key, print)),
  fc.integer({ min: 1, max: 3 }).map(claim),
  fc.tuple(anyToken, anyTask).map(([kind, index]) => move('start', kind, false, index)),
  fc
    .tuple(fc.constantFrom(...MODEL_MOVES), anyToken, fc.boolean(), anyTask)
    .map(([name, kind, stay, index]) => move(name, kind, stay && name === 'park', index)),
  fc
    .tuple(fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])), anyTask)
    .map(([words, index]) => onTask(words, index, STEPS[words])),
  fc.tuple(anyToken, fc.constantFrom(0, LEASE_MS), anyTask).map(([kind, delay, index]) => release(kind, delay, index)),
  fc.tuple(anyToken, anyTask).map(([kind, index]) => extend(kind, index)),
];
