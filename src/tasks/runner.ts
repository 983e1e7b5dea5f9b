import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DataSource, Jobs, MadePhoto, Operation, TaskStage } from '../../datasources/contract.js';
import type { AssetService } from '../assets/asset-service.js';
import { DarkroomError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import {
  type AttemptOutcome,
  type AttemptRow,
  type Billed,
  closeAttempt,
  findAttempts,
  openAttempt,
} from '../store/attempt-rows.js';
import type { Database } from '../store/database.js';
import { type Claim, claimDue, extendLeases, releaseLease } from '../store/queue-rows.js';
import { findTask } from '../store/task-rows.js';
import type { TaskLifecycle } from './lifecycle.js';
import { asTask, type Task, type TaskResults } from './task.js';

interface Held {
  readonly claim: Claim;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export interface RunnerParts {
  database: Database;
  lifecycle: TaskLifecycle;
  assets: AssetService;
  sources: ReadonlyMap<string, DataSource>;
  log: Logger;
}

/**
 * Claims due tasks and works on them: one loop, no timer a task, no state of its own that matters. All that it knows is
 * in the database, so a process that dies is followed by whoever claims its tasks when their leases end.
 */
export class TaskRunner {
  private readonly owner = randomUUID();
  private readonly held = new Map<string, Held>();
  private timer: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;
  private stopping = false;

  constructor(private readonly parts: RunnerParts) {}

  start(): void {
    this.heartbeat = setInterval(() => void this.beat(), LIMITS.task.heartbeatMs);
    this.wake();
  }

  /** Something may be due: look now. */
  wake(): void {
    if (this.stopping) return;
    if (this.looking !== undefined) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.looking = this.look().finally(() => {
      this.looking = undefined;
      if (this.stopping) return;
      if (this.again) {
        this.again = false;
        this.wake();
      } else this.timer = setTimeout(() => this.wake(), LIMITS.task.pollMs);
    });
  }

  /** Tells a task's worker in this process to stop; its outcome is refused by the database in any case. */
  abort(taskId: string): void {
    this.held.get(taskId)?.abort.abort();
  }

  /** Takes no more work, waits for what runs up to `graceMs`, then gives the leases of the rest back. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    await this.looking;
    const idle = () => Promise.all([...this.held.values()].map(held => held.done));
    await Promise.race([idle(), sleep(graceMs, undefined, { ref: false })]);
    for (const { abort } of this.held.values()) abort.abort();
    // Who does not listen to the signal is left behind: to the next start it is work whose process died.
    await Promise.race([idle(), sleep(LIMITS.task.abortMs, undefined, { ref: false })]);
  }

  private async look(): Promise<void> {
    try {
      while (!this.stopping) {
        const free = LIMITS.task.concurrency - this.held.size;
        if (free <= 0) return;
        const claims = await claimDue(this.parts.database, this.owner, free, LIMITS.task.leaseMs);
        for (const claim of claims) this.hold(claim);
        if (claims.length < free) return;
      }
    } catch (error) {
      this.parts.log.error({ err: error }, 'the queue could not be read; trying again');
    }
  }

  private hold(claim: Claim): void {
    const abort = new AbortController();
    const done = this.work(claim, abort.signal)
      .catch(error =>
        this.parts.log.error({ err: error, taskId: claim.taskId }, 'a task was given back after an error of ours'),
      )
      .finally(() => {
        this.held.delete(claim.taskId);
        this.wake();
      });
    this.held.set(claim.taskId, { claim, abort, done });
  }

  private async beat(): Promise<void> {
    const held = [...this.held.values()];
    if (held.length === 0) return;
    try {
      const kept = await extendLeases(
        this.parts.database,
        this.owner,
        held.map(({ claim }) => claim),
        LIMITS.task.leaseMs,
      );
      for (const { claim, abort } of held) if (!kept.has(claim.taskId)) abort.abort();
    } catch (error) {
      this.parts.log.error({ err: error }, 'the heartbeat failed; trying again');
    }
  }

  private async work(claim: Claim, signal: AbortSignal): Promise<void> {
    const { database, lifecycle } = this.parts;
    const row = await findTask(database, claim.tenantId, claim.taskId);
    if (row === undefined) return;
    const task = asTask(row);
    const source = this.parts.sources.get(task.vendor);
    if (source === undefined) throw new DarkroomError('INTERNAL', `no data source is registered for ${task.vendor}`);
    const attempts = await findAttempts(database, [task.id]);
    const last = attempts.at(-1);
    if (last !== undefined && last.endedAt === null && !(await this.mayRunAgain(task, last, claim))) return;

    const number = attempts.length + 1;
    const started = await lifecycle.move(task.id, 'start', {
      stage: 'QUEUED',
      token: claim.token,
      also: sql =>
        openAttempt(sql, {
          taskId: task.id,
          number,
          tenantId: task.tenantId,
          vendor: task.vendor,
          canBill: source.bills,
        }),
    });
    if (started === undefined) return;
    await this.submit(task, source, claim, number, signal);
  }

  /** Between an intent and its outcome the process died. What may have been charged waits for a person; the rest runs again. */
  private async mayRunAgain(task: Task, last: AttemptRow, claim: Claim): Promise<boolean> {
    const { database, lifecycle } = this.parts;
    if (last.canBill) {
      await lifecycle.move(task.id, 'park', {
        token: claim.token,
        failure: {
          code: 'OUTCOME_UNKNOWN',
          message: `The process ended after call ${last.number} to ${last.vendor} was begun and before its answer was kept.`,
        },
        also: sql => closeAttempt(sql, task.id, last.number, { outcome: 'LOST', billed: 'UNKNOWN' }),
      });
      return false;
    }
    if (last.number >= LIMITS.task.localAttempts) {
      await lifecycle.move(task.id, 'fail', {
        token: claim.token,
        failure: {
          code: 'ENGINE_CRASHED',
          message: `The work was begun ${last.number} times, and the process died each time.`,
        },
        also: sql => closeAttempt(sql, task.id, last.number, { outcome: 'LOST', billed: 'NO' }),
      });
      return false;
    }
    await closeAttempt(database, task.id, last.number, { outcome: 'LOST', billed: 'NO' });
    return true;
  }

  private async submit(
    task: Task,
    source: DataSource,
    claim: Claim,
    number: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { database, lifecycle, log } = this.parts;
    const close = (outcome: AttemptOutcome, billed: Billed, code?: string) =>
      closeAttempt(database, task.id, number, { outcome, billed, code });
    const bought: Billed = source.bills ? 'YES' : 'NO';
    const reports: Promise<unknown>[] = [];
    const report = (stage: TaskStage, percent: number) => {
      const told = lifecycle.move(task.id, 'report', { stage, percent, token: claim.token });
      reports.push(told.catch(error => log.warn({ err: error, taskId: task.id }, 'a progress report was not kept')));
    };
    try {
      const made = await source.submit(task.operation, task.input as Jobs[Operation], {
        signal,
        photo: id => this.parts.assets.bytesOf(task.tenantId, id),
        report,
      });
      await Promise.all(reports);
      report('SAVING', 95);
      const results = await this.keep(task, made.photos);
      await Promise.all(reports);
      const ended = await lifecycle.move(task.id, 'succeed', {
        token: claim.token,
        result: results.result,
        also: async sql => {
          await results.commit(sql);
          await closeAttempt(sql, task.id, number, { outcome: 'SUCCEEDED', billed: bought });
        },
      });
      if (ended === undefined) {
        // Fenced off, or canceled meanwhile: what it cost stays booked, what it made is dropped.
        await results.discard();
        await close('CANCELED', bought);
      } else
        log.info(
          {
            taskId: task.id,
            operation: task.operation,
            vendor: task.vendor,
            ms: ended.updatedAt.getTime() - ended.createdAt.getTime(),
          },
          'task succeeded',
        );
    } catch (error) {
      await Promise.all(reports);
      if (signal.aborted) {
        // Stopping: the lease goes back and another process runs it again. Otherwise the task was canceled, or the lease lost.
        await close(this.stopping ? 'LOST' : 'CANCELED', source.bills ? 'UNKNOWN' : 'NO');
        if (this.stopping && !source.bills) await releaseLease(database, claim);
        return;
      }
      const known = DarkroomError.is(error) ? error : new DarkroomError('INTERNAL');
      if (known.code === 'INTERNAL') log.error({ err: error, taskId: task.id }, 'a task failed for a reason of ours');
      const move = known.code === 'PHOTO_GONE' ? 'expire' : 'fail';
      const ended = await lifecycle.move(task.id, move, {
        token: claim.token,
        failure: { code: known.code, message: known.message },
        also: sql =>
          closeAttempt(sql, task.id, number, {
            outcome: 'FAILED',
            billed: source.bills ? 'UNKNOWN' : 'NO',
            code: known.code,
          }),
      });
      if (ended === undefined) await close('CANCELED', source.bills ? 'UNKNOWN' : 'NO');
      else
        log.info({ taskId: task.id, operation: task.operation, vendor: task.vendor, code: known.code }, 'task failed');
    }
  }

  /** Files first; their rows come with the outcome's commit. A crash in between leaves files without rows, which the sweep removes. */
  private async keep(task: Task, photos: MadePhoto[]) {
    const prepared = await this.parts.assets.prepare({ tenantId: task.tenantId, taskId: task.id, photos });
    const result: TaskResults['ID_PHOTO'] = {
      photos: photos.map((photo, index) => ({
        id: newId('photo'),
        assetId: prepared.ids[index]!,
        background: photo.background,
        widthPx: photo.widthPx,
        heightPx: photo.heightPx,
        dpi: photo.dpi,
        matteQuality: photo.matteQuality,
        geometry: photo.geometry,
        warnings: photo.warnings,
      })),
    };
    return { result, commit: prepared.commit, discard: prepared.discard };
  }
}
