import type { Logger } from 'pino';
import type {
  Answer,
  Call,
  Capability,
  DataSource,
  JobContext,
  Operation,
  SourceKey,
  TaskStage,
} from '../../../datasources/contract.js';
import { DarkroomError } from '../../kernel/errors.js';
import { SIGNALS } from '../../kernel/signals.js';
import { beginSpan } from '../../kernel/spans.js';
import { VendorError } from '../../kernel/vendor-error.js';
import { type AttemptRow, noteSent } from '../../store/attempt-rows.js';
import type { Database } from '../../store/database.js';
import type { Task } from '../../store/task.js';
import type { VendorMonitor } from '../vendors/vendor-monitor.js';
import { endsWork, loggable } from './call-failure.js';
import type { WorkEvent } from './decision.js';
import { type OperationTable, photosOf, rulesOf } from './operation-rules.js';

export interface CallParts {
  database: Database;
  operations: OperationTable;
  sources: ReadonlyMap<SourceKey, DataSource>;
  monitor: VendorMonitor;
  /** What a data source may ask of us, for one task. */
  contextOf(
    task: Task,
    capability: Capability<Operation>,
    signal: AbortSignal,
    tell: Pick<JobContext, 'report' | 'sent'>,
  ): JobContext;
  log: Logger;
}

/** The calls of one task to its vendor, through the monitor. Whatever comes of a call is an event. */
export class VendorCalls {
  readonly source: DataSource;
  readonly capability: Capability<Operation>;
  /** What the data source told during a call, on its way to the store. */
  private reports: Promise<unknown>[] = [];
  private submitted = 0;

  constructor(
    private readonly parts: CallParts,
    private readonly task: Task,
    private readonly signal: AbortSignal,
    private readonly report: (stage: TaskStage, percent?: number) => Promise<unknown>,
    /** The work that the calls are a part of. */
    private readonly traceparent: string | undefined,
  ) {
    // Only tasks of sources that are here are claimed, and a route leads only to sources that can do the operation.
    this.source = parts.sources.get(task.source)!;
    this.capability = this.source.capabilities[task.operation] as Capability<Operation>;
  }

  /** The call that the monitor has admitted. */
  async submit(attempt: AttemptRow): Promise<WorkEvent> {
    const { monitor } = this.parts;
    let event: WorkEvent;
    try {
      this.submitted += 1;
      const answer = await monitor.callAdmitted(this.task.source, async () => {
        if (this.submitted > 1) await monitor.throttle(this.task.source, this.signal);
        return this.told('submit', () => this.capability.submit(this.callOf(attempt), this.contextOf(attempt)));
      });
      event = this.answered(attempt, answer);
    } catch (error) {
      event = this.failed(attempt, error);
    }
    await this.flushReports();
    return event;
  }

  async poll(attempt: AttemptRow, vendorTaskId: string, ageMs: number): Promise<WorkEvent> {
    const { monitor, log } = this.parts;
    let answer: Answer;
    try {
      answer = await monitor.ask(this.task.source, () =>
        this.told('poll', () => this.capability.poll!(this.callOf(attempt), vendorTaskId, this.contextOf(attempt))),
      );
    } catch (error) {
      if (endsWork(error)) this.logFailure(error);
      else if (!this.signal.aborted)
        log.warn({ ...this.who(), ...loggable(error) }, 'a vendor did not say how a task stands; it is asked again');
      return { kind: 'POLL_FAILED', attempt, ageMs, error };
    }
    if (ageMs > 0) monitor.schedule.answered(this.scheduleKey, ageMs, answer.state === 'DONE');
    if (answer.state !== 'PENDING') return this.answered(attempt, answer);
    const { percent, pollAfterMs } = answer;
    if (percent !== undefined && percent !== this.task.progressPercent && this.task.state === 'RUNNING')
      await this.report('VENDOR_PROCESSING', percent);
    return { kind: 'STILL_PENDING', attempt, ageMs, pollAfterMs };
  }

  /** When work that was sent `ageMs` ago is worth asking about again, in ms. */
  nextPollMs(ageMs: number): number {
    return this.parts.monitor.schedule.next(this.scheduleKey, ageMs);
  }

  /** What a call threw, or what came of an answer that costs nothing. */
  failed(attempt: AttemptRow, error: unknown): WorkEvent {
    // The signal's own reason comes only from before anything was sent; what costs nothing may be dropped anywhere.
    const nothingSent = error === this.signal.reason || (!this.capability.bills && !VendorError.is(error));
    if (!(this.signal.aborted && nothingSent)) this.logFailure(error);
    return { kind: 'CALL_FAILED', attempt, error, nothingSent };
  }

  /** Resolves when everything that the data source told is in the store. */
  async flushReports(): Promise<void> {
    await Promise.all(this.reports.splice(0));
  }

  private answered(attempt: AttemptRow, answer: Answer): WorkEvent {
    if (answer.state === 'DONE' && answer.facts?.vendorMessage !== undefined)
      this.parts.log.info({ ...this.who(), vendorMessage: answer.facts.vendorMessage }, 'the vendor says');
    return { kind: 'ANSWERED', attempt, answer };
  }

  private logFailure(error: unknown): void {
    const { log } = this.parts;
    if (DarkroomError.is(error) && error.code !== 'INTERNAL')
      log.info({ ...this.who(), operation: this.task.operation, ...loggable(error) }, 'a call failed');
    else log.error({ err: error, taskId: this.task.id }, 'a task failed for a reason of ours');
  }

  private callOf({ part }: AttemptRow): Call<Operation> {
    const { task } = this;
    const photos = photosOf(rulesOf(this.parts.operations, task), task);
    return { operation: task.operation, job: task.input, photos, part };
  }

  private contextOf({ number }: AttemptRow): JobContext {
    const { contextOf, database, log, monitor } = this.parts;
    const keep = (written: Promise<unknown>) =>
      this.reports.push(
        written.catch(error => log.warn({ err: error, taskId: this.task.id }, 'a progress report was not kept')),
      );
    return contextOf(this.task, this.capability, this.signal, {
      report: (stage, percent) => keep(this.report(stage, percent)),
      sent: () => {
        monitor.recordSend(this.task.source);
        keep(noteSent(database, this.task.id, number));
      },
    });
  }

  /** One request to the vendor, or a job of the engine, told to the metrics and to the log. */
  private async told(call: 'submit' | 'poll', work: () => Promise<Answer>): Promise<Answer> {
    const { operation, source } = this.task;
    const began = performance.now();
    const span = beginSpan(`${source} ${call}`, 'CLIENT', this.traceparent);
    const tell = (code: string) => {
      const ms = performance.now() - began;
      const failure = code === 'DONE' || code === 'PENDING' ? undefined : code;
      span.end({ 'darkroom.source': source, 'darkroom.operation': operation, 'darkroom.code': code }, failure);
      SIGNALS.vendorCall.tell({ source, operation, call, code, seconds: ms / 1_000 });
      const line = { ...this.who(), operation, call, code, ms: Math.round(ms) };
      // A task is polled many times, and its end says what came of it.
      if (call === 'poll') this.parts.log.debug(line, 'a vendor was called');
      else this.parts.log.info(line, 'a vendor was called');
    };
    try {
      const answer = await work();
      tell(answer.state);
      return answer;
    } catch (error) {
      tell(DarkroomError.is(error) ? error.code : this.signal.aborted ? 'ABORTED' : 'INTERNAL');
      throw error;
    }
  }

  private get scheduleKey(): string {
    return `${this.task.source} ${this.task.operation}`;
  }

  private who(): { taskId: string; source: SourceKey } {
    return { taskId: this.task.id, source: this.task.source };
  }
}
