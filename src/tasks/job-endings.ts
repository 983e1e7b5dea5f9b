import type { Logger } from 'pino';
import { LIMITS } from '../kernel/limits.js';
import { type AttemptEnd, type AttemptRow, closeAttempt } from '../store/attempt-rows.js';
import type { Database, Sql } from '../store/database.js';
import { appendEvidence } from '../store/ledger-rows.js';
import { type Claim, releaseLease } from '../store/queue-rows.js';
import { findTask, switchSource } from '../store/task-rows.js';
import type { Leases } from './leases.js';
import type { MoveDetails, TaskLifecycle } from './lifecycle.js';
import type { MoveName } from './machine.js';
import { isTerminal } from './machine.js';
import { recordPhotos } from './photo-records.js';
import type { KeptPart } from './result-keeper.js';
import { asTask, type Task, type TaskFailure, type TaskResult } from './task.js';

/** The outcome of one attempt, to be written with the move that it leads to. */
export interface Close {
  number: number;
  end: AttemptEnd;
}

/**
 * The ways in which a worker lets go of a task. Each is one commit that only the holder of the lease can make: to a
 * worker that was fenced off nothing is left but evidence, or it would close the attempt of the one that holds the lease
 * now, and the paid call would be made again.
 */
export class JobEndings {
  constructor(
    private readonly parts: { database: Database; lifecycle: TaskLifecycle; leases: Leases; log: Logger },
    private readonly claim: Claim,
    private readonly task: Task,
  ) {}

  /** False where the lease is lost or the task was ended meanwhile. */
  async succeed(result: TaskResult, also?: (sql: Sql) => Promise<void>): Promise<boolean> {
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

  /** What was made for nobody: it is removed, and what it cost stays booked. */
  async dropped(kept: KeptPart, attempt: AttemptRow): Promise<'LEAVE'> {
    await kept.discard();
    return this.tooLate({ number: attempt.number, end: { outcome: 'CANCELED', billed: attempt.billed } });
  }

  async fail(failure: TaskFailure, close?: Close): Promise<'LEAVE'> {
    const { id: taskId, operation, source } = this.task;
    if (await this.move('fail', { failure }, close)) {
      const { code, vendorCode } = failure;
      this.parts.log.info({ taskId, operation, source, code, vendorCode }, 'task failed');
    }
    return 'LEAVE';
  }

  async expire(failure: TaskFailure, close: Close): Promise<'LEAVE'> {
    await this.move('expire', { failure }, close);
    return 'LEAVE';
  }

  /** It may have been charged, and nobody knows. What was made by other calls of the task is kept all the same. */
  async park(failure: TaskFailure, close?: Close, result?: TaskResult): Promise<'LEAVE'> {
    const { id: taskId, source } = this.task;
    this.parts.log.warn({ taskId, source, code: failure.code }, 'a task needs review: it may have been charged');
    const made = result === undefined ? {} : { result, also: (sql: Sql) => recordPhotos(sql, this.task, result) };
    await this.move('park', { failure, ...made }, close);
    return 'LEAVE';
  }

  /** The task goes on with its next part, with what this one came to. False where the lease is lost. */
  async goOn(details: MoveDetails, close: Close): Promise<boolean> {
    return this.move('report', details, close);
  }

  /** The lease goes back, and whoever claims it next goes on: at once when we stop, later after a failure. */
  async giveBack(waitMs = 0, close?: Close): Promise<'LEAVE'> {
    const delayMs = Math.min(waitMs, LIMITS.task.longestWaitMs);
    if (close === undefined) {
      await this.parts.leases.release(this.claim, delayMs);
      return 'LEAVE';
    }
    const held = await this.parts.database.transaction(async sql => {
      if (!(await releaseLease(sql, this.claim, delayMs))) return false;
      await closeAttempt(sql, this.task.id, close.number, close.end);
      return true;
    });
    if (!held) await this.tooLate(close);
    return 'LEAVE';
  }

  /** The next vendor of the route takes over. */
  async handOver(to: string, code: string, close?: Close): Promise<'LEAVE'> {
    this.parts.log.warn({ taskId: this.task.id, from: this.task.source, to, code }, 'the next vendor takes over');
    const held = await this.parts.database.transaction(async sql => {
      if (!(await switchSource(sql, this.task.id, to, this.claim.token))) return false;
      if (close !== undefined) await closeAttempt(sql, this.task.id, close.number, close.end);
      return true;
    });
    if (!held && close !== undefined) await this.tooLate(close);
    return 'LEAVE';
  }

  private async move(name: MoveName, details: MoveDetails, close?: Close): Promise<boolean> {
    const moved = await this.parts.lifecycle.move(this.task.id, name, {
      ...details,
      token: this.claim.token,
      also: async sql => {
        await details.also?.(sql);
        if (close !== undefined) await closeAttempt(sql, this.task.id, close.number, close.end);
      },
    });
    if (moved === undefined && close !== undefined) await this.tooLate(close);
    return moved !== undefined;
  }

  /** Of a task that was ended (canceled) this worker's attempt is closed; of one that somebody else works on, nothing is. */
  private async tooLate({ number, end }: Close): Promise<'LEAVE'> {
    const { database } = this.parts;
    const row = await findTask(database, this.task.tenantId, this.task.id);
    if (row !== undefined && isTerminal(asTask(row).state)) await closeAttempt(database, row.id, number, end);
    else await appendEvidence(database, this.task.id, number, end.billed);
    return 'LEAVE';
  }
}
