import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { DataSource, IdPhotoJob, JobContext, MadePhoto } from '../datasources/contract.js';
import { AssetService } from '../src/assets/asset-service.js';
import { AssetFiles } from '../src/assets/files.js';
import { systemClock } from '../src/kernel/clock.js';
import type { Database } from '../src/store/database.js';
import { TaskEvents } from '../src/tasks/events.js';
import { TaskLifecycle } from '../src/tasks/lifecycle.js';
import { TaskRunner } from '../src/tasks/runner.js';
import type { Task } from '../src/tasks/task.js';
import { TaskService } from '../src/tasks/task-service.js';
import { openTestDatabase } from './store-setup.js';

export const TENANT = 'default';

export const OPTIONS: IdPhotoJob['options'] = {
  widthPx: 295,
  heightPx: 413,
  dpi: 300,
  headRatio: 0.62,
  topMargin: 0.085,
  backgrounds: [{ kind: 'solid', hex: '#438EDB' }],
};

export const PHOTO: MadePhoto = {
  background: { kind: 'solid', hex: '#438EDB' },
  mime: 'image/jpeg',
  bytes: Buffer.from('the bytes of a photo'),
  widthPx: 295,
  heightPx: 413,
  dpi: 300,
  matteQuality: 0.9,
  geometry: {
    headRatio: 0.62,
    topMargin: 0.085,
    faceCenter: { x: 0.5, y: 0.4 },
    eyeDistancePx: 70,
    rollDegrees: 0,
    scale: 1,
  },
  warnings: [],
};

/** A data source in the test's hands: `work` is the vendor's. */
export class ToySource implements DataSource {
  readonly vendor = 'LOCAL';
  readonly operations = ['ID_PHOTO'] as const;
  calls = 0;

  constructor(
    readonly bills: boolean,
    private readonly work: (context: JobContext, call: number) => Promise<MadePhoto[]>,
  ) {}

  async submit(_operation: 'ID_PHOTO', _job: IdPhotoJob, context: JobContext) {
    this.calls += 1;
    return { photos: await this.work(context, this.calls) };
  }
}

/** The task side of the house on a real database and real files, without a server. */
export interface TaskHouse {
  database: Database;
  tasks: TaskService;
  lifecycle: TaskLifecycle;
  assets: AssetService;
  files: AssetFiles;
  events: TaskEvents;
  /** A runner with its own owner id, as a second process would have; not started. */
  runnerOf(source: DataSource): TaskRunner;
  create(
    over?: Partial<{
      tenantId: string;
      reference: string | null;
      labels: string[];
      idempotencyKey: string;
      fingerprint: string;
    }>,
  ): Promise<Task>;
  /** The task once it has reached one of these states. */
  until(id: string, ...states: string[]): Promise<Task>;
  close(): Promise<void>;
}

export async function openTaskHouse(): Promise<TaskHouse> {
  const database = await openTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-assets-'));
  const files = new AssetFiles(folder);
  const events = new TaskEvents();
  const lifecycle = new TaskLifecycle(database, events);
  const assets = new AssetService({
    database,
    files,
    normaliser: { normalise: async bytes => ({ bytes, mime: 'image/jpeg', width: 100, height: 100 }) },
    clock: systemClock,
    keepInputsMs: 60_000,
    keepResultsMs: 60_000,
    onPurged: () => {},
  });
  const started: TaskRunner[] = [];
  const runners = {
    wake: () => started.forEach(runner => void runner.wake()),
    abort: (id: string) => started.forEach(runner => void runner.abort(id)),
  };
  const tasks = new TaskService({ database, lifecycle, events, fingerprintKey: Buffer.alloc(32, 7), runner: runners });
  return {
    database,
    tasks,
    lifecycle,
    assets,
    files,
    events,
    runnerOf: source => {
      const runner = new TaskRunner({
        database,
        lifecycle,
        assets,
        sources: new Map([['LOCAL', source]]),
        log: pino({ level: 'silent' }),
      });
      started.push(runner);
      return runner;
    },
    create: ({ tenantId = TENANT, ...over } = {}) =>
      tasks.create(tenantId, {
        operation: 'ID_PHOTO',
        vendor: 'LOCAL',
        job: { photo: 'asset_00000000000000000000000000', specId: null, options: OPTIONS },
        fingerprint: 'same',
        reference: null,
        labels: [],
        ...over,
      }),
    until: async (id, ...states) => {
      for (let tries = 0; tries < 500; tries += 1) {
        const task = await tasks.find(TENANT, id);
        if (task !== undefined && states.includes(task.state)) return task;
        await new Promise(resolve => setTimeout(resolve, 10));
      }
      throw new Error(`the task did not reach ${states.join(' or ')}: ${(await tasks.find(TENANT, id))?.state}`);
    },
    close: async () => {
      for (const runner of started) await runner.stop(0);
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
