import type { Logger } from 'pino';
import type {
  Answer,
  Billed,
  Call,
  Capability,
  DataSource,
  Facts,
  JobContext,
  Operation,
  TaskStage,
} from '../../datasources/contract.js';
import type { AssetService } from '../assets/asset-service.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { VendorError } from '../kernel/vendor-error.js';
import {
  type AttemptEnd,
  type AttemptRow,
  closeAttempt,
  findAttempts,
  noteAnswer,
  openAttempt,
  openedRow,
} from '../store/attempt-rows.js';
import type { Database, Sql } from '../store/database.js';
import { type Claim, releaseLease } from '../store/queue-rows.js';
import { findTask, switchSource } from '../store/task-rows.js';
import { backoffMs, endsPolling, FAILOVER, factsOf, failureOf, loggable } from './call-failure.js';
import { JobEndings } from './job-endings.js';
import type { TaskLifecycle } from './lifecycle.js';
import { fromNoted, type KeptPart, keepPictures, type NotedPicture, noted, type Receiver } from './result-keeper.js';
import { asTask, type PartResult, type Task, type TaskFailure, type TaskResult } from './task.js';
import type { VendorWatch } from './vendor-watch.js';

export interface JobRunnerParts {
  database: Database;
  lifecycle: TaskLifecycle;
  assets: AssetService;
  receiver: Receiver;
  sources: ReadonlyMap<string, DataSource>;
  watch: VendorWatch;
  /** What a data source may ask of us, for one task. */
  contextOf(
    task: Task,
    capability: Capability<Operation>,
    signal: AbortSignal,
    report: JobContext['report'],
  ): JobContext;
  /** True once the server stops: work that is aborted then goes back instead of ending. */
  stopping(): boolean;
  log: Logger;
}

/** Where a task goes after a step: on to its next part, or out of this worker's hands. */
type Step = 'NEXT' | 'LEAVE';

/** Works on one claimed task: as far as it goes without waiting for a vendor. */
export class JobRunner {
  constructor(private readonly parts: JobRunnerParts) {}

  async work(claim: Claim, signal: AbortSignal): Promise<void> {
    const row = await findTask(this.parts.database, claim.tenantId, claim.taskId);
    if (row === undefined) return;
    const task = asTask(row);
    const source = this.parts.sources.get(task.source);
    const capability = source?.capabilities[task.operation] as Capability<Operation> | undefined;
    if (source === undefined || capability === undefined) {
      // The operator took the vendor's keys away: the task waits for them, and says so in the log once a minute.
      this.parts.log.warn({ taskId: task.id, source: task.source }, 'a task waits for a vendor that is not configured');
      return releaseLease(this.parts.database, claim, LIMITS.task.leaseMs);
    }
    await new JobSession(this.parts, claim, task, source, capability, signal).run();
  }
}

class JobSession {
  private attempts: AttemptRow[] = [];
  private reports: Promise<unknown>[] = [];
  private readonly endings: JobEndings;

  constructor(
    private readonly parts: JobRunnerParts,
    private readonly claim: Claim,
    private readonly task: Task,
    private readonly source: DataSource,
    private readonly capability: Capability<Operation>,
    private readonly signal: AbortSignal,
  ) {
    this.endings = new JobEndings(parts, claim, task);
  }

  async run(): Promise<void> {
    const { database } = this.parts;
    this.attempts = await findAttempts(database, [this.task.id]);
    const count = this.capability.parts(this.task.input);
    for (let part = 0; part < count; part += 1) {
      const last = this.attempts.filter(attempt => attempt.source === this.task.source && attempt.part === part).at(-1);
      if (last?.outcome === 'SUCCEEDED' || last?.final) continue;
      if ((await this.step(part, last)) === 'LEAVE') return;
    }
    await this.finish(count);
  }

  private async step(part: number, last: AttemptRow | undefined): Promise<Step> {
    if (last === undefined || last.endedAt !== null) return this.submit(part);
    if (last.answer !== null) return this.fetch(last, last.answer as { pictures: NotedPicture[]; facts: Facts });
    if (last.vendorTaskId !== null) return this.poll(last, last.vendorTaskId);
    return this.lost(part, last);
  }

  /** Between an intent and its outcome the process died. What may have been charged waits for a person; the rest runs again. */
  private async lost(part: number, last: AttemptRow): Promise<Step> {
    const close = (end: Partial<AttemptEnd>) => (sql: Sql) =>
      closeAttempt(sql, this.task.id, last.number, {
        outcome: 'LOST',
        billed: last.canBill ? 'UNKNOWN' : 'NO',
        ...end,
      });
    if (last.canBill) {
      return this.endings.park(
        {
          code: 'OUTCOME_UNKNOWN',
          message: `The process ended after call ${last.number} was begun and before its answer was kept.`,
        },
        close({ final: true }),
      );
    }
    const tries = this.attempts.filter(attempt => attempt.source === this.task.source && attempt.part === part).length;
    if (tries >= LIMITS.task.localAttempts) {
      return this.endings.fail(
        { code: 'ENGINE_CRASHED', message: `The work was begun ${tries} times, and the process died each time.` },
        close({ final: true }),
      );
    }
    await close({})(this.parts.database);
    return this.submit(part);
  }

  /** The intent is one commit, the call comes after it, the outcome is another commit. */
  private async submit(part: number): Promise<Step> {
    const { lifecycle, watch } = this.parts;
    const number = (this.attempts.at(-1)?.number ?? 0) + 1;
    const units = this.capability.bills
      ? Math.max(1, Math.round(this.capability.units(this.task.input) / this.capability.parts(this.task.input)))
      : 0;
    const intent = {
      taskId: this.task.id,
      number,
      tenantId: this.task.tenantId,
      source: this.task.source,
      part,
      canBill: this.capability.bills,
      units,
    };
    const started = await lifecycle.move(this.task.id, 'start', {
      stage: 'SUBMITTING',
      token: this.claim.token,
      also: sql => openAttempt(sql, intent),
    });
    if (started === undefined) return 'LEAVE';
    this.attempts.push(openedRow(intent));
    let answer: Answer;
    try {
      answer = await watch.call(this.task.source, () => this.capability.submit(this.callOf(part), this.context()));
    } catch (error) {
      await this.reported();
      return this.failed(part, number, error);
    }
    await this.reported();
    return this.answered(number, answer);
  }

  private async poll(attempt: AttemptRow, vendorTaskId: string): Promise<Step> {
    const { watch, log } = this.parts;
    const age = Date.now() - attempt.startedAt.getTime();
    let answer: Answer;
    try {
      answer = await watch.call(this.task.source, () =>
        this.capability.poll!(this.callOf(attempt.part), vendorTaskId, this.context()),
      );
    } catch (error) {
      if (this.signal.aborted) return this.endings.giveBack();
      if (endsPolling(error)) return this.failed(attempt.part, attempt.number, error);
      // Asking costs nothing: whatever went wrong with it, ask again later.
      log.warn(
        { taskId: this.task.id, source: this.task.source, ...loggable(error) },
        'a vendor could not be asked how a task stands',
      );
      return this.pollLater(attempt, age, (VendorError.is(error) && error.facts.retryAfterMs) || undefined);
    }
    if (answer.state === 'DONE') {
      watch.schedule.observed(this.scheduleKey(), age);
      return this.answered(attempt.number, answer, attempt.billed);
    }
    if (answer.percent !== undefined && answer.percent !== this.task.progressPercent && this.task.state === 'RUNNING') {
      await this.parts.lifecycle.move(this.task.id, 'report', {
        stage: 'VENDOR_PROCESSING',
        percent: answer.percent,
        token: this.claim.token,
      });
    }
    return this.pollLater(attempt, age, answer.pollAfterMs);
  }

  /** A deadline that passed makes it NEEDS_REVIEW, and it is asked for slowly until the vendor forgets it: a late result still succeeds. */
  private async pollLater(attempt: AttemptRow, age: number, waitMs?: number): Promise<Step> {
    const { deadlineMs = Number.POSITIVE_INFINITY, expiryMs = Number.POSITIVE_INFINITY } = this.capability;
    if (age > expiryMs) {
      const failure: TaskFailure = {
        code: 'VENDOR_RESULT_EXPIRED',
        message: 'The vendor did not finish before its own id expired.',
      };
      return this.endings.fail(failure, sql =>
        closeAttempt(sql, this.task.id, attempt.number, {
          outcome: 'FAILED',
          billed: attempt.billed,
          final: true,
          code: failure.code,
        }),
      );
    }
    if (age > deadlineMs) {
      if (this.task.state === 'RUNNING') {
        const failure: TaskFailure = {
          code: 'VENDOR_UNAVAILABLE',
          message: `The vendor has not finished within ${Math.round(deadlineMs / 60_000)} minutes; it is still asked now and then.`,
        };
        await this.parts.lifecycle.move(this.task.id, 'park', {
          failure,
          stage: 'VENDOR_PROCESSING',
          token: this.claim.token,
          stayQueued: true,
        });
      }
      await releaseLease(this.parts.database, this.claim, LIMITS.vendor.slowPollMs);
      return 'LEAVE';
    }
    await releaseLease(
      this.parts.database,
      this.claim,
      waitMs ?? this.parts.watch.schedule.next(this.scheduleKey(), age),
    );
    return 'LEAVE';
  }

  private async answered(number: number, answer: Answer, before: Billed = 'NO'): Promise<Step> {
    const { database } = this.parts;
    const billed = before === 'NO' ? answer.billed : before;
    const attempt = this.attempts.find(({ number: held }) => held === number)!;
    attempt.billed = billed;
    if (answer.state === 'PENDING') {
      await noteAnswer(database, this.task.id, number, {
        vendorTaskId: answer.vendorTaskId,
        answer: undefined,
        billed,
      });
      await this.parts.lifecycle.move(this.task.id, 'report', {
        stage: 'VENDOR_PROCESSING',
        token: this.claim.token,
        ...(answer.percent === undefined ? {} : { percent: answer.percent }),
      });
      const wait = answer.pollAfterMs ?? this.parts.watch.schedule.next(this.scheduleKey(), 0);
      await releaseLease(database, this.claim, wait);
      return 'LEAVE';
    }
    const facts = answer.facts ?? {};
    if (facts.vendorMessage !== undefined) {
      this.parts.log.info(
        { taskId: this.task.id, source: this.task.source, vendorMessage: facts.vendorMessage },
        'the vendor says',
      );
    }
    const pictures = noted(answer.pictures);
    if (pictures !== undefined && pictures.length > 0) {
      // What was paid is written down before it is fetched: a failed download is resumed, never bought again.
      await noteAnswer(database, this.task.id, number, {
        vendorTaskId: answer.vendorTaskId ?? null,
        answer: { pictures, facts },
        billed,
      });
      return this.fetch(attempt, { pictures, facts });
    }
    return this.keep(attempt, { pictures: answer.pictures, facts });
  }

  private async fetch(attempt: AttemptRow, answer: { pictures: NotedPicture[]; facts: Facts }): Promise<Step> {
    await this.parts.lifecycle.move(this.task.id, 'report', {
      stage: 'FETCHING',
      percent: 90,
      token: this.claim.token,
    });
    try {
      return await this.keep(attempt, { pictures: answer.pictures.map(fromNoted), facts: answer.facts });
    } catch (error) {
      if (this.signal.aborted) return this.endings.giveBack();
      const until = Math.min(
        ...answer.pictures.map(({ urlExpiresAt }) =>
          urlExpiresAt === null ? attempt.startedAt.getTime() + LIMITS.vendor.fetchForMs : Date.parse(urlExpiresAt),
        ),
      );
      const known = DarkroomError.is(error) ? error : new DarkroomError('INTERNAL', undefined, [], { cause: error });
      this.parts.log.warn(
        { taskId: this.task.id, source: this.task.source, ...loggable(error) },
        'a result could not be fetched',
      );
      const hopeless = [
        'CORRUPT_IMAGE',
        'NOT_AN_IMAGE',
        'UNSUPPORTED_FORMAT',
        'URL_NOT_ALLOWED',
        'FILE_TOO_LARGE',
        'TOO_MANY_PIXELS',
      ].includes(known.code);
      if (!hopeless && Date.now() < until) {
        await releaseLease(this.parts.database, this.claim, backoffMs(Date.now() - attempt.startedAt.getTime()));
        return 'LEAVE';
      }
      const failure: TaskFailure = {
        code: hopeless ? 'VENDOR_ERROR' : 'VENDOR_RESULT_EXPIRED',
        message: hopeless
          ? `The result of the vendor cannot be used (${known.code}).`
          : 'The result could not be fetched before the vendor deleted it.',
      };
      return this.failPart(attempt, failure, { outcome: 'FAILED', billed: attempt.billed, code: failure.code });
    }
  }

  private async keep(
    attempt: AttemptRow,
    answer: { pictures: Parameters<typeof keepPictures>[2]['pictures']; facts: Facts },
  ): Promise<Step> {
    const kept = await keepPictures(this.parts, this.task, answer, this.source.origins, this.signal);
    const close = { outcome: 'SUCCEEDED', billed: attempt.billed, result: kept.result } as const;
    attempt.outcome = 'SUCCEEDED';
    attempt.result = kept.result;
    attempt.endedAt = new Date();
    if (this.capability.parts(this.task.input) === 1)
      return this.succeed(kept, sql => closeAttempt(sql, this.task.id, attempt.number, close));
    const held = await this.parts.lifecycle.move(this.task.id, 'report', {
      stage: 'SUBMITTING',
      percent: Math.round((90 * (attempt.part + 1)) / this.capability.parts(this.task.input)),
      token: this.claim.token,
      also: async sql => {
        await kept.commit(sql);
        await closeAttempt(sql, this.task.id, attempt.number, close);
      },
    });
    if (held !== undefined) return 'NEXT';
    await this.endings.dropped(kept, attempt);
    return 'LEAVE';
  }

  /** All parts have ended: what was made is the result; what was not is told beside it. */
  private async finish(count: number): Promise<void> {
    const ended = Array.from(
      { length: count },
      (_, part) =>
        this.attempts.filter(attempt => attempt.source === this.task.source && attempt.part === part).at(-1)!,
    );
    const made = ended.filter(({ outcome }) => outcome === 'SUCCEEDED');
    const missing = ended
      .filter(({ outcome }) => outcome !== 'SUCCEEDED')
      .map(attempt => ({ part: attempt.part, failure: failureOf(attempt) }));
    if (made.length === 0) {
      await this.endings.fail(missing[0]!.failure);
      return;
    }
    const results = made.map(({ result }) => result as PartResult);
    const warnings = [...new Set(results.flatMap(({ facts }) => facts.warnings ?? []))];
    const result: TaskResult = {
      pictures: results.flatMap(({ pictures }) => pictures),
      facts: {
        ...Object.assign({}, ...results.map(({ facts }) => facts)),
        ...(warnings.length === 0 ? {} : { warnings }),
      },
      missing,
    };
    await this.endings.end(result);
  }

  private async succeed(kept: KeptPart, also: (sql: Sql) => Promise<void>): Promise<Step> {
    await this.reported();
    const ended = await this.endings.end({ ...kept.result, missing: [] }, async sql => {
      await kept.commit(sql);
      await also(sql);
    });
    if (!ended) await this.endings.dropped(kept, this.attempts.at(-1)!);
    return 'LEAVE';
  }

  private async failed(part: number, number: number, error: unknown): Promise<Step> {
    const { database, log } = this.parts;
    const attempt = this.attempts.find(({ number: held }) => held === number)!;
    const facts = factsOf(error, this.capability.bills);
    const billed: Billed = attempt.vendorTaskId === null ? facts.billed : attempt.billed;
    const known = DarkroomError.is(error) ? error : new DarkroomError('INTERNAL');
    const end: AttemptEnd = {
      outcome: 'FAILED',
      billed,
      code: known.code,
      message: known.message,
      vendorCode: facts.vendorCode,
      requestId: facts.requestId,
    };
    // The signal's own reason comes back only from before anything was sent; what costs nothing may be dropped anywhere.
    const nothingSent = error === this.signal.reason || (!this.capability.bills && !VendorError.is(error));
    if (this.signal.aborted && nothingSent) {
      await closeAttempt(database, this.task.id, number, {
        ...end,
        billed: attempt.vendorTaskId === null ? 'NO' : attempt.billed,
        outcome: this.parts.stopping() ? 'LOST' : 'CANCELED',
      });
      return this.endings.giveBack();
    }
    if (known.code === 'INTERNAL')
      log.error({ err: error, taskId: this.task.id }, 'a task failed for a reason of ours');
    else
      log.info(
        { taskId: this.task.id, operation: this.task.operation, source: this.task.source, ...loggable(error) },
        'a call failed',
      );

    const failure: TaskFailure = { code: known.code, message: known.message, vendorCode: facts.vendorCode };
    const close = (over: Partial<AttemptEnd>) => (sql: Sql) =>
      closeAttempt(sql, this.task.id, number, { ...end, ...over });
    if (known.code === 'PHOTO_GONE') {
      await this.parts.lifecycle.move(this.task.id, 'expire', {
        token: this.claim.token,
        failure,
        also: close({ final: true }),
      });
      return 'LEAVE';
    }
    if (facts.outcomeUnknown && this.capability.bills && attempt.vendorTaskId === null)
      return this.endings.park(failure, close({ outcome: 'LOST', final: true }));

    const free = billed === 'NO';
    const tries = this.attempts.filter(held => held.source === this.task.source && held.part === part).length;
    if (free && facts.safeToRetry && tries < LIMITS.vendor.tries) {
      await close({})(database);
      await releaseLease(database, this.claim, facts.retryAfterMs ?? backoffMs(1_000 * 2 ** tries));
      return 'LEAVE';
    }
    const next = this.task.route[this.task.route.indexOf(this.task.source) + 1];
    const nobodyCharged = free && !this.attempts.some(held => held.billed !== 'NO' && held.number !== number);
    if (next !== undefined && nobodyCharged && FAILOVER.has(known.code)) {
      log.warn(
        { taskId: this.task.id, from: this.task.source, to: next, code: known.code },
        'the next vendor takes over',
      );
      await database.transaction(async sql => {
        await close({ final: true })(sql);
        await switchSource(sql, this.task.id, next, this.claim.token);
      });
      return 'LEAVE';
    }
    return this.failPart(attempt, failure, end);
  }

  private async failPart(attempt: AttemptRow, failure: TaskFailure, end: AttemptEnd): Promise<Step> {
    const close = (sql: Sql) => closeAttempt(sql, this.task.id, attempt.number, { ...end, final: true });
    if (this.capability.parts(this.task.input) === 1) return this.endings.fail(failure, close);
    await close(this.parts.database);
    Object.assign(attempt, {
      outcome: 'FAILED',
      final: true,
      code: failure.code,
      message: failure.message,
      vendorCode: failure.vendorCode ?? null,
      endedAt: new Date(),
    });
    return 'NEXT';
  }

  private context(): JobContext {
    return this.parts.contextOf(this.task, this.capability, this.signal, (stage: TaskStage, percent: number) => {
      const told = this.parts.lifecycle.move(this.task.id, 'report', { stage, percent, token: this.claim.token });
      this.reports.push(
        told.catch(error =>
          this.parts.log.warn({ err: error, taskId: this.task.id }, 'a progress report was not kept'),
        ),
      );
    });
  }

  private async reported(): Promise<void> {
    await Promise.all(this.reports.splice(0));
  }

  private callOf(part: number): Call<Operation> {
    return { operation: this.task.operation, job: this.task.input, part };
  }

  private scheduleKey(): string {
    return `${this.task.source} ${this.task.operation}`;
  }
}
