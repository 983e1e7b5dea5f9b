import type { Logger } from 'pino';
import type { Billed, SourceKey } from '../../../datasources/contract.js';
import {
  type AttemptEnd,
  type AttemptRow,
  cancelAttempts,
  closeAttempt,
  type NewAttempt,
  noteDownloads,
  openAttempt,
} from '../../store/attempt-rows.js';
import { writeLate } from '../../store/budget-rows.js';
import type { Database, Sql } from '../../store/database.js';
import { appendEvidence } from '../../store/ledger-rows.js';
import { type Claim, releaseLease } from '../../store/queue-rows.js';
import type { Task, TaskFailure, TaskResult } from '../../store/task.js';
import { findTask, switchSource } from '../../store/task-rows.js';
import type { MoveDetails, TaskLifecycle } from '../machine/lifecycle.js';
import { isTerminal, type MoveName } from '../machine/machine.js';
import type { Close } from './decision.js';
import type { Leases } from './leases.js';
import { type OperationTable, rulesOf } from './operation-rules.js';

export interface CommitParts {
  database: Database;
  lifecycle: TaskLifecycle;
  leases: Leases;
  operations: OperationTable;
  log: Logger;
}

/** What is written together with a move: the outcome of a call, how far its downloads are, the rows of its pictures. */
export interface PartCommit {
  close?: Close | undefined;
  /** An attempt whose answer knows which pictures are kept by now. */
  answer?: AttemptRow | undefined;
  pictures?: ((sql: Sql) => Promise<void>) | undefined;
}

/**
 * What a worker writes about the task that it holds. Each is one commit that only the holder of the lease can make. A
 * worker that was fenced off leaves evidence and nothing else: if it closed the attempt of the worker that holds the lease
 * now, the paid call would be made again. All answer false where the lease is lost or the task has ended.
 */
export class TaskCommits {
  constructor(
    private readonly parts: CommitParts,
    private readonly claim: Claim,
    private readonly task: Task,
  ) {}

  /** The intent: from now on a call may be under way. */
  async start(intent: NewAttempt): Promise<boolean> {
    const also = (sql: Sql) => openAttempt(sql, intent);
    return (await this.move('start', { stage: 'SUBMITTING', also })) !== undefined;
  }

  async succeed(result: TaskResult, part: PartCommit): Promise<boolean> {
    const ended = await this.move('succeed', { result, also: this.record(result) }, part);
    if (ended === undefined) return false;
    const ms = ended.updatedAt.getTime() - ended.createdAt.getTime();
    this.parts.log.info({ ...this.who(), ms }, 'task succeeded');
    return true;
  }

  async fail(failure: TaskFailure, close?: Close): Promise<boolean> {
    if ((await this.move('fail', { failure }, { close })) === undefined) return false;
    const { code, vendorCode } = failure;
    this.parts.log.info({ ...this.who(), code, vendorCode }, 'task failed');
    return true;
  }

  async expire(failure: TaskFailure, close: Close): Promise<boolean> {
    if ((await this.move('expire', { failure }, { close })) === undefined) return false;
    this.parts.log.warn({ ...this.who(), code: failure.code }, 'task expired');
    return true;
  }

  /** NEEDS_REVIEW. What other calls of the task have made is kept. `stayQueued`: the vendor is still asked now and then. */
  async park(failure: TaskFailure, close?: Close, result?: TaskResult, stayQueued = false): Promise<boolean> {
    const { code, mayBeCharged } = failure;
    this.parts.log.warn({ ...this.who(), code, mayBeCharged }, 'a task needs review');
    const made = result === undefined ? {} : { result, also: this.record(result) };
    return (await this.move('park', { failure, stayQueued, ...made }, { close })) !== undefined;
  }

  /** The task stays with this worker. What it has given by now can be seen. */
  async report(details: MoveDetails, part: PartCommit = {}): Promise<boolean> {
    const { result } = details;
    const made = result === undefined ? {} : { also: this.record(result) };
    return (await this.move('report', { ...details, ...made }, part)) !== undefined;
  }

  /** The lease goes back; the task is due again after `delayMs`. */
  async release(delayMs: number, close?: Close): Promise<boolean> {
    if (close === undefined) {
      await this.parts.leases.release(this.claim, delayMs);
      return true;
    }
    return this.closeWith(close, sql => releaseLease(sql, this.claim, delayMs));
  }

  /** The next source of the route takes over, at once. */
  async handOver(to: SourceKey, code: string, close?: Close): Promise<boolean> {
    const { id: taskId, source: from } = this.task;
    this.parts.log.warn({ taskId, from, to, code }, 'the next vendor takes over');
    return this.closeWith(close, sql => switchSource(sql, taskId, to, this.claim.token));
  }

  /** Of a task that was ended (canceled) this worker's attempt is closed; of one that another worker holds, nothing is. */
  async leaveLate(number: number, end: AttemptEnd): Promise<void> {
    await this.writeLate(async (sql, hasEnded) => {
      if (hasEnded) await closeAttempt(sql, this.task.id, number, end);
      else await appendEvidence(sql, this.task.id, number, end.billed);
    });
  }

  /** The vendor's answer to a call that has an outcome already. */
  async leaveEvidence(number: number, billed: Billed, vendorTaskId: string | null): Promise<void> {
    await this.writeLate(sql => appendEvidence(sql, this.task.id, number, billed, vendorTaskId));
  }

  /** An answer that was noted after the task had been canceled: the cancel did not know of it, and nobody will fetch it. */
  private async endNoted(): Promise<void> {
    await this.writeLate(async (sql, hasEnded) => {
      if (hasEnded) await cancelAttempts(sql, this.task.id);
    });
  }

  private writeLate(write: (sql: Sql, hasEnded: boolean) => Promise<void>): Promise<void> {
    const { id, tenantId } = this.task;
    return writeLate(this.parts.database, id, async sql => {
      const row = await findTask(sql, tenantId, id);
      await write(sql, row !== undefined && isTerminal(row.state));
    });
  }

  private async closeWith(close: Close | undefined, letGo: (sql: Sql) => Promise<boolean>): Promise<boolean> {
    const held = await this.parts.database.transaction(async sql => {
      if (!(await letGo(sql))) return false;
      if (close !== undefined) await closeAttempt(sql, this.task.id, close.number, close.end);
      return true;
    });
    if (!held && close !== undefined) await this.leaveLate(close.number, close.end);
    return held;
  }

  private async move(
    name: MoveName,
    details: MoveDetails,
    { close, answer, pictures }: PartCommit = {},
  ): Promise<Task | undefined> {
    const also = async (sql: Sql) => {
      await pictures?.(sql);
      if (answer?.answer) await noteDownloads(sql, this.task.id, answer.number, answer.answer);
      if (close !== undefined) await closeAttempt(sql, this.task.id, close.number, close.end);
      await details.also?.(sql);
    };
    const isAlone = [pictures, answer, close, details.also].every(part => part === undefined);
    const moved = await this.parts.lifecycle.move(this.task.id, name, {
      ...details,
      token: this.claim.token,
      also: isAlone ? undefined : also,
    });
    if (moved !== undefined) return moved;
    if (close === undefined) await this.endNoted();
    // Pictures that nobody takes are discarded first, by the worker.
    else if (pictures === undefined) await this.leaveLate(close.number, close.end);
    return undefined;
  }

  private record(result: TaskResult): (sql: Sql) => Promise<void> {
    return async sql => rulesOf(this.parts.operations, this.task).record?.(sql, this.task, result);
  }

  private who() {
    const { id: taskId, operation, source } = this.task;
    return { taskId, operation, source };
  }
}
