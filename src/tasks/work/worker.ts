import type { MadePicture, TaskStage } from '../../../datasources/contract.js';
import { DarkroomError } from '../../kernel/errors.js';
import { SIGNALS } from '../../kernel/signals.js';
import { beginSpan } from '../../kernel/spans.js';
import {
  type AttemptEnd,
  type AttemptRow,
  findAttempts,
  type NewAttempt,
  type NotedAnswer,
  noteAnswer,
  openedRow,
} from '../../store/attempt-rows.js';
import type { Claim } from '../../store/queue-rows.js';
import type { Task } from '../../store/task.js';
import { findClaimedTasks } from '../../store/task-rows.js';
import type { MoveDetails } from '../machine/lifecycle.js';
import { unitsOfCall } from '../vendors/charges.js';
import { backoffMs, loggable } from './call-failure.js';
import { type CommitParts, type PartCommit, TaskCommits } from './commits.js';
import { decide, resultSoFar } from './decide.js';
import type { Close, Decision, Situation, Terms, Wait, WorkEvent } from './decision.js';
import { expiryOf, fromNoted, type KeepParts, type Kept, keepPictures } from './results.js';
import { type CallParts, VendorCalls } from './vendor-calls.js';

export interface WorkerParts extends CommitParts, CallParts, KeepParts {
  /** True once the server stops: work that is aborted then goes back instead of ending. */
  stopping(): boolean;
}

/** A claimed task with everything that is known of it. */
export interface Job extends Claim {
  task: Task;
  attempts: AttemptRow[];
}

/** Works on claimed tasks, each as far as it goes without waiting for a vendor. */
export class TaskWorker {
  constructor(private readonly parts: WorkerParts) {}

  /** Tasks and attempts of all that one look claimed, in two statements and not two a task. */
  async load(claims: readonly Claim[]): Promise<Job[]> {
    const { database } = this.parts;
    const ids = claims.map(({ taskId }) => taskId);
    const [rows, attempts] = await Promise.all([findClaimedTasks(database, ids), findAttempts(database, ids)]);
    const byTask = new Map<string, AttemptRow[]>(ids.map(id => [id, []]));
    for (const attempt of attempts) byTask.get(attempt.taskId)!.push(attempt);
    const tasks = new Map(rows.map(row => [row.id, row]));
    return claims.flatMap(claim => {
      const task = tasks.get(claim.taskId);
      return task === undefined || !this.canServe(task) ? [] : { ...claim, task, attempts: byTask.get(claim.taskId)! };
    });
  }

  /** A task that another version of us made may be of an operation that this one does not know. */
  private canServe({ id: taskId, source, operation }: Task): boolean {
    if (this.parts.sources.get(source)?.capabilities[operation] !== undefined) return true;
    this.parts.log.warn({ taskId, source, operation }, 'a task is left to a version that can serve it');
    return false;
  }

  async work(job: Job, signal: AbortSignal): Promise<void> {
    const { id, operation, source, traceparent } = job.task;
    const span = beginSpan(`work ${operation}`, 'CONSUMER', traceparent ?? undefined);
    const run = new TaskRun(this.parts, job, signal, span.traceparent);
    let event: WorkEvent | undefined = { kind: 'READY' };
    try {
      while (event !== undefined) event = await run.carryOut(decide(run.situation(), event));
    } finally {
      span.end({ 'darkroom.task_id': id, 'darkroom.operation': operation, 'darkroom.source': source });
      await run.takeKept()?.discard();
    }
  }
}

type DecisionTo<Do extends Decision['do']> = Extract<Decision, { do: Do }>;

/** One task in the hands of one worker. It carries decisions out and takes none: each gives the next event, or lets go. */
class TaskRun {
  private task: Task;
  private readonly calls: VendorCalls;
  private readonly commits: TaskCommits;
  private readonly terms: Terms;
  private attempts: AttemptRow[];
  /** Pictures on disk, until the commit that takes them. */
  private kept: Kept | undefined;

  constructor(
    private readonly parts: WorkerParts,
    { task, attempts, ...claim }: Job,
    private readonly signal: AbortSignal,
    traceparent: string | undefined,
  ) {
    this.task = task;
    this.attempts = attempts;
    this.commits = new TaskCommits(parts, claim, task);
    const report = (stage: TaskStage, percent?: number) => this.commits.report({ stage, percent });
    this.calls = new VendorCalls(parts, task, signal, report, traceparent);
    const { capability, source } = this.calls;
    const { bills, deadlineMs, expiryMs } = capability;
    const inProcess = source.inProcess ?? false;
    this.terms = { bills, deadlineMs, expiryMs, inProcess, parts: capability.parts(task.input) };
  }

  situation(): Situation {
    const { task, attempts, terms, signal } = this;
    const aborted = signal.aborted ? (this.parts.stopping() ? 'STOPPING' : 'CANCELED') : undefined;
    return { task, attempts, terms, now: Date.now(), aborted };
  }

  /** The event that it led to; undefined where the task is out of this worker's hands. */
  async carryOut(decision: Decision): Promise<WorkEvent | undefined> {
    const event = await this.carry(decision);
    this.countUsage(decision);
    return event;
  }

  /** Pictures on disk that no commit has taken. */
  takeKept(): Kept | undefined {
    const { kept } = this;
    this.kept = undefined;
    return kept;
  }

  private carry(decision: Decision): Promise<WorkEvent | undefined> {
    switch (decision.do) {
      case 'SUBMIT':
        return this.submit(decision);
      case 'REFUSE':
        return this.refuse(decision);
      case 'POLL':
        return this.calls.poll(decision.attempt, decision.vendorTaskId, decision.ageMs);
      case 'NOTE_PENDING':
        return this.notePending(decision);
      case 'NOTE_ANSWER':
        return this.noteAnswer(decision);
      case 'DOWNLOAD':
        return this.download(decision);
      case 'NOTE_DOWNLOADS':
        return this.noteDownloads(decision);
      case 'KEEP':
        return this.keep(decision);
      case 'EXAMINE_DOUBT':
        return this.examineDoubt(decision);
      case 'END_PART':
        return this.endPart(decision);
      case 'SUCCEED':
        return this.succeed(decision);
      case 'WAIT':
        return letGo(this.commits.release(this.waitMs(decision.wait), decision.close));
      case 'HAND_OVER':
        return letGo(this.commits.handOver(decision.to, decision.code, decision.close));
      case 'PARK':
        return this.park(decision);
      case 'FAIL':
        return letGo(this.commits.fail(decision.failure, decision.close));
      case 'EXPIRE':
        return letGo(this.commits.expire(decision.failure, decision.close));
    }
  }

  /**
   * The intent is one commit, the call comes after it, the outcome is another commit. Whether the vendor is called at all is
   * asked before: an intent of a call that another replica's probe keeps back would count as one of its tries.
   */
  private async submit({ part }: DecisionTo<'SUBMIT'>): Promise<WorkEvent | undefined> {
    const { monitor } = this.parts;
    const { source } = this.task;
    const unavailable = await monitor.admit(source);
    if (unavailable !== undefined) return { kind: 'SOURCE_UNAVAILABLE', part, ...unavailable };
    let attempt: AttemptRow | undefined;
    try {
      attempt = await this.open(part);
    } finally {
      if (attempt === undefined) monitor.giveBack(source);
    }
    return attempt && this.calls.submit(attempt);
  }

  private async refuse({ part, failure }: DecisionTo<'REFUSE'>): Promise<WorkEvent | undefined> {
    const attempt = await this.open(part);
    return attempt && { kind: 'NOT_SENT', attempt, failure };
  }

  /** Undefined where the lease is lost. */
  private async open(part: number): Promise<AttemptRow | undefined> {
    const intent = this.intent(part);
    if (!(await this.commits.start(intent))) return undefined;
    const attempt = openedRow(intent);
    this.attempts = [...this.attempts, attempt];
    return attempt;
  }

  private intent(part: number): NewAttempt {
    const { id: taskId, tenantId, source, input, route, unitPrices } = this.task;
    const number = (this.attempts.at(-1)?.number ?? 0) + 1;
    const units = unitsOfCall(this.calls.capability, input);
    const unitPrice = unitPrices[route.indexOf(source)] ?? null;
    const cost = unitPrice === null ? null : units * unitPrice;
    const unitsLeftBefore = this.parts.monitor.unitsLeft(source);
    return { taskId, number, tenantId, source, part, canBill: this.terms.bills, units, cost, unitsLeftBefore };
  }

  private async notePending(decision: DecisionTo<'NOTE_PENDING'>): Promise<undefined> {
    const { attempt, vendorTaskId, billed, percent, wait } = decision;
    const said = { vendorTaskId, answer: undefined, billed };
    await this.note(attempt, said);
    await this.commits.report({ stage: 'VENDOR_PROCESSING', percent });
    await this.commits.release(this.waitMs(wait));
  }

  private async note({ number }: AttemptRow, said: Parameters<typeof noteAnswer>[3]): Promise<void> {
    if (await noteAnswer(this.parts.database, this.task.id, number, said)) return;
    await this.commits.leaveEvidence(number, said.billed, said.vendorTaskId);
  }

  /** What was paid for is written down before it is downloaded: a failed download is resumed, never bought again. */
  private async noteAnswer(decision: DecisionTo<'NOTE_ANSWER'>): Promise<WorkEvent> {
    const { attempt, vendorTaskId, billed, answer } = decision;
    const said = { vendorTaskId, answer, billed, vendorExpiresAt: expiryOf(answer.pictures) };
    await this.note(attempt, said);
    this.replace({ ...attempt, vendorTaskId: vendorTaskId ?? attempt.vendorTaskId, answer, billed });
    return { kind: 'READY' };
  }

  /**
   * All at once, so that one that is slow or fails holds no other back. Each is told as it comes; the last one is written
   * together with what is decided then.
   */
  private async download({ attempt, answer, places }: DecisionTo<'DOWNLOAD'>): Promise<WorkEvent | undefined> {
    if (!(await this.report({ stage: 'FETCHING', percent: 90 }))) return undefined;
    const errors = new Map<number, unknown>();
    let pictures = answer.pictures;
    let warnings = answer.facts.warnings ?? [];
    let waiting = places.length;
    const current = (): NotedAnswer => ({ ...answer, pictures, facts: { ...answer.facts, warnings } });
    const take = async (place: number, kept: Kept) => {
      pictures = pictures.with(place, { ...pictures[place]!, kept: kept.pictures[0]! });
      warnings = [...new Set([...warnings, ...kept.warnings])];
      if (waiting === 0) this.kept = kept;
      else await this.keepOne({ ...attempt, answer: current() }, kept);
    };
    let turn = Promise.resolve();
    await Promise.allSettled(
      places.map(async place => {
        const fetched = await this.fetch([fromNoted(pictures[place]!)]).catch((error: unknown) => ({ error }));
        const taken = async () => {
          waiting -= 1;
          if (!('error' in fetched)) return take(place, fetched);
          errors.set(place, fetched.error);
          return this.logDownload(fetched.error);
        };
        // After an error of ours, e.g. of the database, this picture is fetched again; its file is not left behind.
        turn = turn.then(taken, async error => {
          if (!('error' in fetched)) await fetched.discard();
          throw error;
        });
        await turn;
      }),
    );
    await turn;
    return { kind: 'DOWNLOADED', attempt, answer: current(), errors };
  }

  /** One picture of several is there, and can be seen while the others are awaited. */
  private async keepOne(attempt: AttemptRow, kept: Kept): Promise<void> {
    this.replace(attempt);
    const told = { stage: 'FETCHING', percent: 90, result: resultSoFar(this.situation()) } as const;
    if (!(await this.report(told, { pictures: kept.commit, answer: attempt }))) await kept.discard();
  }

  private async noteDownloads({
    attempt,
    answer,
    result,
  }: DecisionTo<'NOTE_DOWNLOADS'>): Promise<WorkEvent | undefined> {
    const kept = this.takeKept();
    const noted = { ...attempt, answer };
    if (!(await this.report({ stage: 'FETCHING', percent: 90, result }, { pictures: kept?.commit, answer: noted }))) {
      await kept?.discard();
      return undefined;
    }
    this.replace(noted);
    return { kind: 'READY' };
  }

  private logDownload(error: unknown): void {
    const { id: taskId, source } = this.task;
    if (this.signal.aborted) return;
    this.parts.log.warn({ taskId, source, ...loggable(error) }, 'a result could not be downloaded; it is tried again');
  }

  private async keep({ attempt, pictures, facts }: DecisionTo<'KEEP'>): Promise<WorkEvent> {
    this.replace(attempt);
    try {
      this.kept = await this.fetch(pictures);
      const warnings = [...new Set([...(facts.warnings ?? []), ...this.kept.warnings])];
      const result = {
        pictures: this.kept.pictures,
        facts: { ...facts, ...(warnings.length === 0 ? {} : { warnings }) },
      };
      return { kind: 'RESULTS_KEPT', attempt, result };
    } catch (error) {
      // A full disk, say: there is nothing to download again. What may be paid is left to its lease, and to a person then.
      if (this.terms.bills) throw error;
      return this.calls.failed(attempt, error);
    }
  }

  private async fetch(pictures: readonly MadePicture[]): Promise<Kept> {
    const { source } = this.task;
    try {
      const kept = await keepPictures(this.parts, this.task, pictures, this.calls.source, this.signal);
      SIGNALS.download.tell({ source, code: 'DONE' });
      return kept;
    } catch (error) {
      SIGNALS.download.tell({ source, code: DarkroomError.is(error) ? error.code : 'INTERNAL' });
      throw error;
    }
  }

  private async examineDoubt({ attempt, failure, end }: DecisionTo<'EXAMINE_DOUBT'>): Promise<WorkEvent> {
    // A server that stops has no time to ask.
    const unitsLeftAfter = this.signal.aborted ? undefined : await this.parts.monitor.countUnits(this.task.source);
    const rows = await findAttempts(this.parts.database, [this.task.id]);
    const known = rows.find(({ number }) => number === attempt.number) ?? attempt;
    this.replace(known);
    return { kind: 'DOUBT_EXAMINED', attempt: known, failure, end, unitsLeftAfter };
  }

  private async endPart(decision: DecisionTo<'END_PART'>): Promise<WorkEvent | undefined> {
    const { close, stage, percent, result } = decision;
    const kept = this.takeKept();
    if (!(await this.report({ stage, percent, result }, { close, pictures: kept?.commit })))
      return this.discard(kept, close);
    const attempt = this.attempts.find(({ number }) => number === close.number)!;
    this.replace(closedRow(attempt, close.end));
    return { kind: 'READY' };
  }

  private async succeed({ result, close }: DecisionTo<'SUCCEED'>): Promise<undefined> {
    const kept = this.takeKept();
    await this.calls.flushReports();
    const done = await this.commits.succeed(result, { close, pictures: kept?.commit });
    if (!done && close !== undefined) await this.discard(kept, close);
  }

  private async park({ failure, close, result, pollAfterMs }: DecisionTo<'PARK'>): Promise<undefined> {
    await this.commits.park(failure, close, result, pollAfterMs !== undefined);
    if (pollAfterMs !== undefined) await this.commits.release(pollAfterMs);
  }

  /** The task goes on. False where the lease is lost or the task has ended. */
  private async report(details: MoveDetails, part?: PartCommit): Promise<boolean> {
    const held = await this.commits.report(details, part);
    if (held) this.task = { ...this.task, state: 'RUNNING' };
    return held;
  }

  /** The task has ended, or another worker holds it: the pictures are removed, and what they cost stays booked. */
  private async discard(kept: Kept | undefined, { number, end }: Close): Promise<undefined> {
    if (kept === undefined) return;
    await kept.discard();
    await this.commits.leaveLate(number, { outcome: 'CANCELED', billed: end.billed });
  }

  /** At once, and of calls that failed too: what was charged is gone from the package. */
  private countUsage(decision: Decision): void {
    const close = 'close' in decision ? decision.close : undefined;
    const billed = close?.end.billed ?? ('billed' in decision ? decision.billed : 'NO');
    const number = close?.number ?? ('attempt' in decision ? decision.attempt.number : undefined);
    const attempt = this.attempts.find(held => held.number === number);
    if (attempt === undefined) return;
    if (close !== undefined)
      SIGNALS.charge.tell({ source: attempt.source, billed, units: billed === 'NO' ? 0 : attempt.units });
    if (billed !== 'NO') this.parts.monitor.recordUsage(attempt.source, attempt.units);
  }

  private replace(attempt: AttemptRow): void {
    this.attempts = this.attempts.map(held => (held.number === attempt.number ? attempt : held));
  }

  private waitMs(wait: Wait): number {
    if ('scheduledAtAge' in wait) return this.calls.nextPollMs(wait.scheduledAtAge);
    return 'ms' in wait ? wait.ms : backoffMs(wait.backoffMs);
  }
}

async function letGo(committed: Promise<unknown>): Promise<undefined> {
  await committed;
}

/** The row as `closeAttempt` has just written it. */
function closedRow(attempt: AttemptRow, end: AttemptEnd): AttemptRow {
  const { outcome, billed, result = null, final = false, code = null, message = null } = end;
  const { vendorCode = null, requestId = null, unitsLeftAfter = null } = end;
  const said = { code, message, vendorCode, requestId, unitsLeftAfter };
  return { ...attempt, ...said, outcome, billed, result, final, answer: null, endedAt: new Date() };
}
