import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, DataSource } from '../datasources/contract.js';
import { sourceKey } from '../datasources/contract.js';
import type { Database } from '../src/store/database.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { migrate } from '../src/store/migrate.js';
import { openHouse, openPainting, TENANT } from './house.js';
import { numberOption, quantile, type Readings, startReadings } from './measure.js';
import { startVendor } from './vendor-process.js';

const OPEN_TASKS = 5_000;
/** Open tasks that the vendor works on already. The others are still to be submitted. */
const AT_VENDOR = 4_000;
/** V8 optimises the code of PGlite in its first seconds, which is not what is measured. */
const WARM_UP_MS = 10_000;
const MEDIAN_MS = 12_000;
const SIGMA = 0.4;
const FIXED_MS = 2_000;
/**
 * Tasks arrive evenly, so many a second for each schedule. With twice as many the embedded database is half busy and
 * both schedules are late.
 */
const ARRIVALS_PER_S = 4;
/** Longest wait for the last tasks. The slowest of a thousand in this distribution takes 45 s. */
const PATIENCE_MS = 90_000;

/**
 * Measures polling of vendors. First 5,000 open painting tasks within the rate limit of the vendor (targets: loop delay
 * p99 < 50 ms, flat memory), then our schedule beside a poller with a fixed interval of 2 s.
 * Options: `--seconds` of the first part, a `--rate` other than the one of the vendor, `--tasks` for each schedule in
 * the second part.
 */
export async function run(args: readonly string[]): Promise<void> {
  const seconds = numberOption(args, 'seconds', 60);
  const tasks = numberOption(args, 'tasks', 800);
  const rate = args.includes('--rate') ? numberOption(args, 'rate', 1) : undefined;
  await withDatabase(database => manyOpenTasks(database, seconds, rate));
  await withDatabase(database => compareSchedules(database, tasks));
}

async function withDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'darkroom-bench-'));
  const database = await openPglite({ directory, log: { info() {}, warn: console.warn } });
  try {
    await migrate(database);
    await work(database);
  } finally {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The cost of a backlog: all tasks are due at once, as after a restart, and the vendor finishes none. */
async function manyOpenTasks(database: Database, seconds: number, requestsPerSecond?: number): Promise<void> {
  const vendor = await startVendor(0, SIGMA);
  const painting = openPainting(vendor.origin);
  const source =
    requestsPerSecond === undefined ? painting : withLimits(painting, { concurrency: 16, requestsPerSecond });
  const house = await openHouse(database, [source]);
  const { requestsPerSecond: rate } = source.limits;
  console.log(`\n${OPEN_TASKS} open painting tasks, all due; PGlite; at most ${rate} requests/s, ${seconds} s`);
  const first = await house.paint(sourceKey(source), 'open 0');
  await cloneTask(database, first.id);
  await database.vacuum();
  house.runner.start();
  await sleep(WARM_UP_MS);
  const since = Date.now();
  const readings = startReadings();
  await sleep(seconds * 1_000);
  const measured = readings.stop();
  const { submits, polls, mostInASecond } = await vendor.figures(since);
  report('vendor requests', `${((submits + polls) / measured.seconds).toFixed(2)} a second (configured: ${rate})`);
  report('  of these', `${submits} submissions, ${polls} polls; at most ${mostInASecond} in any one second`);
  reportLoad(measured);
  await house.close();
  await source.close?.();
  await vendor.close();
}

/** Clones one real task. Most clones have been submitted, the others are queued. */
async function cloneTask(database: Database, id: string): Promise<void> {
  await database.query(
    `insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, input)
     select id || '_' || n, tenant_id, operation, case when n < $2::int then 'RUNNING' else state end, waiting_on,
       case when n < $2::int then 'VENDOR_PROCESSING' else stage end, progress_source, source, route, input
     from tasks, generate_series(1, $3::int) n where id = $1`,
    [id, AT_VENDOR, OPEN_TASKS - 1],
  );
  await database.query(
    `insert into task_attempts (task_id, number, tenant_id, source, part, can_bill, units, vendor_task_id, billed)
     select id, 1, tenant_id, source, 0, true, 1, 'open-' || id, 'YES' from tasks where state = 'RUNNING'`,
  );
  await database.query(
    `insert into task_queue (task_id, tenant_id, source)
     select id, tenant_id, source from tasks where id <> $1 order by random()`,
    [id],
  );
}

/** Our schedule and a fixed one, with the same arrivals and work times, in one server at one vendor. */
async function compareSchedules(database: Database, count: number): Promise<void> {
  const vendor = await startVendor(MEDIAN_MS, SIGMA);
  // Both limits are far above the load, so that the rate limit is not what is measured.
  const limits = { concurrency: 64, requestsPerSecond: 1_000 };
  const ours = withLimits(openPainting(vendor.origin), limits);
  const fixed = withLimits(openPainting(vendor.origin), limits, FIXED_MS);
  const house = await openHouse(database, [ours, fixed]);
  console.log(
    `\n2 x ${count} paintings, ${ARRIVALS_PER_S} a second each; log-normal, median ${MEDIAN_MS / 1_000} s, sigma ${SIGMA}; real time, PGlite`,
  );
  house.runner.start();
  const readings = startReadings();
  const noticed = new Map<string, number>();
  const followTask = async (source: DataSource, text: string) => {
    const { id } = await house.paint(sourceKey(source), text);
    for await (const task of await house.tasks.watch(TENANT, id)) {
      if (task.state === 'SUCCEEDED') noticed.set(text, Date.now());
      else if (task.state === 'FAILED') throw new Error(`a task failed: ${task.failure?.code}`);
    }
  };
  const followed: Promise<void>[] = [];
  const started = Date.now();
  for (let n = 0; n < count; n += 1) {
    await sleep(Math.max(0, started + (n * 1_000) / ARRIVALS_PER_S - Date.now()));
    followed.push(followTask(ours, `ours ${n}`), followTask(fixed, `fixed ${n}`));
  }
  const all = Promise.all(followed);
  await Promise.race([all, sleep(PATIENCE_MS, undefined, { ref: false })]);
  const measured = readings.stop();

  const finished = Object.entries(await vendor.finished());
  const figuresOf = (name: string) => {
    const own = finished.filter(([text]) => text.startsWith(name));
    const delays = own.map(([text, { doneAt }]) => (noticed.get(text) ?? Number.POSITIVE_INFINITY) - doneAt);
    const polls = own.reduce((sum, [, painting]) => sum + painting.polls, 0) / own.length;
    const p = (share: number) => `${(quantile(delays, share) / 1_000).toFixed(2)} s`;
    report(
      name,
      `${polls.toFixed(2)} polls a task; finished -> event: median ${p(0.5)}, p90 ${p(0.9)}, p99 ${p(0.99)}`,
    );
    return polls;
  };
  const [polls, fixedPolls] = [figuresOf('ours'), figuresOf('fixed')];
  report('polls, ours to fixed', `${(polls / fixedPolls).toFixed(3)} (target 0.5; median delay 1.2 s)`);
  report('unfinished', String(2 * count - noticed.size));
  reportLoad(measured);
  await house.close();
  await Promise.all([ours.close?.(), fixed.close?.()]);
  await vendor.close();
}

/** A data source with other limits. With `everyMs`, it is polled at this fixed interval. */
function withLimits(source: DataSource, limits: DataSource['limits'], everyMs?: number): DataSource {
  const capability = source.capabilities.PAINTING!;
  const paced = (answer: Answer): Answer =>
    answer.state === 'PENDING' && everyMs !== undefined ? { ...answer, pollAfterMs: everyMs } : answer;
  return {
    vendor: source.vendor,
    // A second source key for the same vendor, so that both schedules can be told apart.
    sandbox: everyMs !== undefined,
    origins: source.origins,
    limits,
    capabilities: {
      PAINTING: {
        ...capability,
        submit: async (call, context) => paced(await capability.submit(call, context)),
        poll: async (call, id, context) => paced(await capability.poll!(call, id, context)),
      },
    },
    close: async () => source.close?.(),
  };
}

function report(what: string, figures: string): void {
  console.log(`${what.padEnd(24)}${figures}`);
}

function reportLoad({ cpuPercent, delay, rss }: Readings): void {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  report('loop delay', `p50 ${ms(delay.p50)}, p99 ${ms(delay.p99)} (target 50), max ${ms(delay.max)}`);
  report('CPU', `${cpuPercent.toFixed(1)} % of one core`);
  const at = (share: number) => rss[Math.min(rss.length - 1, Math.floor(share * rss.length))]!.toFixed(0);
  report('resident', `${at(0)} MB at the start, ${at(0.5)} in the middle, ${at(1)} at the end`);
}
