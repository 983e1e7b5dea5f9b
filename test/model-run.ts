import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import type { Operation, PaintingJob, SourceKey } from '../datasources/contract.js';
import { assemble } from '../src/assembly.js';
import { DiskFiles } from '../src/assets/disk-files.js';
import { ErasureFile } from '../src/assets/erasure-file.js';
import { systemClock } from '../src/kernel/clock.js';
import { Sealer } from '../src/kernel/seal.js';
import { Secrets } from '../src/kernel/secrets.js';
import { OperationService } from '../src/operations/operation-service.js';
import { PhotoIntake } from '../src/operations/photo-intake.js';
import { TenantQuotas } from '../src/operations/tenant-quotas.js';
import { PersonalData } from '../src/sealing/personal-data.js';
import { RuleBook } from '../src/specs/rules/rule-book.js';
import type { Database } from '../src/store/database.js';
import { sumUsage } from '../src/store/ledger-rows.js';
import { type Route, Router, type Wish } from '../src/tasks/vendors/router.js';
import { COMMANDS, type RealTasks } from './model-commands.js';
import { type Driver, openTestDatabase } from './store-setup.js';
import { keysIn } from './task-house.js';
import { TaskModel } from './task-model.js';

const MOST_COMMANDS = 24;

/** Whatever the code does, the database itself notes a task that left a state that is final. */
const WATCH = `
  create table left_terminal (task_id text, was text, became text);
  create function watch_terminal() returns trigger language plpgsql as $$ begin
    if old.state in ('SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED') and new is distinct from old then
      insert into left_terminal values (old.id, old.state, new.state);
    end if;
    return new;
  end $$;
  create trigger watch_terminal before update on tasks for each row execute function watch_terminal();`;

export interface ModelRun {
  sequences: number;
  seed: number;
  /** Sequences at the same time; each has a tenant and a queue of its own. */
  lanes: number;
}

/** Runs random command sequences on the store and on the model; throws the shortest one on which they differ. */
export async function runModel(driver: Driver, { sequences, seed, lanes }: ModelRun): Promise<void> {
  const database = await openTestDatabase(driver);
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-model-'));
  try {
    await database.script(WATCH);
    const real = open(database, folder);
    let corner = 0;
    const property = fc.asyncProperty(
      fc.commands(COMMANDS, { maxCommands: MOST_COMMANDS, size: 'max' }),
      async commands => {
        corner += 1;
        const here = { ...real, tenant: `tenant ${corner}`, source: `SOURCE ${corner}` as SourceKey };
        const model = new TaskModel();
        await fc.asyncModelRun(() => ({ model, real: here }), commands);
        await compare(model, here);
      },
    );
    const numRuns = Math.ceil(sequences / lanes);
    await Promise.all(
      Array.from({ length: lanes }, (_, lane) =>
        fc.assert(property, { numRuns, seed: seed + lane, endOnFailure: lanes > 1 }),
      ),
    );
    expect(await database.query('select * from left_terminal')).toEqual([]);
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function open(database: Database, folder: string): Omit<RealTasks, 'tenant' | 'source'> {
  const noPhoto = () => Promise.reject(new Error('no photo here'));
  const parts = {
    normalise: noPhoto,
    fit: noPhoto,
    receive: noPhoto,
    label: noPhoto,
    check: noPhoto,
    forget: () => {},
  };
  const secrets = new Secrets([Buffer.alloc(32, 7)]);
  const keys = keysIn(folder, secrets);
  const house = assemble({
    database,
    files: new DiskFiles(folder),
    keys,
    erasures: new ErasureFile(path.join(folder, 'erasures.jsonl')),
    images: parts,
    download: noPhoto,
    sources: [],
    secrets,
    link: () => '',
    clock: systemClock,
    log: pino({ level: 'silent' }),
    keepInputsMs: 60_000,
    keepResultsMs: 60_000,
    elsewhere: { wake: () => {}, abort: () => {}, holds: () => false },
  });
  return {
    ...house,
    database,
    operations: new OperationService({
      quotas: new TenantQuotas(database),
      ...house,
      database,
      requireConsent: false,
      rules: new RuleBook(),
      router: new SameAgain({ sources: [], order: {}, healthy: () => true, prices: {} }),
      intake: new PhotoIntake(house.assets, noPhoto),
      personal: new PersonalData(keys, new Sealer(secrets, 'seals')),
      secrets,
    }),
  };
}

/** A task that is tried again goes to the queue of its own corner, whose name is its text. */
class SameAgain extends Router {
  override route<O extends Operation>({ job }: Wish<O>): Route {
    return { sources: [(job as PaintingJob).text as SourceKey], ignored: [], units: 0, charges: [] };
  }
}

/** Everything that the store says about this corner, against the model. */
async function compare(model: TaskModel, { database, tenant }: RealTasks): Promise<void> {
  const rows = await database.query(
    `select t.id, t.state, t.sequence, q.token, q.due_at <= now() as due,
       case when q.token is null then null when leased_until is null then 'NONE' when leased_until > now() then 'HELD' else 'ENDED' end as lease from tasks t
     left join task_queue q on q.task_id = t.id where t.tenant_id = $1 order by t.id collate "C"`,
    [tenant],
  );
  expect(rows).toEqual(
    [...model.tasks]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, state, sequence, place }) => ({
        id,
        state,
        sequence,
        token: place?.token ?? null,
        due: place?.due ?? null,
        lease: place?.lease ?? null,
      })),
  );
  const attempts = await database.query(
    `select task_id, number, ended_at is not null as ended, billed from task_attempts where tenant_id = $1`,
    [tenant],
  );
  const expected = model.tasks.flatMap(({ id, attempts: held }) =>
    held.map(({ ended, billed }, index) => ({ task_id: id, number: index + 1, ended, billed })),
  );
  const order = (list: object[]) => list.map(item => JSON.stringify(item)).sort();
  expect(order(attempts)).toEqual(order(expected));
  const hour = 3_600_000;
  const [usage = { units: 0, unitsInDoubt: 0, calls: 0 }] = await sumUsage(
    database,
    tenant,
    new Date(Date.now() - hour),
    new Date(Date.now() + hour),
    [],
  );
  expect(usage).toMatchObject(model.usage);
}
