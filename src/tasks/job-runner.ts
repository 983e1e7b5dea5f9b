import type { Logger } from 'pino';
import type {
  Answer,
  Billed,
  Call,
  Capability,
  DataSource,
  Facts,
  JobContext,
  MadePicture,
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
  noteSent,
  openAttempt,
  openedRow,
} from '../store/attempt-rows.js';
import type { Database } from '../store/database.js';
import type { Claim } from '../store/queue-rows.js';
import { findClaimedTasks } from '../store/task-rows.js';
import {
  asExpired,
  backoffMs,
  endsPolling,
  FAILOVER,
  factsOf,
  failureOf,
  isHopelessResult,
  loggable,
  toFailure,
  wasRefused,
  withCounts,
} from './call-failure.js';
import { type Close, JobEndings } from './job-endings.js';
import type { Leases } from './leases.js';
import type { TaskLifecycle } from './lifecycle.js';
import {
  expiryOf,
  fromNoted,
  type KeptPart,
  keepPictures,
  type NotedAnswer,
  noted,
  type Receiver,
} from './result-keeper.js';
import { asTask, type PartResult, type Task, type TaskFailure, type TaskResult } from './task.js';
import type { VendorWatch } from './vendor-watch.js';

export interface JobRunnerParts {
  database: Database;
  lifecycle: TaskLifecycle;
  leases: Leases;
  assets: AssetService;
  receiver: Receiver;
  sources: ReadonlyMap<string, DataSource>;
  watch: VendorWatch;
  /** What a data source may ask of us, for one task. */
  contextOf(
    task: Task,
    capability: Capability<Operation>,
    signal: AbortSignal,
    tell: Pick<JobContext, 'report' | 'sent'>,
  ): JobContext;
  /** True once the server stops: work that is aborted then goes back instead of ending. */
  stopping(): boolean;
  log: Logger;
}

/** Where a task goes after a step: on to its next part, or out of this worker's hands. */
type Step = 'NEXT' | 'LEAVE';

/** A claimed task with everything that is known of it. */
export interface Job extends Claim {
  task: Task;
  attempts: AttemptRow[];
}

/** Works on one claimed task: as far as it goes without waiting for a vendor. */
export class JobRunner {
  constructor(private readonly parts: JobRunnerParts) {}

  /** Tasks and attempts of all that one look claimed, in two statements and not two a task. */
  async load(claims: readonly Claim[]): Promise<Job[]> {
    const { database } = this.parts;
    const ids = claims.map(({ taskId }) => taskId);
    const [rows, attempts] = await Promise.all([findClaimedTasks(database, ids), findAttempts(database, ids)]);
    const byTask = new Map<string, AttemptRow[]>(ids.map(id => [id, []]));
    for (const attempt of attempts) byTask.get(attempt.taskId)!.push(attempt);
    const tasks = new Map(rows.map(row => [row.id, asTask(row)]));
    return claims.flatMap(claim => {
      const task = tasks.get(claim.taskId);
      return task === undefined ? [] : { ...claim, task, attempts: byTask.get(claim.taskId)! };
    });
  }

  async work({ task, attempts, ...claim }: Job, signal: AbortSignal): Promise<void> {
    // Only tasks of sources that are here are claimed, and a route leads only to sources that can do the operation.
    const source = this.parts.sources.get(task.source)!;
    const capability = source.capabilities[task.operation] as Capability<Operation>;
    await new JobSession(this.parts, claim, task, attempts, source, capability, signal).run();
  }
}

class JobSession {
  private reports: Promise<unknown>[] = [];
  private calls = 0;
  private readonly endings: JobEndings;
  private readonly count: number;

  constructor(
    private readonly parts: JobRunnerParts,
    private readonly claim: Claim,
    private readonly task: Task,
    private readonly attempts: AttemptRow[],
    private readonly source: DataSource,
    private readonly capability: Capability<Operation>,
    private readonly signal: AbortSignal,
  ) {
    this.endings = new JobEndings(parts, claim, task);
    this.count = capability.parts(task.input);
  }

  async run(): Promise<void> {
    for (let part = 0; part < this.count; part += 1) {
      const last = this.attemptsOf(part).at(-1);
      if (last?.outcome === 'SUCCEEDED' || last?.final) continue;
      if ((await this.step(part, last)) === 'LEAVE') return;
    }
    await this.finish();
  }

  private async step(part: number, last: AttemptRow | undefined): Promise<Step> {
    if (last === undefined) return this.submit(part);
    // An attempt that ended without a result and may have been charged is never followed by another one by itself.
    if (last.endedAt !== null) return last.billed === 'NO' || !last.canBill ? this.submit(part) : this.lost(last);
    if (last.answer !== null) return this.fetch(last, last.answer as NotedAnswer);
    if (last.vendorTaskId !== null) return this.poll(last, last.vendorTaskId);
    return this.lost(last);
  }

  /** Between an intent and its outcome the process died. What may have been charged waits for a person; the rest runs again. */
  private async lost(last: AttemptRow): Promise<Step> {
    const close = (end: Partial<AttemptEnd>): Close => ({
      number: last.number,
      end: { outcome: 'LOST', billed: last.canBill ? 'UNKNOWN' : 'NO', ...end },
    });
    if (last.canBill) {
      const message = `The process ended after call ${last.number} was begun and before its answer was kept.`;
      return this.unknown(last, { code: 'OUTCOME_UNKNOWN', message }, close({ final: true }));
    }
    const tries = this.attemptsOf(last.part).length;
    if (tries >= LIMITS.task.localAttempts) {
      const code = this.task.source === 'LOCAL' ? 'ENGINE_CRASHED' : 'VENDOR_UNAVAILABLE';
      const message = `The work was begun ${tries} times, and the process died each time.`;
      return this.endings.fail({ code, message }, close({ final: true, code, message }));
    }
    return (await this.endings.goOn({ stage: 'SUBMITTING' }, close({}))) ? this.submit(last.part) : 'LEAVE';
  }

  /** The intent is one commit, the call comes after it, the outcome is another commit. */
  private async submit(part: number): Promise<Step> {
    const { lifecycle, watch } = this.parts;
    const closed = watch.closedFor(this.task.source);
    if (closed !== undefined) return this.turnedAway(part, closed.waitMs, closed.error);
    const number = (this.attempts.at(-1)?.number ?? 0) + 1;
    const started = await lifecycle.move(this.task.id, 'start', {
      stage: 'SUBMITTING',
      token: this.claim.token,
      also: sql => openAttempt(sql, this.intent(part, number)),
    });
    if (started === undefined) return 'LEAVE';
    const attempt = openedRow(this.intent(part, number));
    this.attempts.push(attempt);
    let answer: Answer;
    try {
      if (this.calls++ > 0) await watch.turn(this.task.source, this.signal);
      answer = await watch.call(this.task.source, () =>
        this.capability.submit(this.callOf(part), this.context(number)),
      );
    } catch (error) {
      await this.reported();
      return this.failed(attempt, error);
    }
    await this.reported();
    return this.answered(attempt, answer);
  }

  /** The vendor rests after failures: nothing is sent and nothing is counted. The next one takes over, or the task waits. */
  private async turnedAway(part: number, waitMs: number, error: VendorError | undefined): Promise<Step> {
    const next = this.nextSource();
    if (next !== undefined) return this.endings.handOver(next, error?.code ?? 'VENDOR_UNAVAILABLE');
    if (error === undefined || this.attempts.length === 0) return this.endings.giveBack(waitMs);
    // The login is refused or the package used up: the parts that are left fail now, and what was paid is given out.
    const { code, message } = error;
    const number = (this.attempts.at(-1)?.number ?? 0) + 1;
    const attempt = openedRow(this.intent(part, number));
    this.attempts.push(attempt);
    const opened = await this.parts.lifecycle.move(this.task.id, 'start', {
      stage: 'SUBMITTING',
      token: this.claim.token,
      also: sql => openAttempt(sql, this.intent(part, number)),
    });
    if (opened === undefined) return 'LEAVE';
    return this.failPart(attempt, { code, message }, { outcome: 'FAILED', billed: 'NO', code, message });
  }

  private async poll(attempt: AttemptRow, vendorTaskId: string): Promise<Step> {
    const { watch, log } = this.parts;
    // A clock that went back says nothing of how long it took.
    const age = Math.max(0, Date.now() - attempt.startedAt.getTime());
    let answer: Answer;
    try {
      answer = await watch.ask(this.task.source, () =>
        this.capability.poll!(this.callOf(attempt.part), vendorTaskId, this.context(attempt.number)),
      );
    } catch (error) {
      if (this.signal.aborted) return this.endings.giveBack();
      if (endsPolling(error)) return this.failed(attempt, asExpired(error, age, this.capability.expiryMs));
      // Asking costs nothing: whatever went wrong with it, ask again later.
      log.warn({ ...this.who(), ...loggable(error) }, 'a vendor could not be asked how a task stands');
      return this.pollLater(attempt, age, (VendorError.is(error) && error.facts.retryAfterMs) || undefined);
    }
    if (age > 0) watch.schedule.answered(this.scheduleKey(), age, answer.state === 'DONE');
    if (answer.state === 'DONE') return this.answered(attempt, answer);
    if (answer.percent !== undefined && answer.percent !== this.task.progressPercent && this.task.state === 'RUNNING') {
      await this.tell('VENDOR_PROCESSING', answer.percent);
    }
    return this.pollLater(attempt, age, answer.pollAfterMs);
  }

  /**
   * A deadline that passed makes it NEEDS_REVIEW, and it is asked for slowly until the vendor forgets it: a late result
   * still succeeds. That time is counted from the review on, so that a clock that jumps ahead takes no paid result away.
   */
  private async pollLater(attempt: AttemptRow, age: number, waitMs?: number): Promise<Step> {
    const { expiryMs = Number.POSITIVE_INFINITY, deadlineMs = expiryMs } = this.capability;
    if (age <= deadlineMs) {
      return this.endings.giveBack(waitMs ?? this.parts.watch.schedule.next(this.scheduleKey(), age));
    }
    if (this.task.state !== 'NEEDS_REVIEW') {
      const minutes = Math.round(deadlineMs / 60_000);
      const message = `The vendor has not finished within ${minutes} minutes; it is still asked now and then.`;
      await this.parts.lifecycle.move(this.task.id, 'park', {
        failure: { code: 'VENDOR_UNAVAILABLE', message, mayBeCharged: attempt.billed !== 'NO' },
        token: this.claim.token,
        stayQueued: true,
      });
    } else if (Date.now() - this.task.updatedAt.getTime() > expiryMs - deadlineMs) {
      const code = 'VENDOR_RESULT_EXPIRED';
      const message = 'The vendor did not finish before its own id expired.';
      return this.failPart(attempt, { code, message }, { outcome: 'FAILED', billed: attempt.billed, code, message });
    }
    return this.endings.giveBack(LIMITS.vendor.slowPollMs);
  }

  private async answered(attempt: AttemptRow, answer: Answer): Promise<Step> {
    const { database, watch, log } = this.parts;
    // What the submission was booked as, asking cannot lower.
    if (attempt.vendorTaskId === null || attempt.billed === 'NO') attempt.billed = answer.billed;
    const { billed, number } = attempt;
    if (answer.state === 'PENDING') {
      await noteAnswer(database, this.task.id, number, {
        vendorTaskId: answer.vendorTaskId,
        answer: undefined,
        billed,
      });
      await this.tell('VENDOR_PROCESSING', answer.percent);
      return this.endings.giveBack(answer.pollAfterMs ?? watch.schedule.next(this.scheduleKey(), 0));
    }
    const { vendorMessage, ...facts } = answer.facts ?? {};
    if (vendorMessage !== undefined) log.info({ ...this.who(), vendorMessage }, 'the vendor says');
    const pictures = noted(answer.pictures);
    if (pictures === undefined || pictures.length === 0) {
      let kept: KeptPart;
      try {
        kept = await this.bringHome(answer.pictures, facts);
      } catch (error) {
        // A full disk, say: there is nothing to fetch again. What may be paid is left to its lease, and to a person then.
        if (this.capability.bills) throw error;
        return this.failed(attempt, error);
      }
      return this.keep(attempt, kept);
    }
    // What was paid is written down before it is fetched: a failed download is resumed, never bought again.
    const said: NotedAnswer = { pictures, facts, notedAt: Date.now() };
    await noteAnswer(database, this.task.id, number, {
      vendorTaskId: answer.vendorTaskId ?? null,
      answer: said,
      billed,
      vendorExpiresAt: expiryOf(pictures),
    });
    return this.fetch(attempt, said);
  }

  private async fetch(attempt: AttemptRow, { pictures, facts, notedAt }: NotedAnswer): Promise<Step> {
    await this.tell('FETCHING', 90);
    try {
      return await this.keep(attempt, await this.bringHome(pictures.map(fromNoted), facts));
    } catch (error) {
      if (this.signal.aborted) return this.endings.giveBack();
      this.parts.log.warn({ ...this.who(), ...loggable(error) }, 'a result could not be fetched');
      const until = expiryOf(pictures)?.getTime() ?? notedAt + LIMITS.vendor.fetchForMs;
      const hopeless = isHopelessResult(error);
      // Past its time only the vendor's own word ends it: a machine that slept may have no network yet.
      const keepUntil = wasRefused(error) ? until : until + LIMITS.vendor.fetchAnywayMs;
      if (!hopeless && Date.now() < keepUntil) return this.endings.giveBack(backoffMs(Date.now() - notedAt));
      const failure: TaskFailure = {
        code: hopeless ? 'VENDOR_ERROR' : 'VENDOR_RESULT_EXPIRED',
        message: hopeless
          ? 'The result of the vendor cannot be used.'
          : 'The result could not be fetched before the vendor deleted it.',
      };
      return this.failPart(attempt, failure, { outcome: 'FAILED', billed: attempt.billed, ...failure });
    }
  }

  private bringHome(pictures: MadePicture[], facts: Facts): Promise<KeptPart> {
    return keepPictures(this.parts, this.task, { pictures, facts }, this.source.origins, this.signal);
  }

  private async keep(attempt: AttemptRow, kept: KeptPart): Promise<Step> {
    const end: AttemptEnd = { outcome: 'SUCCEEDED', billed: attempt.billed, result: kept.result };
    this.parts.watch.used(this.task.source, attempt.billed === 'NO' ? 0 : attempt.units);
    if (this.count === 1) {
      await this.reported();
      const done = await this.endings.succeed({ ...kept.result, missing: [] }, async sql => {
        await kept.commit(sql);
        await closeAttempt(sql, this.task.id, attempt.number, end);
      });
      return done ? 'LEAVE' : this.endings.dropped(kept, attempt);
    }
    Object.assign(attempt, { ...end, endedAt: new Date() });
    const percent = Math.round((90 * (attempt.part + 1)) / this.count);
    const held = await this.endings.goOn(
      { stage: 'SUBMITTING', percent, also: kept.commit },
      { number: attempt.number, end },
    );
    return held ? 'NEXT' : this.endings.dropped(kept, attempt);
  }

  /** All parts have ended: what was made is the result, and what was not is told beside it. */
  private async finish(): Promise<void> {
    const ended = Array.from({ length: this.count }, (_, part) => this.attemptsOf(part).at(-1)!);
    const made = ended.filter(({ outcome }) => outcome === 'SUCCEEDED');
    const rest = ended.filter(({ outcome }) => outcome !== 'SUCCEEDED');
    const results = made.map(({ result }) => result as PartResult);
    const warnings = [...new Set(results.flatMap(({ facts }) => facts.warnings ?? []))];
    const result: TaskResult = {
      pictures: results.flatMap(({ pictures }) => pictures),
      facts: {
        ...Object.assign({}, ...results.map(({ facts }) => facts)),
        ...(warnings.length === 0 ? {} : { warnings }),
      },
      missing: rest.map(attempt => ({ part: attempt.part, failure: failureOf(attempt) })),
    };
    const doubtful = rest.find(({ outcome }) => outcome === 'LOST');
    if (doubtful !== undefined)
      await this.endings.park(failureOf(doubtful), undefined, made.length === 0 ? undefined : result);
    else if (made.length === 0) await this.endings.fail(failureOf(rest[0]!));
    else await this.endings.succeed(result);
  }

  private async failed(attempt: AttemptRow, error: unknown): Promise<Step> {
    const { log } = this.parts;
    const facts = factsOf(error, this.capability.bills);
    const booked = attempt.vendorTaskId !== null;
    const billed: Billed = booked ? attempt.billed : facts.billed;
    const known = DarkroomError.is(error) ? error : new DarkroomError('INTERNAL');
    const { code, message } = known;
    const { vendorCode, requestId } = facts;
    const end: AttemptEnd = { outcome: 'FAILED', billed, code, message, vendorCode, requestId };
    const close = (over: Partial<AttemptEnd> = {}): Close => ({ number: attempt.number, end: { ...end, ...over } });
    // The signal's own reason comes back only from before anything was sent; what costs nothing may be dropped anywhere.
    const nothingSent = error === this.signal.reason || (!this.capability.bills && !VendorError.is(error));
    if (this.signal.aborted && nothingSent) {
      const outcome = this.parts.stopping() ? 'LOST' : 'CANCELED';
      return this.endings.giveBack(0, close({ outcome, billed: booked ? attempt.billed : 'NO' }));
    }
    if (code === 'INTERNAL') log.error({ err: error, taskId: this.task.id }, 'a task failed for a reason of ours');
    else log.info({ ...this.who(), operation: this.task.operation, ...loggable(error) }, 'a call failed');

    const failure = toFailure(known, facts, billed);
    if (code === 'PHOTO_GONE') return this.endings.expire(failure, close({ final: true }));
    if (facts.outcomeUnknown && this.capability.bills && !booked) {
      return this.unknown(attempt, failure, close({ outcome: 'LOST', final: true }));
    }
    const free = billed === 'NO';
    const tries = this.attemptsOf(attempt.part).length;
    if (free && facts.safeToRetry && tries < LIMITS.vendor.tries) {
      return this.endings.giveBack(facts.retryAfterMs ?? backoffMs(1_000 * 2 ** tries), close());
    }
    const next = this.nextSource(attempt);
    if (next !== undefined && free && FAILOVER.has(code)) {
      return this.endings.handOver(next, code, close({ final: true }));
    }
    return this.failPart(attempt, failure, end);
  }

  /** Nobody knows whether it was charged. One of several parts is left behind and the others go on; then a person decides. */
  private async unknown(attempt: AttemptRow, failure: TaskFailure, close: Close): Promise<Step> {
    // Who stops has no time to ask.
    const unitsLeftAfter = this.signal.aborted ? undefined : await this.parts.watch.countUnits(this.task.source);
    // A worker that was taken for dead may have woken meanwhile and noted the answer: then it is known after all.
    const noted = (await findAttempts(this.parts.database, [this.task.id])).find(
      ({ number }) => number === attempt.number,
    );
    if (noted !== undefined && (noted.vendorTaskId !== null || noted.answer !== null))
      return this.step(attempt.part, Object.assign(attempt, noted));
    const { code } = failure;
    const message = withCounts(failure.message, attempt.unitsLeftBefore, unitsLeftAfter);
    const end = { ...close.end, unitsLeftAfter, code, message };
    if (this.count > 1) return this.leaveBehind(attempt, { number: close.number, end });
    return this.endings.park({ ...failure, message, mayBeCharged: true }, { number: close.number, end });
  }

  private async failPart(attempt: AttemptRow, failure: TaskFailure, end: AttemptEnd): Promise<Step> {
    const close: Close = { number: attempt.number, end: { ...end, final: true } };
    const told = {
      ...failure,
      mayBeCharged: this.attempts.some(held => held !== attempt && held.billed !== 'NO') || end.billed !== 'NO',
    };
    return this.count === 1 ? this.endings.fail(told, close) : this.leaveBehind(attempt, close);
  }

  private async leaveBehind(attempt: AttemptRow, close: Close): Promise<Step> {
    if (!(await this.endings.goOn({ stage: 'SUBMITTING' }, close))) return 'LEAVE';
    const { code = null, message = null, vendorCode = null, ...end } = close.end;
    Object.assign(attempt, { ...end, code, message, vendorCode, endedAt: new Date() });
    return 'NEXT';
  }

  /** Who may take over: nobody once anything may have been charged. */
  private nextSource(besides?: AttemptRow): string | undefined {
    if (this.attempts.some(held => held !== besides && held.billed !== 'NO')) return undefined;
    return this.task.route[this.task.route.indexOf(this.task.source) + 1];
  }

  private attemptsOf(part: number): AttemptRow[] {
    return this.attempts.filter(attempt => attempt.source === this.task.source && attempt.part === part);
  }

  private intent(part: number, number: number) {
    const { id: taskId, tenantId, source, input } = this.task;
    const { bills } = this.capability;
    const units = bills ? Math.max(1, Math.round(this.capability.units(input) / this.count)) : 0;
    const unitsLeftBefore = this.parts.watch.unitsLeft(source);
    return { taskId, number, tenantId, source, part, canBill: bills, units, unitsLeftBefore };
  }

  private context(number: number): JobContext {
    const { contextOf, database, log, watch } = this.parts;
    const keep = (written: Promise<unknown>) =>
      this.reports.push(
        written.catch(error => log.warn({ err: error, taskId: this.task.id }, 'a progress report was not kept')),
      );
    return contextOf(this.task, this.capability, this.signal, {
      report: (stage, percent) => keep(this.tell(stage, percent)),
      sent: () => {
        watch.sent(this.task.source);
        keep(noteSent(database, this.task.id, number));
      },
    });
  }

  private tell(stage: TaskStage, percent?: number): Promise<unknown> {
    return this.parts.lifecycle.move(this.task.id, 'report', {
      stage,
      token: this.claim.token,
      ...(percent === undefined ? {} : { percent }),
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

  private who(): { taskId: string; source: string } {
    return { taskId: this.task.id, source: this.task.source };
  }
}
