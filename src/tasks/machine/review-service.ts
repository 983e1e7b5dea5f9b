import type { Actor } from '../../audit/acts.js';
import type { Audit } from '../../audit/audit.js';
import { DarkroomError } from '../../kernel/errors.js';
import { findAttempts, settleAttempt, settleAttempts } from '../../store/attempt-rows.js';
import { writeLate } from '../../store/budget-rows.js';
import type { Database, Sql } from '../../store/database.js';
import type { Task } from '../../store/task.js';
import type { TaskLifecycle } from './lifecycle.js';
import { isTerminal } from './machine.js';
import type { TaskService } from './task-service.js';

/** What a person found out about a task whose outcome nobody knew, e.g. in the vendor's console. */
export const RESOLUTIONS = ['CHARGED', 'NOT_CHARGED'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** The same of one call; AS_COUNTED takes the vendor's own counts before and after it. */
export type AttemptResolution = Resolution | 'AS_COUNTED';

export interface ReviewParts {
  database: Database;
  tasks: TaskService;
  lifecycle: TaskLifecycle;
  audit: Audit;
}

/** What people decide about tasks: what came of those that need review. */
export class ReviewService {
  constructor(private readonly parts: ReviewParts) {}

  /**
   * Ends a task that needs review, with what was found out about the money. It is FAILED, unless other calls of it gave
   * something: then it SUCCEEDS with that.
   */
  async resolve(tenantId: string, id: string, resolution: Resolution, by: Actor): Promise<Task> {
    const task = await this.parts.tasks.require(tenantId, id);
    if (task.state !== 'NEEDS_REVIEW') throw new DarkroomError('NOT_IN_REVIEW', `The task is ${task.state}.`);
    return this.settle(task, resolution === 'CHARGED' ? 'YES' : 'NO', by);
  }

  /**
   * Settles whether one call of an ended task was charged, which nobody knew so far. The counts of the vendor are a proof
   * only where none is missing after the call: a unit that is missing may be another call's.
   * Throws NOT_ENDED, NOT_IN_DOUBT, STILL_IN_DOUBT.
   */
  async resolveAttempt(
    tenantId: string,
    id: string,
    number: number,
    resolution: AttemptResolution,
    by: Actor,
  ): Promise<Task> {
    const { database, tasks } = this.parts;
    const task = await tasks.require(tenantId, id);
    if (!isTerminal(task.state))
      throw new DarkroomError('NOT_ENDED', `The task is ${task.state}; end it with resolveTask or cancelTask.`);
    const attempts = await findAttempts(database, [id]);
    const attempt = attempts.find(each => each.number === number);
    if (attempt?.billed !== 'UNKNOWN' || attempt.endedAt === null) throw new DarkroomError('NOT_IN_DOUBT');
    const { unitsLeftBefore: before, unitsLeftAfter: after } = attempt;
    if (resolution === 'AS_COUNTED' && (before === null || before !== after)) {
      const counts = before === null || after === null ? 'It does not count.' : `It counted ${before}, then ${after}.`;
      throw new DarkroomError('STILL_IN_DOUBT', `The vendor's own counts do not show it. ${counts}`);
    }
    const { operation, reference } = task;
    await writeLate(database, id, async sql => {
      if (!(await settleAttempt(sql, id, number, resolution === 'CHARGED' ? 'YES' : 'NO')))
        throw new DarkroomError('NOT_IN_DOUBT');
      const entry = { tenantId, act: 'ATTEMPT_RESOLVED', by, operation, taskId: id, reference } as const;
      await this.parts.audit.record(sql, { ...entry, outcome: resolution });
    });
    return task;
  }

  /** Ends a task in review; `billed` is what its doubtful calls are booked as. Throws NOT_IN_REVIEW where it has changed meanwhile. */
  async settle(task: Task, billed: 'YES' | 'NO' | 'UNKNOWN', by: Actor): Promise<Task> {
    const failure = task.failure ?? { code: 'OUTCOME_UNKNOWN' as const, message: 'Settled by a person.' };
    const also = async (sql: Sql) => {
      await settleAttempts(sql, task.id, billed);
      const { tenantId, operation, id: taskId, reference } = task;
      const outcome = ({ YES: 'CHARGED', NO: 'NOT_CHARGED', UNKNOWN: 'TRIED_AGAIN' } as const)[billed];
      await this.parts.audit.record(sql, { tenantId, act: 'TASK_RESOLVED', by, operation, taskId, reference, outcome });
    };
    const settled =
      task.result === null
        ? await this.parts.lifecycle.move(task.id, 'fail', { from: 'NEEDS_REVIEW', failure, also })
        : await this.parts.lifecycle.move(task.id, 'succeed', { from: 'NEEDS_REVIEW', also });
    if (settled === undefined) throw new DarkroomError('NOT_IN_REVIEW', 'The task has changed meanwhile.');
    return settled;
  }
}
