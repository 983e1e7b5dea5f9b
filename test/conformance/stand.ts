import http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type DataSource,
  type JobContext,
  type Operation,
  type SecretsOf,
  sourceKey,
} from '../../datasources/contract.js';
import { openVendors, VENDOR_VARIABLES } from '../../datasources/registry.js';
import {
  type Sandbox,
  type SandboxOptions,
  type SandboxSettings,
  type SandboxState,
  startSandbox,
} from '../../sandbox/sandbox.js';
import { fakePictures, jpegHeader } from '../../sandbox/test-clients.js';
import { sniff } from '../../src/assets/sniff.js';
import { ANYONE } from '../../src/audit/acts.js';
import { readVendorVariables } from '../../src/config.js';
import { download } from '../../src/net/download.js';
import { rowOf } from '../../src/operations/operations.js';
import type { Database } from '../../src/store/database.js';
import type { PhotoRow } from '../../src/store/photo-rows.js';
import type { Task } from '../../src/store/task.js';
import { isTerminal } from '../../src/tasks/machine/machine.js';
import { photoNames } from '../../src/tasks/work/operation-rules.js';
import type { TaskRunner } from '../../src/tasks/work/runner.js';
import { OPTIONS, openTaskHouse, type TaskHouse, TENANT } from '../task-house.js';
import { type Deployment, type Flow, PHOTO_ID, type RemoteVendor, type Variant } from './flows.js';
import { VirtualTime } from './virtual-time.js';

/** Real time, after which a cell that has not come to its end has failed. */
const PATIENCE_MS = 8_000;
const HOUR_MS = 3_600_000;
/** Nobody's: born in 1900. */
const PERSON = { name: '测试', idNumber: '110101190001010006' };
const QUICK = { paintingQueue: { medianMs: 0, sigma: 0 }, restorationQueue: { medianMs: 0, sigma: 0 } };

const pictures = {
  ...fakePictures,
  restore: async () => jpegHeader(400, 400),
  changeBackground: async () => jpegHeader(400, 400),
};

export type Calls = SandboxState['vendors'][RemoteVendor]['calls'];

/** What one task is put through. */
export interface Trial {
  flow: Flow;
  variant: Variant;
  /** POSTed to the control endpoint before the task begins: its path and its body. */
  orders?: readonly (readonly [path: string, body: object])[];
  deployment?: Deployment;
  /** Results may be fetched from any host, as from a public one. */
  trustsAnyHost?: boolean;
  /** How long to travel instead of the wait that the task is in. */
  travel?(calls: Calls): number | undefined;
  /** Cancel once this call was asked for. */
  cancelAt?: string;
  /** Go on where NEEDS_REVIEW is not yet the end. */
  pastReview?: boolean;
  /** Called when everything is ready, just before the task is made. */
  begin?(): void;
}

export interface Outcome {
  task: Task;
  attempts: Awaited<ReturnType<TaskHouse['tasks']['attempts']>>;
  calls: Calls;
  breaches: string[];
  foreign: SandboxState['foreign'];
  /** Every wait that the task was given, in ms. */
  waits: number[];
  vendorOrigins: readonly string[];
}

/** One vendor of the sandbox, real HTTP in between, and the real task runner on a real database before it. */
export class Stand {
  private photo: Buffer = Buffer.alloc(0);
  private trustsAnyHost = false;
  private trials = 0;
  private stock: PhotoRow[] = [];

  private constructor(
    private readonly vendor: RemoteVendor,
    private readonly sandbox: Sandbox,
    private readonly photos: http.Server,
    private readonly time: VirtualTime,
  ) {}

  private house!: TaskHouse;

  /** @param database default: one of its own; it is closed with the stand */
  static async open(
    vendor: RemoteVendor,
    { database, ...over }: Pick<SandboxOptions, 'through'> & { database?: Database } = {},
  ): Promise<Stand> {
    const sandbox = await startSandbox({ pictures, seed: 1, settings: QUICK, ...over });
    const photos = http.createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(stand.photo);
    });
    await new Promise<void>(resolve => photos.listen(0, '127.0.0.1', resolve));
    const stand: Stand = new Stand(vendor, sandbox, photos, new VirtualTime());
    const context: Partial<JobContext> = {
      photo: async () => stand.photo,
      photoUrl: async () => `http://127.0.0.1:${(photos.address() as AddressInfo).port}/photo.jpg`,
      open: async <O extends Operation>() => PERSON as unknown as SecretsOf<O>,
    };
    const received = async (bytes: Uint8Array) => ({ bytes, ...sniff(bytes), dpi: null, labels: [] });
    stand.house = await openTaskHouse(
      {
        download: (url, options) =>
          download(url, stand.trustsAnyHost ? { ...options, allowOrigins: [new URL(url).origin] } : options),
        receive: received,
        label: received,
      },
      context,
      { allowHttpResults: true, ...(database === undefined ? {} : { database }) },
    );
    return stand;
  }

  async close(): Promise<void> {
    this.time.restore();
    await this.house.close();
    await this.sandbox.close();
    this.photos.closeAllConnections();
    await new Promise(resolve => this.photos.close(resolve));
  }

  /** The vendor as an operator sets it up. Undefined where these variables do not configure it. */
  openSource(deployment: Deployment = { name: 'usual' }): DataSource | undefined {
    const { environment, appCodes } = this.sandbox;
    const { appCode } = deployment;
    const values: Record<string, string> = { ...environment, ...deployment.environment };
    if (appCode !== undefined) {
      delete values[`${appCode}_APP_KEY`];
      delete values[`${appCode}_APP_SECRET`];
      values[`${appCode}_APP_CODE`] = appCodes[appCode];
    }
    const sources = openVendors(readVendorVariables(values, VENDOR_VARIABLES), false);
    return sources.find(({ vendor }) => vendor === this.vendor);
  }

  async order(path: string, body: object): Promise<void> {
    const answer = await fetch(`${this.sandbox.controlUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the sandbox does not take this order: ${await answer.text()}`);
  }

  /** One task from its creation to its end, with whatever goes wrong in between. */
  async run(trial: Trial): Promise<Outcome> {
    const { flow, variant, deployment } = trial;
    // Another photo each time, so that no request of one trial is taken for one of another.
    this.trials += 1;
    this.photo = jpegHeader(600, 800, `portrait ${this.trials}`);
    this.trustsAnyHost = false;
    await this.reset(deployment?.settings);
    const source = this.openSource(deployment);
    if (source === undefined) throw new Error(`the variables of the sandbox do not configure ${this.vendor}`);
    // A question after the package that is under way while the time moves would have a login of before.
    const asked = Object.create(source, { quota: { value: undefined } }) as DataSource;
    const { operations, runner } = this.house.withSources(asked);
    runner.start();
    try {
      const previews = flow.after === undefined ? [] : await this.previews(source, flow, runner);
      await this.reset(deployment?.settings);
      for (const [path, body] of trial.orders ?? []) await this.order(path, body);
      this.trustsAnyHost = trial.trustsAnyHost ?? false;
      trial.begin?.();
      const created = await this.create(operations, source, flow, variant, previews);
      const waits = await this.follow(created.id, runner, trial);
      const [task, attempts] = [await this.find(created.id), await this.house.tasks.attempts([created.id])];
      await this.linger(task, runner);
      const seen = this.observe(source);
      // What waits for a person is asked on, and would be in the next trial.
      if (!isTerminal(task.state)) await this.house.tasks.cancel(TENANT, task.id, ANYONE);
      return { task, attempts, waits, ...seen };
    } finally {
      await runner.stop(0);
      await source.close?.();
    }
  }

  private async reset(settings: Partial<SandboxSettings> = {}): Promise<void> {
    await this.order('/reset', {});
    await this.order('/settings', settings);
  }

  /** Photos that nobody has bought; made six at a time, since each trial uses some up. */
  private async previews(source: DataSource, flow: Flow, runner: TaskRunner): Promise<PhotoRow[]> {
    const needed = Math.max(...flow.variants.map(({ calls }) => calls));
    this.stock = this.stock.filter(({ releaseUntil }) => (releaseUntil?.getTime() ?? 0) > Date.now());
    if (this.stock.length < needed) {
      const backgrounds = [1, 2, 3, 4, 5, 6].map(digit => ({ kind: 'solid' as const, hex: `#1${digit}3456` }));
      const task = await this.house.create({
        route: [sourceKey(source)],
        job: { specId: null, options: { ...OPTIONS, backgrounds } },
      });
      await this.follow(task.id, runner, { flow, variant: flow.variants[0] });
      this.stock = await this.house.tasks.photosOf(TENANT, [task.id]);
    }
    return this.stock.splice(0, needed);
  }

  private create(
    operations: TaskHouse['operations'],
    source: DataSource,
    flow: Flow,
    variant: Variant,
    previews: readonly PhotoRow[],
  ): Promise<Task> {
    const job = variant.job(previews);
    if ('photos' in job)
      return operations.create(
        TENANT,
        'RELEASE',
        {
          photoIds: job.photos.map(({ photoId }) => photoId),
        },
        ANYONE,
      );
    return this.house.tasks.create(TENANT, {
      operation: flow.operation,
      job,
      inputAssets: photoNames(rowOf(flow.operation)).map(() => PHOTO_ID),
      route: [sourceKey(source)],
      ignoredOptions: [],
      fingerprint: '',
      reference: null,
      labels: [],
      by: ANYONE,
    });
  }

  /** To the end of the task; its waits are noted and jumped over. */
  private async follow(id: string, runner: TaskRunner, trial: Trial): Promise<number[]> {
    const waits: number[] = [];
    const until = performance.now() + PATIENCE_MS;
    let canceled = false;
    for (;;) {
      const task = await this.find(id);
      if (isTerminal(task.state) || (task.state === 'NEEDS_REVIEW' && !trial.pastReview)) return waits;
      if (performance.now() > until) throw new Error(`still ${task.state} (${task.stage}) after ${PATIENCE_MS} ms`);
      if (trial.cancelAt !== undefined && !canceled && (this.calls()[trial.cancelAt]?.requests ?? 0) > 0) {
        canceled = true;
        // So that the first half of the answer is on its way.
        await pause(20);
        await this.house.tasks.cancel(TENANT, id, ANYONE);
      }
      const wait = await this.waitOf(id);
      if (wait === undefined && task.state === 'NEEDS_REVIEW' && !(await this.isQueued(id))) return waits;
      if (wait === undefined) {
        await pause(3);
        continue;
      }
      waits.push(wait);
      this.time.travel(trial.travel?.(this.calls()) ?? wait);
      await this.makeDue(id);
      runner.wake();
    }
  }

  /** An hour later still nothing more may have been sent. */
  private async linger({ state }: Task, runner: TaskRunner): Promise<void> {
    if (state === 'SUCCEEDED') return;
    this.time.travel(HOUR_MS);
    runner.wake();
    await pause(10);
  }

  private observe(source: DataSource): Pick<Outcome, 'calls' | 'breaches' | 'foreign' | 'vendorOrigins'> {
    const { breaches, foreign } = this.sandbox.state();
    return {
      calls: this.calls(),
      breaches: breaches.map(({ kind }) => kind),
      foreign,
      vendorOrigins: [...Object.values(this.sandbox.origins), ...source.origins],
    };
  }

  private calls(): Calls {
    return this.sandbox.state().vendors[this.vendor].calls;
  }

  private async find(id: string): Promise<Task> {
    const task = await this.house.tasks.find(TENANT, id);
    if (task === undefined) throw new Error('the task is gone');
    return task;
  }

  /** Milliseconds until a task that nobody works on is due; undefined where somebody does, or it is not queued. */
  private async waitOf(id: string): Promise<number | undefined> {
    const [row] = await this.house.database.query<{ ms: number }>(
      `select (extract(epoch from due_at - now()) * 1000)::float8 as ms from task_queue
       where task_id = $1 and leased_until is null and due_at > now() + interval '5 ms'`,
      [id],
    );
    return row?.ms;
  }

  private async isQueued(id: string): Promise<boolean> {
    return (await this.house.database.query('select 1 from task_queue where task_id = $1', [id])).length > 0;
  }

  private async makeDue(id: string): Promise<void> {
    await this.house.database.query(
      'update task_queue set due_at = now() where task_id = $1 and leased_until is null',
      [id],
    );
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
