import { Worker } from 'node:worker_threads';
import { DarkroomError, type ErrorCode, type FieldError } from '../kernel/errors.js';

export interface PoolLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface PoolOptions {
  /** The compiled worker script. It answers each `ToWorker` with `FromWorker` messages of the same id. */
  script: string;
  workers: number;
  /** Capacity of the queue. One more job is refused with OVERLOADED. */
  queue: number;
  /** Deadline of a job, from the moment a worker takes it. The start of the worker counts. */
  jobMs: number;
  /** Limit of the JavaScript heap of a worker. */
  heapMb: number;
  /** Idle time after which a worker is ended. The first worker stays. */
  idleMs: number;
  log: PoolLog;
}

export interface ToWorker {
  id: number;
  job: unknown;
}

export type FromWorker =
  | { id: number; kind: 'progress'; value: unknown }
  | { id: number; kind: 'done'; value: unknown }
  | { id: number; kind: 'failed'; error: { code: ErrorCode; message: string; fields: readonly FieldError[] } };

export interface RunOptions {
  /**
   * An aborted job that waits is dropped. One that runs goes on and its result is ignored: a terminated worker would
   * have to load its models again, which costs more than the rest of a photo.
   */
  signal?: AbortSignal | undefined;
  onProgress?: (value: never) => void;
  /** Placed before all jobs that are not urgent. For short work that completes what long work has begun. */
  urgent?: boolean;
}

interface Job {
  id: number;
  payload: unknown;
  urgent: boolean;
  onProgress: ((value: never) => void) | undefined;
  settle(outcome: { value: unknown } | { error: unknown }): void;
}

/** A place for one worker thread. A new thread is started when work comes after the last one crashed or was ended. */
interface Slot {
  worker?: Worker;
  job?: Job;
  deadline?: NodeJS.Timeout;
  idle?: NodeJS.Timeout;
}

/**
 * A pool of worker threads with a queue; each worker runs one job at a time. A worker that crashes, runs out of memory
 * or exceeds the deadline fails only its own job (ENGINE_CRASHED, ENGINE_TIMEOUT), and its slot can take the next job
 * at once.
 */
export class WorkerPool {
  private readonly slots: Slot[];
  private readonly waiting: Job[] = [];
  private lastId = 0;
  private closed = false;

  constructor(private readonly options: PoolOptions) {
    this.slots = Array.from({ length: options.workers }, () => ({}));
  }

  /**
   * Errors: OVERLOADED, STOPPING, ENGINE_CRASHED, ENGINE_TIMEOUT, the reason of the signal, and what the worker itself
   * reports.
   */
  run<Result>(payload: unknown, { signal, onProgress, urgent = false }: RunOptions = {}): Promise<Result> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.closed) return Promise.reject(new DarkroomError('STOPPING'));
    if (this.waiting.length >= this.options.queue) return Promise.reject(new DarkroomError('OVERLOADED'));
    return new Promise<Result>((resolve, reject) => {
      const job: Job = {
        id: ++this.lastId,
        payload,
        urgent,
        onProgress,
        settle: outcome => {
          signal?.removeEventListener('abort', abort);
          job.onProgress = undefined;
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

  /** Ends every worker; running and waiting jobs fail with STOPPING. */
  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.waiting.splice(0)) job.settle({ error: new DarkroomError('STOPPING') });
    await Promise.all(this.slots.map(slot => this.end(slot, new DarkroomError('STOPPING'))));
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const slot = this.slots.find(each => each.worker && !each.job) ?? this.slots.find(each => !each.worker);
      if (!slot) return;
      const job = this.waiting.shift()!;
      clearTimeout(slot.idle);
      const worker = slot.worker ?? this.spawn(slot);
      slot.job = job;
      slot.deadline = setTimeout(() => this.onDeadline(slot), this.options.jobMs);
      worker.postMessage({ id: job.id, job: job.payload } satisfies ToWorker);
    }
  }

  private spawn(slot: Slot): Worker {
    const worker = new Worker(this.options.script, {
      resourceLimits: { maxOldGenerationSizeMb: this.options.heapMb },
      // Workers decode bytes from strangers, so they get nothing of the environment: it holds secrets.
      env: {},
    });
    slot.worker = worker;
    worker.on('message', (message: FromWorker) => this.receive(slot, message));
    worker.on('error', error => this.onLost(slot, worker, error));
    worker.on('exit', () => this.onLost(slot, worker));
    return worker;
  }

  private receive(slot: Slot, message: FromWorker): void {
    const { job } = slot;
    if (!job || message.id !== job.id) return;
    if (message.kind === 'progress') {
      job.onProgress?.(message.value as never);
      return;
    }
    this.release(slot);
    if (message.kind === 'done') job.settle({ value: message.value });
    else job.settle({ error: new DarkroomError(message.error.code, message.error.message, message.error.fields) });
    if (!slot.job && slot !== this.slots[0]) {
      slot.idle = setTimeout(() => void this.end(slot), this.options.idleMs).unref();
    }
  }

  private release(slot: Slot): void {
    clearTimeout(slot.deadline);
    delete slot.job;
    this.dispatch();
  }

  private onDeadline(slot: Slot): void {
    this.options.log.warn({ jobMs: this.options.jobMs }, 'image worker passed its deadline and is ended');
    void this.end(slot, new DarkroomError('ENGINE_TIMEOUT'));
  }

  /** The worker ended by itself. Only name and code of the error are logged: its message can quote what was decoded. */
  private onLost(slot: Slot, worker: Worker, error?: Error & { code?: string }): void {
    if (slot.worker !== worker) return;
    this.options.log.warn({ error: error?.name, code: error?.code }, 'image worker ended unexpectedly');
    void this.end(slot, new DarkroomError('ENGINE_CRASHED'));
  }

  private async end(slot: Slot, reason?: DarkroomError): Promise<void> {
    const { worker, job } = slot;
    clearTimeout(slot.idle);
    delete slot.worker;
    job?.settle({ error: reason });
    this.release(slot);
    await worker?.terminate();
  }
}
