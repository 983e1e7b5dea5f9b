import { DarkroomError } from '../kernel/errors.js';
import { SIGNALS } from '../kernel/signals.js';
import { type FromWorker, type WorkerEnd, type WorkerOptions, WorkerProcess } from './worker-process.js';

export interface PoolLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface PoolOptions extends WorkerOptions {
  workers: number;
  /** Bounds of the queue, in jobs and in their cost. One more job is refused with OVERLOADED. */
  queue: number;
  queueCost: number;
  /** Cost of the jobs under way together. A job that costs more runs alone. */
  costAtOnce: number;
  /** Deadline of a job, from the moment a worker takes it. The start of the worker counts. */
  jobMs: number;
  /** Idle time after which a worker is ended. The first worker stays. */
  idleMs: number;
  log: PoolLog;
}

export interface RunOptions {
  /**
   * An aborted job that waits is dropped. One that runs goes on and its result is ignored: a new worker would have to
   * load its models again, which costs more than the rest of a photo.
   */
  signal?: AbortSignal | undefined;
  onProgress?: (value: never) => void;
  /** What kind of work it is, for the metrics. */
  name?: string;
  /** Placed before all jobs that are not urgent. For short work that completes what long work has begun. */
  urgent?: boolean;
  /** What the job takes, in the unit of the options. */
  cost?: number;
  /** Workers that hold some of the payload already. A free one of them is preferred, and is sent the rest alone. */
  held?: { by: WeakSet<object>; rest: unknown };
  /** Called with the worker that takes the job. The object stands for its process. */
  onTaken?: (worker: object) => void;
}

interface Job extends Pick<RunOptions, 'held' | 'onTaken'> {
  id: number;
  /** Or a function that makes it. */
  payload: unknown;
  cost: number;
  urgent: boolean;
  onProgress: ((value: never) => void) | undefined;
  /** When a worker took it, by `performance.now()`. */
  takenAt?: number;
  settle(outcome: { value: unknown } | { error: unknown }): void;
}

/** A place for one worker. A new one is started when work comes after the last one crashed or was ended. */
interface Slot {
  worker?: WorkerProcess;
  /** The script has started and takes jobs. */
  ready?: boolean;
  job?: Job;
  deadline?: NodeJS.Timeout;
  idle?: NodeJS.Timeout;
  /** The last worker did not come up. The next one is not started at once, so that a broken script cannot take a core. */
  pause?: NodeJS.Timeout;
}

const PAUSE_MS = 1_000;

/**
 * A pool of worker processes with a queue; each worker runs one job at a time. A worker that crashes (in native code
 * too), takes too much memory or exceeds the deadline fails only its own job (ENGINE_CRASHED, ENGINE_TIMEOUT), and its
 * slot can take the next job at once.
 *
 * Jobs begin in the order of the queue and while the cost under way allows. None overtakes one that waits for cost, so
 * a large one does not starve.
 */
export class WorkerPool {
  private readonly slots: Slot[];
  private readonly waiting: Job[] = [];
  /** Processes that are not gone yet. */
  private readonly processes = new Set<WorkerProcess>();
  private lastId = 0;
  private closed = false;

  constructor(private readonly options: PoolOptions) {
    this.slots = Array.from({ length: options.workers }, () => ({}));
  }

  /**
   * Errors: OVERLOADED, STOPPING, ENGINE_CRASHED, ENGINE_TIMEOUT, the reason of the signal, and what the worker itself
   * reports.
   * @param payload or a function that makes it, which is called when a worker takes the job: until then nothing is held
   */
  run<Result>(payload: unknown, options: RunOptions = {}): Promise<Result> {
    const { signal, onProgress, urgent = false, name = 'job' } = options;
    const askedAt = performance.now();
    const cost = Math.min(options.cost ?? 0, this.options.costAtOnce);
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.closed) return Promise.reject(new DarkroomError('STOPPING'));
    if (this.isFull(cost)) return Promise.reject(new DarkroomError('OVERLOADED'));
    return new Promise<Result>((resolve, reject) => {
      const job: Job = {
        ...options,
        id: ++this.lastId,
        payload,
        cost,
        urgent,
        onProgress,
        settle: outcome => {
          signal?.removeEventListener('abort', abort);
          job.onProgress = undefined;
          tellJob(name, askedAt, job.takenAt, outcome);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value as Result);
        },
      };
      const abort = () => {
        const place = this.waiting.indexOf(job);
        if (place >= 0) this.waiting.splice(place, 1);
        job.settle({ error: signal?.reason });
      };
      signal?.addEventListener('abort', abort);
      const behind = urgent ? this.waiting.findIndex(other => !other.urgent) : -1;
      this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, job);
      this.dispatch();
    });
  }

  /** Ends every worker; running and waiting jobs fail with STOPPING. Resolves when all processes are gone. */
  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.waiting.splice(0)) job.settle({ error: new DarkroomError('STOPPING') });
    for (const slot of this.slots) this.end(slot, new DarkroomError('STOPPING'));
    await Promise.all([...this.processes].map(worker => worker.ended));
  }

  /** Jobs that wait, jobs under way, and processes that are there. */
  get standing(): { waiting: number; running: number; workers: number } {
    const running = this.slots.filter(({ job }) => job).length;
    return { waiting: this.waiting.length, running, workers: this.processes.size };
  }

  private isFull(cost: number): boolean {
    const { queue, queueCost } = this.options;
    if (this.waiting.length === 0) return false;
    return this.waiting.length >= queue || costOf(this.waiting) + cost > queueCost;
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const running = costOf(this.slots.flatMap(({ job }) => job ?? []));
      const [job] = this.waiting as [Job];
      const slot = this.freeSlotFor(job);
      if (!slot || running + job.cost > this.options.costAtOnce) return;
      this.waiting.shift();
      clearTimeout(slot.idle);
      slot.job = job;
      job.takenAt = performance.now();
      slot.deadline = setTimeout(() => this.onDeadline(slot), this.options.jobMs);
      this.give(job, slot);
    }
  }

  private freeSlotFor({ held }: Job): Slot | undefined {
    const free = this.slots.filter(({ worker, job }) => worker && !job);
    return (
      free.find(({ worker }) => held?.by.has(worker!)) ??
      free[0] ??
      this.slots.find(({ worker, pause }) => !worker && !pause)
    );
  }

  private give({ id, payload, held, onTaken }: Job, slot: Slot): void {
    const worker = this.workerOf(slot);
    if (!worker) return;
    if (typeof payload === 'function') void this.make(payload as () => Promise<unknown>, slot, worker, id);
    else worker.send({ id, job: held?.by.has(worker) ? held.rest : payload });
    onTaken?.(worker);
  }

  private async make(payload: () => Promise<unknown>, slot: Slot, worker: WorkerProcess, id: number): Promise<void> {
    const waits = () => slot.worker === worker && slot.job?.id === id;
    try {
      const job = await payload();
      if (waits()) worker.send({ id, job });
    } catch (error) {
      if (!waits()) return;
      const { job } = slot;
      this.release(slot);
      job!.settle({ error });
    }
  }

  /** Undefined where the system can start no process; the job of the slot has failed then. */
  private workerOf(slot: Slot): WorkerProcess | undefined {
    if (slot.worker) return slot.worker;
    try {
      const worker: WorkerProcess = new WorkerProcess(this.options, {
        onMessage: message => this.receive(slot, worker, message),
        onEnd: end => {
          this.processes.delete(worker);
          if (slot.worker === worker) this.onLost(slot, end);
        },
      });
      slot.worker = worker;
      this.processes.add(worker);
      return worker;
    } catch (error) {
      this.onLost(slot, { exitCode: null, signal: null, error: (error as NodeJS.ErrnoException).code, output: '' });
      return undefined;
    }
  }

  private receive(slot: Slot, worker: WorkerProcess, message: FromWorker): void {
    if (slot.worker !== worker) return;
    if (message.kind === 'ready') {
      slot.ready = true;
      return;
    }
    const { job } = slot;
    if (!job || message.id !== job.id) return;
    if (message.kind === 'progress') {
      job.onProgress?.(message.value as never);
      return;
    }
    const output = worker.takeOutput();
    if (output) this.options.log.warn({ output }, 'an image worker wrote');
    this.release(slot);
    if (message.kind === 'done') job.settle({ value: message.value });
    else job.settle({ error: new DarkroomError(message.error.code, message.error.message, message.error.fields) });
    if (!slot.job && slot !== this.slots[0]) {
      slot.idle = setTimeout(() => this.end(slot), this.options.idleMs).unref();
    }
  }

  private release(slot: Slot): void {
    clearTimeout(slot.deadline);
    delete slot.job;
    this.dispatch();
  }

  private onDeadline(slot: Slot): void {
    this.options.log.warn({ jobMs: this.options.jobMs }, 'image worker passed its deadline and is ended');
    this.end(slot, new DarkroomError('ENGINE_TIMEOUT'));
  }

  private onLost(slot: Slot, end: WorkerEnd): void {
    this.options.log.warn(end, slot.ready ? 'image worker ended unexpectedly' : 'image worker could not start');
    if (!slot.ready) {
      slot.pause = setTimeout(() => {
        delete slot.pause;
        this.dispatch();
      }, PAUSE_MS);
    }
    this.end(slot, new DarkroomError('ENGINE_CRASHED'));
  }

  private end(slot: Slot, reason?: DarkroomError): void {
    const { worker, job } = slot;
    clearTimeout(slot.idle);
    if (this.closed) clearTimeout(slot.pause);
    delete slot.worker;
    delete slot.ready;
    worker?.kill();
    job?.settle({ error: reason });
    this.release(slot);
  }
}

/** An error that is not ours is the caller's: its work was aborted. */
function tellJob(
  job: string,
  askedAt: number,
  takenAt: number | undefined,
  outcome: { value: unknown } | { error: unknown },
): void {
  const now = performance.now();
  const code = 'value' in outcome ? 'DONE' : DarkroomError.is(outcome.error) ? outcome.error.code : 'ABORTED';
  const [waited, seconds] = [(takenAt ?? now) - askedAt, now - (takenAt ?? now)];
  SIGNALS.engineJob.tell({ job, code, waited: waited / 1_000, seconds: seconds / 1_000 });
}

function costOf(jobs: readonly Job[]): number {
  return jobs.reduce((sum, { cost }) => sum + cost, 0);
}
