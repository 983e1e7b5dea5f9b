import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { DataSource, PaintingJob } from '../datasources/contract.js';
import { JumeiPaintingDataSource } from '../datasources/jumei-painting/jumei-painting.datasource.js';
import { AssetService } from '../src/assets/asset-service.js';
import { AssetFiles } from '../src/assets/files.js';
import { Engine } from '../src/engine/engine.js';
import { systemClock } from '../src/kernel/clock.js';
import { Sealer } from '../src/kernel/seal.js';
import { download } from '../src/net/download.js';
import type { Database } from '../src/store/database.js';
import { TaskEvents } from '../src/tasks/events.js';
import { createJobContext } from '../src/tasks/job-context.js';
import { TaskLifecycle } from '../src/tasks/lifecycle.js';
import { Router } from '../src/tasks/router.js';
import { TaskRunner } from '../src/tasks/runner.js';
import { sourceKey, type Task } from '../src/tasks/task.js';
import { TaskService } from '../src/tasks/task-service.js';
import { VendorWatch } from '../src/tasks/vendor-watch.js';

export const TENANT = 'bench';
const DAY_MS = 86_400_000;

/** The house from the task service inwards, composed of its real parts; without HTTP in front. */
export interface House {
  readonly tasks: TaskService;
  readonly runner: TaskRunner;
  paint(source: string, text: string): Promise<Task>;
  close(): Promise<void>;
}

export async function openHouse(database: Database, sources: readonly DataSource[]): Promise<House> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-bench-'));
  const log = pino({ level: 'error' });
  const engine = new Engine({ workers: 1, log });
  const assets = new AssetService({
    database,
    files: new AssetFiles(folder),
    normaliser: engine,
    clock: systemClock,
    keepInputsMs: DAY_MS,
    keepResultsMs: DAY_MS,
    onPurged: id => engine.forget(id),
  });
  const events = new TaskEvents();
  const lifecycle = new TaskLifecycle(database, events);
  const byKey = new Map(sources.map(source => [sourceKey(source), source]));
  const contextParts = { assets, fitter: engine, sealer: new Sealer(Buffer.alloc(32)), link: () => '' };
  const runner = new TaskRunner({
    database,
    lifecycle,
    assets,
    receiver: { download, receive: engine.receive.bind(engine), labelGenerated: engine.labelGenerated.bind(engine) },
    sources: byKey,
    watch: new VendorWatch({ database, clock: systemClock, packageUnits: {}, log }, sources),
    contextOf: (task, capability, signal, tell) =>
      createJobContext(contextParts, task, byKey.get(task.source)!, capability, signal, tell),
    log,
  });
  const router = new Router({ sources, order: {}, healthy: () => true });
  const tasks = new TaskService({
    database,
    lifecycle,
    events,
    router,
    fingerprintKey: Buffer.alloc(32),
    runner,
  });
  return {
    tasks,
    runner,
    paint: (source, text) => {
      const job: PaintingJob = { text, style: '油画', resolution: '1024*1024', count: 1 };
      return tasks.create(TENANT, {
        operation: 'PAINTING',
        job,
        route: [source],
        ignoredOptions: [],
        fingerprint: '',
        reference: null,
        labels: [],
      });
    },
    close: async () => {
      await runner.stop(1_000);
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function openPainting(origin: string): JumeiPaintingDataSource {
  return new JumeiPaintingDataSource({
    submitUrl: `${origin}/submit`,
    queryUrl: `${origin}/query`,
    login: { key: 'bench', secret: 'bench' },
    paramsIn: 'form',
    packageUnits: undefined,
    sandbox: false,
  });
}
