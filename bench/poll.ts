import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { LIMITS } from '../src/kernel/limits.js';
import { numberOption } from './measure.js';
import { fill, pollByBatches, pollByLoop } from './poll-load.js';
import { openPgBoss } from './poll-pg-boss.js';
import type { ReplicaFigures } from './poll-replica.js';
import { type BenchStore, openEmbedded, openServer } from './poll-stores.js';
import { acknowledgedPerSecond, endedPerSecond, requestsPerSecond } from './poll-tasks.js';

const SIZES = [1_000, 10_000, 30_000, 100_000];
const MAX_TASKS = 100_000;
const BATCH = 100;
/** Polls of one measurement: so many tasks are due when it begins, and none at its end. */
const POLLS = 10_000;
const WARM_UP = 2_000;
const REPLICAS = 3;
const REPLICA_MS = 5_000;
/** Steady polling for the measurement of bloat: what 5,000 open tasks cause at a vendor that takes half a minute. */
const STEADY = { perSecond: 200, againMs: 25_000, tasks: 5_000 };
const TARGET = { Postgres: 0.035, PGlite: 0.05 } as const;

/**
 * Measures the queue: cost of a poll with 100,000 open tasks, beside pg-boss; three replicas; tasks a second; bloat.
 * Options: `--minutes` of steady polling for the bloat (2; the target is stated for 10), `--tasks` created in each run
 * (2000).
 */
export async function run(args: readonly string[]): Promise<void> {
  const minutes = numberOption(args, 'minutes', 2);
  const tasks = numberOption(args, 'tasks', 2_000);
  for (const open of [openEmbedded, openServer]) {
    const store = await open();
    try {
      console.log(`\n${store.name}`);
      await pollCosts(store);
      if (store.url !== undefined) {
        await pgBoss(store, store.url);
        await contention(store, store.url);
      }
      await throughput(store, tasks);
      await bloat(store, minutes);
    } finally {
      await store.close();
    }
  }
}

function report(what: string, figures: string): void {
  console.log(`${what.padEnd(54)}${figures}`);
}

/** CPU seconds of all processes for 1,000 polls, and polls a second. */
async function cpuFor(store: BenchStore, work: () => Promise<number>): Promise<{ cpu: number; perSecond: number }> {
  const before = store.cpu();
  const started = performance.now();
  const polls = await work();
  const seconds = (performance.now() - started) / 1_000;
  return { cpu: ((store.cpu() - before) * 1_000) / polls, perSecond: polls / seconds };
}

async function pollCosts(store: BenchStore): Promise<void> {
  const { database } = store;
  await fill(database, MAX_TASKS, POLLS);
  // Warm-up: in the first seconds the code of PGlite is compiled and the caches of Postgres are filled.
  await pollByBatches(database, POLLS, BATCH);
  const cost = async (tasks: number, work: (polls: number) => Promise<number>) => {
    const polls = Math.min(POLLS, tasks);
    await fill(database, tasks, polls);
    return cpuFor(store, () => work(polls));
  };
  const formatCost = ({ cpu, perSecond }: { cpu: number; perSecond: number }) =>
    `${cpu.toFixed(3)} CPU-s per 1,000 polls, ${perSecond.toFixed(0)} polls/s`;
  for (const tasks of SIZES) {
    const measured = await cost(tasks, polls => pollByBatches(database, polls, BATCH));
    const target = tasks === MAX_TASKS ? ` (target ${TARGET[store.name]})` : '';
    report(`claim + reschedule by ${BATCH}, ${tasks} open`, formatCost(measured) + target);
  }
  for (const concurrency of [BATCH, 8]) {
    const loop = (polls: number) => pollByLoop(database, { polls, concurrency }).then(done => done.polls);
    report(`  through the loop, ${concurrency} at once, ${MAX_TASKS} open`, formatCost(await cost(MAX_TASKS, loop)));
  }
}

async function pgBoss(store: BenchStore, url: string): Promise<void> {
  const boss = await openPgBoss(url);
  await boss.fill(MAX_TASKS, WARM_UP + POLLS);
  await boss.poll(WARM_UP, BATCH);
  const { cpu, perSecond } = await cpuFor(store, () => boss.poll(POLLS, BATCH));
  const figures = `${cpu.toFixed(3)} CPU-s per 1,000 polls, ${perSecond.toFixed(0)} polls/s`;
  report(`pg-boss: fetch + new delayed job + complete`, figures);
  await boss.close();
}

/** One replica, then three. Each is a process that polls as fast as it can. */
async function contention(store: BenchStore, url: string): Promise<void> {
  for (const count of [1, REPLICAS]) {
    await fill(store.database, MAX_TASKS, MAX_TASKS);
    const replicas = Array.from({ length: count }, () =>
      fork(path.join(__dirname, 'poll-replica.js'), [String(REPLICA_MS)], { env: { BENCH_DATABASE_URL: url } }),
    );
    await Promise.all(replicas.map(replica => once(replica, 'message')));
    const server = store.cpu();
    for (const replica of replicas) replica.send('go');
    const figures = await Promise.all(replicas.map(figuresOf));
    const polls = figures.reduce((sum, figure) => sum + figure.polls, 0);
    const cpu = figures.reduce((sum, figure) => sum + figure.cpuSeconds, store.cpu() - server);
    const [claimedTwice] = await store.database.query<{ count: number }>(
      'select count(*) from task_queue where token > 1',
    );
    const each = figures.map(figure => (figure.polls / figure.seconds).toFixed(0)).join(' + ');
    report(
      `${count} replica${count > 1 ? 's' : ''}, ${MAX_TASKS} open tasks`,
      `${each} polls/s, ${((cpu * 1_000) / polls).toFixed(3)} CPU-s per 1,000; claimed twice: ${claimedTwice!.count}`,
    );
  }
}

async function figuresOf(replica: ChildProcess): Promise<ReplicaFigures> {
  const ended = once(replica, 'exit');
  const [figures] = (await once(replica, 'message')) as [ReplicaFigures];
  await ended;
  return figures;
}

async function throughput(store: BenchStore, tasks: number): Promise<void> {
  const embedded = store.url === undefined;
  await fill(store.database, 1);
  const acknowledged = await acknowledgedPerSecond(store.database, tasks);
  report('task service -> acknowledged task', `${acknowledged.toFixed(0)} a second`);
  const requests = await requestsPerSecond(store.url, tasks);
  report(
    'GraphQL mutation over HTTP -> acknowledged task',
    `${requests.toFixed(0)} a second (target ${embedded ? 300 : 1_000})`,
  );
  const ended = await endedPerSecond(store.database, tasks);
  report(
    'task service -> ended task, instant vendor',
    `${ended.toFixed(0)} a second${embedded ? '' : ' (target 250)'}`,
  );
}

/**
 * Size of the queue on disk under steady polling. The embedded database has no autovacuum; the server vacuums the queue
 * each minute, and so does this loop.
 */
async function bloat(store: BenchStore, minutes: number): Promise<void> {
  const { database } = store;
  await fill(database, STEADY.tasks, STEADY.tasks);
  const size = async () => {
    const [row] = await database.query<{ heap: number; indexes: number }>(
      `select pg_table_size('task_queue') as heap, pg_indexes_size('task_queue') as indexes`,
    );
    return `${(row!.heap / 1e6).toFixed(1)} + ${(row!.indexes / 1e6).toFixed(1)}`;
  };
  const sizes = [await size()];
  const cleaning = setInterval(() => void database.vacuum(['task_queue']), LIMITS.store.queueVacuumMs);
  let polls = 0;
  for (let part = 0; part < 4; part += 1) {
    const { perSecond, againMs } = STEADY;
    const done = await pollByLoop(database, { concurrency: BATCH, perSecond, againMs, forMs: minutes * 15_000 });
    polls += done.polls;
    sizes.push(await size());
  }
  clearInterval(cleaning);
  report(
    `queue on disk, ${STEADY.tasks} open, ${polls} polls in ${minutes} min`,
    `table + indexes, by quarters: ${sizes.join(' -> ')} MB`,
  );
}
