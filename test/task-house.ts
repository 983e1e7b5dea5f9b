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
  SourceKey,
  VendorName,
} from '../datasources/contract.js';
import { assemble, type House } from '../src/assembly.js';
import type { MadeFile, Normaliser } from '../src/assets/asset-service.js';
import { DiskFiles } from '../src/assets/disk-files.js';
import { ErasureFile } from '../src/assets/erasure-file.js';
import type { ErasureList } from '../src/assets/erasures.js';
import type { AssetFiles } from '../src/assets/files.js';
import { type Actor, ANYONE } from '../src/audit/acts.js';
import type { AigcLabel } from '../src/kernel/aigc.js';
import { systemClock } from '../src/kernel/clock.js';
import { ROOT } from '../src/kernel/paths.js';
import { Sealer } from '../src/kernel/seal.js';
import { type RetiredKeys, Secrets } from '../src/kernel/secrets.js';
import type { TenantLimits } from '../src/operations/tenant-quotas.js';
import type { DataKeys } from '../src/sealing/data-keys.js';
import { DiskKeys } from '../src/sealing/disk-keys.js';
import type { Database } from '../src/store/database.js';
import type { Task } from '../src/store/task.js';
import { TaskEvents } from '../src/tasks/machine/events.js';
import type { UnitPrices } from '../src/tasks/vendors/charges.js';
import type { Fitter } from '../src/tasks/work/job-context.js';
import type { Receiver } from '../src/tasks/work/results.js';
import type { TaskRunner } from '../src/tasks/work/runner.js';
import type { PicturePlace } from './picture-places.js';
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

/** One photo on one background. */
export const JOB: IdPhotoJob = { specId: null, options: OPTIONS };

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
  labels: [],
};

type Work = (context: JobContext, call: number, part: number) => Promise<MadePicture[] | Answer>;

/** A data source in the test's hands: `work` is the vendor's, `poll` its answer to how things stand. */
export class ToySource implements DataSource {
  readonly vendor: VendorName;
  readonly sandbox = false;
  readonly inProcess: boolean;
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
    this.inProcess = vendor === 'LOCAL';
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

/** The keys in a data directory. */
export function keysIn(dataDirectory: string, secrets = new Secrets([Buffer.alloc(32, 7)])): DataKeys {
  return new DiskKeys(path.join(dataDirectory, 'keys'), new Sealer(secrets, 'data keys'));
}

/** The task side of the house on a real database and real files, without a server and without an engine. */
export interface TaskHouse extends Omit<House, 'runner'> {
  database: Database;
  files: AssetFiles;
  keys: DataKeys;
  secrets: Secrets;
  erasures: ErasureList;
  /** The house with these sources and a worker of its own, as a second process would have; not started. */
  withSources(...sources: DataSource[]): House & { runner: TaskRunner };
  runnerOf(...sources: DataSource[]): TaskRunner;
  create(
    over?: Partial<{
      id: string;
      route: SourceKey[];
      job: IdPhotoJob;
      inputAssets: string[];
      sealed: string;
      tenantId: string;
      reference: string | null;
      labels: string[];
      idempotencyKey: string;
      fingerprint: string;
      by: Actor;
    }>,
  ): Promise<Task>;
  /** The task once it has reached one of these states. */
  until(id: string, ...states: string[]): Promise<Task>;
  close(): Promise<void>;
}

export async function openTaskHouse(
  receiver: Partial<Receiver & Normaliser & Fitter> = {},
  context: Partial<JobContext> = {},
  given: {
    database?: Database;
    events?: TaskEvents;
    dataDirectory?: string;
    allowHttpResults?: boolean;
    webhookOrigins?: readonly string[];
    secrets?: Secrets;
    retired?: RetiredKeys;
    encryptAssets?: boolean;
    /** Where its pictures lie; a disk of its own if not given. */
    place?: PicturePlace;
    requireConsent?: boolean;
    prices?: UnitPrices;
    tenantLimits?: TenantLimits;
    aigcProvider?: string;
    labelEdits?: boolean;
  } = {},
): Promise<TaskHouse> {
  const database = given.database ?? (await openTestDatabase());
  const folder = given.dataDirectory ?? (await mkdtemp(path.join(tmpdir(), 'darkroom-assets-')));
  const { secrets = new Secrets([Buffer.alloc(32, 7)]), place } = given;
  const files = place?.files ?? new DiskFiles(path.join(folder, 'assets'));
  const keys = place?.keys ?? keysIn(folder, secrets);
  const made = { mime: 'image/png', width: 512, height: 512 };
  const { download = async () => ({ bytes: PICTURE }), ...receives } = receiver;
  const parts = {
    database,
    files,
    keys,
    encryptAssets: given.encryptAssets ?? false,
    erasures: place?.erasures ?? new ErasureFile(path.join(folder, 'erasures.jsonl')),
    images: {
      normalise: async (bytes: Uint8Array) => ({
        bytes,
        mime: 'image/jpeg',
        width: 100,
        height: 100,
        labels: [],
        truncated: false,
      }),
      fit: async (bytes: Uint8Array) => ({ bytes }),
      check: () => Promise.reject(new Error('no report here')),
      receive: async (bytes: Uint8Array) => ({ bytes, ...made, dpi: 300, labels: [] }),
      label: async (bytes: Uint8Array, { labels }: { labels: readonly AigcLabel[] }) => ({ bytes, ...made, labels }),
      forget: () => {},
      ...receives,
    },
    download,
    secrets,
    ...(given.retired && { retired: given.retired }),
    link: () => 'http://127.0.0.1/',
    clock: systemClock,
    log: pino({ level: 'silent' }),
    allowHttpResults: given.allowHttpResults ?? false,
    webhookOrigins: given.webhookOrigins ?? [],
    requireConsent: given.requireConsent ?? false,
    prices: given.prices ?? {},
    ...(given.tenantLimits && { tenantLimits: given.tenantLimits }),
    aigcProvider: given.aigcProvider,
    labelEdits: given.labelEdits ?? false,
    keepInputsMs: 60_000,
    keepResultsMs: 60_000,
    events: given.events ?? new TaskEvents(),
    tapContext: (real: JobContext) => ({ ...real, ...context }),
  };
  const started: TaskRunner[] = [];
  const elsewhere = {
    wake: () => started.forEach(runner => void runner.wake()),
    abort: (id: string) => started.forEach(runner => void runner.abort(id)),
    holds: (id: string) => started.some(runner => runner.holds(id)),
  };
  const { runner: _none, ...house } = assemble({ ...parts, sources: [], elsewhere });
  const audits = [house.audit];
  const withSources = (...sources: DataSource[]) => {
    const { runner, ...rest } = assemble({ ...parts, sources });
    audits.push(rest.audit);
    started.push(runner!);
    return { ...rest, runner: runner! };
  };
  const { tasks } = house;
  return {
    ...house,
    database,
    files,
    keys,
    secrets,
    erasures: parts.erasures,
    withSources,
    runnerOf: (...sources) => withSources(...sources).runner,
    create: ({ tenantId = TENANT, ...over } = {}) =>
      tasks.create(tenantId, {
        operation: 'ID_PHOTO',
        route: ['LOCAL'],
        ignoredOptions: [],
        job: JOB,
        inputAssets: ['asset_00000000000000000000000000'],
        fingerprint: 'same',
        reference: null,
        labels: [],
        by: ANYONE,
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
      await Promise.all(started.map(runner => runner.stop(0)));
      await Promise.all(audits.map(audit => audit.close()));
      await database.close();
      if (given.dataDirectory === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
