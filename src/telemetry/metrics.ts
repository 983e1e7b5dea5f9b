import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { SIGNALS } from '../kernel/signals.js';
import type { BudgetStanding } from '../store/budget-rows.js';
import type { TaskStanding } from '../store/standing-rows.js';
import { CounterSeries, HistogramSeries } from './series.js';

/** What is asked for when somebody reads the metrics. */
export interface MetricsSources {
  version: string;
  /** The same at every replica: one database. */
  tasks(): Promise<TaskStanding[]>;
  budgets(): Promise<BudgetStanding[]>;
  vendors(): readonly { source: string; state: string; unitsLeft: number | undefined }[];
  engine(): { waiting: number; running: number; workers: number };
  subscriptions(): number;
  /** Whether work can come now. */
  isReady(): Promise<boolean>;
}

/** What the database says is kept for so long: several Prometheus servers, and a hurried one, cost no more. */
const KEPT_MS = 5_000;

/** Bounds of buckets, in seconds: what takes milliseconds, and what takes minutes. */
const QUICK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SLOW = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600];

/**
 * What this process has seen since it started, and what it finds when it is asked, for Prometheus. Every label has few
 * values: operations, vendors, codes, routes as they are declared. None holds an id, a tenant or anything of a caller.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #ends: (() => void)[];
  #asked: { at: number; tasks: Promise<TaskStanding[]>; budgets: Promise<BudgetStanding[]> } | undefined;

  constructor(private readonly sources: MetricsSources) {
    collectDefaultMetrics({ register: this.#registry });
    this.#ends = [...this.#server(), ...this.#tasks(), ...this.#vendors(), ...this.#machine()];
    this.#standing();
    this.#money();
    this.#now();
  }

  /** The text exposition format. What cannot be asked for is left out, and darkroom_ready is 0. */
  async render(): Promise<{ type: string; text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  /** Hears nothing any more. */
  close(): void {
    for (const end of this.#ends) end();
    this.#registry.clear();
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): CounterSeries<Label> {
    const counter = new CounterSeries(`darkroom_${name}`, help, labelNames);
    this.#registry.registerMetric(counter.exposed);
    return counter;
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    bounds: readonly number[],
    labelNames: readonly Label[],
  ): HistogramSeries<Label> {
    const histogram = new HistogramSeries(`darkroom_${name}`, help, bounds, labelNames);
    this.#registry.registerMetric(histogram.exposed);
    return histogram;
  }

  /** Asked for each time the metrics are read. */
  #gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    collect: (gauge: Gauge<Label>) => void | Promise<void>,
  ): void {
    const gauge: Gauge<Label> = new Gauge({
      name: `darkroom_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      collect: async () => {
        gauge.reset();
        // Of one that cannot be asked nothing is said: the others are needed most just then.
        await Promise.resolve(collect(gauge)).catch(() => gauge.reset());
      },
    });
  }

  #server(): (() => void)[] {
    const requests = this.#histogram('http_request_seconds', 'Answers to HTTP requests, by route as declared.', QUICK, [
      'method',
      'route',
      'status',
    ]);
    const errors = this.#counter('errors_total', 'Errors told to callers, by extensions.code.', ['code']);
    const sockets = new Gauge({
      name: 'darkroom_sockets',
      help: 'WebSockets that are open.',
      registers: [this.#registry],
    });
    sockets.set(0);
    const looks = this.#counter('cache_looks_total', 'Looks for a kept answer.', ['cache', 'result']);
    return [
      SIGNALS.request.listen(({ method, route, status, seconds }) =>
        requests.observe({ method, route, status: String(status) }, seconds),
      ),
      SIGNALS.error.listen(({ code }) => errors.inc({ code })),
      SIGNALS.socket.listen(({ change }) => sockets.inc(change)),
      SIGNALS.cacheLook.listen(({ cache, hit }) => looks.inc({ cache, result: hit ? 'hit' : 'miss' })),
    ];
  }

  #tasks(): (() => void)[] {
    const accepted = this.#counter('tasks_accepted_total', 'Tasks that were accepted here.', ['operation', 'source']);
    const ended = this.#histogram(
      'task_seconds',
      'Tasks that ended here, or came to wait for a person, since they were accepted.',
      SLOW,
      ['operation', 'source', 'state'],
    );
    const failed = this.#counter('task_failures_total', 'Tasks that ended here without a result, by failure.code.', [
      'operation',
      'source',
      'code',
    ]);
    const deliveries = this.#counter('webhook_tries_total', 'Messages sent to webhooks, by what came of it.', [
      'outcome',
    ]);
    return [
      SIGNALS.taskAccepted.listen(({ operation, source }) => accepted.inc({ operation, source })),
      SIGNALS.taskEnded.listen(({ operation, source, state, code, seconds }) => {
        ended.observe({ operation, source, state }, seconds);
        if (code !== undefined) failed.inc({ operation, source, code });
      }),
      SIGNALS.delivery.listen(({ outcome }) => deliveries.inc({ outcome })),
    ];
  }

  #vendors(): (() => void)[] {
    const calls = this.#histogram(
      'vendor_call_seconds',
      'Requests to a vendor, by what came of it: DONE, PENDING, or a code.',
      QUICK,
      ['source', 'operation', 'call', 'code'],
    );
    const units = this.#counter('vendor_units_total', 'Units charged (YES), or in doubt (UNKNOWN).', [
      'source',
      'billed',
    ]);
    const charges = this.#counter('vendor_charges_total', 'Calls by whether they were charged.', ['source', 'billed']);
    const downloads = this.#counter('vendor_downloads_total', 'Results fetched, by what came of it.', [
      'source',
      'code',
    ]);
    return [
      SIGNALS.vendorCall.listen(({ source, operation, call, code, seconds }) =>
        calls.observe({ source, operation, call, code }, seconds),
      ),
      SIGNALS.charge.listen(({ source, billed, units: count }) => {
        charges.inc({ source, billed });
        if (count > 0) units.inc({ source, billed }, count);
      }),
      SIGNALS.download.listen(({ source, code }) => downloads.inc({ source, code })),
    ];
  }

  #machine(): (() => void)[] {
    const jobs = this.#histogram('engine_job_seconds', 'Jobs of the image engine, in a worker.', QUICK, [
      'job',
      'code',
    ]);
    const waited = this.#histogram('engine_wait_seconds', 'How long such a job waited for a worker.', QUICK, []);
    const statements = this.#histogram('database_seconds', 'Statements and transactions.', QUICK, ['kind', 'result']);
    // A first failure is growth only where there was a zero before it.
    for (const kind of ['statement', 'transaction'])
      for (const result of ['ok', 'failed']) statements.zero({ kind, result });
    return [
      SIGNALS.engineJob.listen(({ job, code, waited: before, seconds }) => {
        jobs.observe({ job, code }, seconds);
        waited.observe({}, before);
      }),
      SIGNALS.statement.listen(({ kind, ok, seconds }) =>
        statements.observe({ kind, result: ok ? 'ok' : 'failed' }, seconds),
      ),
    ];
  }

  #standing(): void {
    const labels = ['source', 'operation', 'state'] as const;
    this.#gauge(
      'tasks',
      'Tasks that have not ended, in the whole house: the same at every replica.',
      labels,
      async gauge => {
        for (const { source, operation, state, count } of await this.#look().tasks)
          gauge.set({ source, operation, state }, count);
      },
    );
    this.#gauge('task_oldest_seconds', 'Age of the oldest of them.', labels, async gauge => {
      for (const { source, operation, state, oldestSeconds } of await this.#look().tasks)
        gauge.set({ source, operation, state }, oldestSeconds);
    });
  }

  #money(): void {
    const labels = ['budget', 'vendor', 'per'] as const;
    const share = ({ units, cost, takenUnits, takenCost }: BudgetStanding) =>
      Math.max(units === null ? 0 : takenUnits / (units || 1), cost === null ? 0 : takenCost / (cost || 1));
    this.#gauge(
      'budget_taken_ratio',
      'How much of a budget is taken in its period; 1: nothing is left.',
      labels,
      async gauge => {
        for (const budget of await this.#look().budgets)
          gauge.set({ budget: budget.id, vendor: budget.vendor ?? 'ALL', per: budget.per }, share(budget));
      },
    );
  }

  #now(): void {
    const { sources } = this;
    this.#gauge(
      'vendor_open',
      'Whether a vendor rests after failures, and is not called: 1; HALF_OPEN is 0.5.',
      ['source'],
      gauge => {
        for (const { source, state } of sources.vendors())
          gauge.set({ source }, state === 'OPEN' ? 1 : state === 'HALF_OPEN' ? 0.5 : 0);
      },
    );
    this.#gauge('vendor_units_left', "Units left of a vendor's package, where that is known.", ['source'], gauge => {
      for (const { source, unitsLeft } of sources.vendors())
        if (unitsLeft !== undefined) gauge.set({ source }, unitsLeft);
    });
    this.#gauge('engine_jobs', 'Jobs of the image engine that wait, and that are under way.', ['state'], gauge => {
      const { waiting, running } = sources.engine();
      gauge.set({ state: 'waiting' }, waiting);
      gauge.set({ state: 'running' }, running);
    });
    this.#gauge('engine_workers', 'Processes of the image engine.', [], gauge => gauge.set(sources.engine().workers));
    this.#gauge('subscriptions', 'Subscriptions to single tasks.', [], gauge => gauge.set(sources.subscriptions()));
    this.#gauge('ready', 'Whether work can come now, as /health/ready says.', [], async gauge =>
      gauge.set((await sources.isReady()) ? 1 : 0),
    );
    this.#gauge('build_info', 'The version that runs.', ['version'], gauge =>
      gauge.set({ version: sources.version }, 1),
    );
  }

  #look() {
    const now = performance.now();
    if (this.#asked === undefined || now - this.#asked.at > KEPT_MS) {
      const [tasks, budgets] = [this.sources.tasks(), this.sources.budgets()];
      this.#asked = { at: now, tasks, budgets };
      // Whoever reads it meets the failure; until then it is no error that nobody handled.
      for (const asked of [tasks, budgets]) asked.catch(() => {});
    }
    return this.#asked;
  }
}
