import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { DataSource, PaintingJob, SourceKey } from '../datasources/contract.js';
import { JumeiPaintingDataSource } from '../datasources/jumei-painting/jumei-painting.datasource.js';
import { assemble } from '../src/assembly.js';
import { DiskFiles } from '../src/assets/disk-files.js';
import { ErasureFile } from '../src/assets/erasure-file.js';
import { ANYONE } from '../src/audit/acts.js';
import { Engine } from '../src/engine/engine.js';
import { systemClock } from '../src/kernel/clock.js';
import { Sealer } from '../src/kernel/seal.js';
import { Secrets } from '../src/kernel/secrets.js';
import { download } from '../src/net/download.js';
import { DiskKeys } from '../src/sealing/disk-keys.js';
import type { Database } from '../src/store/database.js';
import type { Task } from '../src/store/task.js';
import type { TaskService } from '../src/tasks/machine/task-service.js';
import type { TaskRunner } from '../src/tasks/work/runner.js';

export const TENANT = 'bench';
const DAY_MS = 86_400_000;

/** The house from the task service inwards, composed of its real parts; without HTTP in front. */
export interface House {
  readonly tasks: TaskService;
  readonly runner: TaskRunner;
  paint(source: SourceKey, text: string): Promise<Task>;
  close(): Promise<void>;
}

export async function openHouse(database: Database, sources: readonly DataSource[]): Promise<House> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-bench-'));
  const log = pino({ level: 'error' });
  const engine = new Engine({ workers: 1, log });
  const secrets = new Secrets([Buffer.alloc(32)]);
  const { tasks, runner } = assemble({
    database,
    files: new DiskFiles(folder),
    keys: new DiskKeys(path.join(folder, 'keys'), new Sealer(secrets, 'data keys')),
    erasures: new ErasureFile(path.join(folder, 'erasures.jsonl')),
    images: engine,
    download,
    sources,
    secrets,
    link: () => '',
    clock: systemClock,
    log,
    keepInputsMs: DAY_MS,
    keepResultsMs: DAY_MS,
  });
  return {
    tasks,
    runner: runner!,
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
        by: ANYONE,
      });
    },
    close: async () => {
      await runner!.stop(1_000);
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
    paramsIn: 'query',
    packageUnits: undefined,
    sandbox: false,
  });
}
