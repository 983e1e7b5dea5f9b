import type { Logger } from 'pino';
import { type AttemptRow, closeAttempt } from '../store/attempt-rows.js';
import type { Database, Sql } from '../store/database.js';
import { type Claim, releaseLease } from '../store/queue-rows.js';
import type { TaskLifecycle } from './lifecycle.js';
import { recordPhotos } from './photo-records.js';
import type { KeptPart } from './result-keeper.js';
import type { Task, TaskFailure, TaskResult } from './task.js';

/** The ways in which a worker lets go of a task. Each is one commit that only the holder of the lease can make. */
export class JobEndings {
  constructor(
    private readonly parts: { database: Database; lifecycle: TaskLifecycle; log: Logger },
    private readonly claim: Claim,
    private readonly task: Task,
  ) {}

  async end(result: TaskResult, also?: (sql: Sql) => Promise<void>): Promise<boolean> {
    const ended = await this.parts.lifecycle.move(this.task.id, 'succeed', {
      token: this.claim.token,
      result,
      also: async sql => {
        await also?.(sql);
        await recordPhotos(sql, this.task, result);
      },
    });
    if (ended === undefined) return false;
    const { id: taskId, operation, source } = this.task;
    this.parts.log.info(
      { taskId, operation, source, ms: ended.updatedAt.getTime() - ended.createdAt.getTime() },
      'task succeeded',
    );
    return true;
  }

  /** Fenced off, or canceled meanwhile: what it cost stays booked, what it made is dropped. */
  async dropped(kept: KeptPart, attempt: AttemptRow): Promise<void> {
    await kept.discard();
    await closeAttempt(this.parts.database, this.task.id, attempt.number, {
      outcome: 'CANCELED',
      billed: attempt.billed,
    });
  }

  async fail(failure: TaskFailure, also?: (sql: Sql) => Promise<void>): Promise<'LEAVE'> {
    const { id: taskId, operation, source } = this.task;
    const ended = await this.parts.lifecycle.move(taskId, 'fail', {
      token: this.claim.token,
      failure,
      ...(also === undefined ? {} : { also }),
    });
    if (ended === undefined) await also?.(this.parts.database);
    else
      this.parts.log.info(
        { taskId, operation, source, code: failure.code, vendorCode: failure.vendorCode },
        'task failed',
      );
    return 'LEAVE';
  }

  async park(failure: TaskFailure, also: (sql: Sql) => Promise<void>): Promise<'LEAVE'> {
    this.parts.log.warn(
      { taskId: this.task.id, source: this.task.source, code: failure.code },
      'a task needs review: it may have been charged',
    );
    const parked = await this.parts.lifecycle.move(this.task.id, 'park', { token: this.claim.token, failure, also });
    if (parked === undefined) await also(this.parts.database);
    return 'LEAVE';
  }

  /** Stopping: the lease goes back at once. Canceled or fenced off: there is nothing left to give. */
  async giveBack(): Promise<'LEAVE'> {
    await releaseLease(this.parts.database, this.claim);
    return 'LEAVE';
  }
}
