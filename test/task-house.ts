import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type {
  Answer,
  Capabilities,
  Capability,
  DataSource,
  IdPhotoJob,
  JobContext,
  MadePicture,
  VendorName,
} from '../datasources/contract.js';
import { AssetService, type MadeFile } from '../src/assets/asset-service.js';
import { AssetFiles } from '../src/assets/files.js';
import { systemClock } from '../src/kernel/clock.js';
import { ROOT } from '../src/kernel/paths.js';
import type { Database } from '../src/store/database.js';
import { TaskEvents } from '../src/tasks/events.js';
import { TaskLifecycle } from '../src/tasks/lifecycle.js';
import type { Receiver } from '../src/tasks/result-keeper.js';
import { Router } from '../src/tasks/router.js';
import { TaskRunner } from '../src/tasks/runner.js';
import { sourceKey, type Task } from '../src/tasks/task.js';
import { TaskService } from '../src/tasks/task-service.js';
import { VendorWatch } from '../src/tasks/vendor-watch.js';
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

const PICTURE = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));

export const PHOTO: MadePicture = {
  role: 'CLEAN',
  from: { bytes: PICTURE },
  dpi: 300,
  index: 0,
  measured: {
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
  },
};

export const FILE: MadeFile = {
  mime: 'image/png',
  bytes: PICTURE,
  widthPx: 512,
  heightPx: 512,
  dpi: 300,
  watermarked: false,
  aiLabel: false,
};

type Work = (context: JobContext, call: number, part: number) => Promise<MadePicture[] | Answer>;

/** A data source in the test's hands: `work` is the vendor's, `poll` its answer to how things stand. */
export class ToySource implements DataSource {
  readonly vendor: VendorName;
  readonly sandbox = false;
  readonly origins: string[] = [];
  readonly limits = { concurrency: 8, requestsPerSecond: 1_000 };
  readonly capabilities: Capabilities;
  calls = 0;
  polls = 0;

  constructor(
    readonly bills: boolean,
    work: Work,
    over: Partial<Capability<'ID_PHOTO'>> & { vendor?: VendorName; onPoll?: (poll: number) => Promise<Answer> } = {},
  ) {
    const { vendor = 'LOCAL', onPoll, ...capability } = over;
    this.vendor = vendor;
    this.capabilities = {
      ID_PHOTO: {
        bills,
        parts: () => 1,
        units: () => (bills ? 1 : 0),
        fit: () => ({ refused: [], ignored: [] }),
        submit: async ({ part }, context) => {
          this.calls += 1;
          const made = await work(context, this.calls, part);
          return Array.isArray(made) ? { state: 'DONE', pictures: made, billed: bills ? 'YES' : 'NO' } : made;
        },
        ...(onPoll === undefined
          ? {}
          : {
              poll: () => {
                this.polls += 1;
                return onPoll(this.polls);
              },
            }),
        ...capability,
      },
    };
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
  /** A runner of its own, as a second process would have; not started. */
  runnerOf(...sources: DataSource[]): TaskRunner;
  create(
    over?: Partial<{
      route: string[];
      job: IdPhotoJob;
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

export async function openTaskHouse(
  receiver: Partial<Receiver> = {},
  context: Partial<JobContext> = {},
  given: { database?: Database; events?: TaskEvents } = {},
): Promise<TaskHouse> {
  const database = given.database ?? (await openTestDatabase());
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-assets-'));
  const files = new AssetFiles(folder);
  const events = given.events ?? new TaskEvents();
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
  const tasks = new TaskService({
    database,
    lifecycle,
    events,
    fingerprintKey: Buffer.alloc(32, 7),
    runner: runners,
    router: new Router({ sources: [], order: {}, healthy: () => true }),
  });
  return {
    database,
    tasks,
    lifecycle,
    assets,
    files,
    events,
    runnerOf: (...sources) => {
      const runner = new TaskRunner({
        database,
        lifecycle,
        assets,
        sources: new Map(sources.map(source => [sourceKey(source), source])),
        watch: new VendorWatch(
          { log: pino({ level: 'silent' }), database, clock: systemClock, packageUnits: {} },
          sources,
        ),
        receiver: {
          download: async () => ({ bytes: PICTURE }),
          receive: async bytes => ({ bytes, mime: 'image/png', width: 512, height: 512, dpi: 300 }),
          labelGenerated: async bytes => ({ bytes, mime: 'image/png', width: 512, height: 512 }),
          ...receiver,
        },
        contextOf: (task, _capability, signal, tell) => ({
          signal,
          ...tell,
          photo: id => assets.bytesOf(task.tenantId, id),
          photoUrl: async () => 'http://127.0.0.1/',
          open: () => ({ name: '', idNumber: '' }),
          ...context,
        }),
        log: pino({ level: 'silent' }),
      });
      started.push(runner);
      return runner;
    },
    create: ({ tenantId = TENANT, ...over } = {}) =>
      tasks.create(tenantId, {
        operation: 'ID_PHOTO',
        route: ['LOCAL'],
        ignoredOptions: [],
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
