import type { DataSource } from '../datasources/contract.js';
import { ANYONE } from '../src/audit/acts.js';
import type { Database, Sql } from '../src/store/database.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { PostgresFeed } from '../src/store/drivers/postgres-feed.js';
import { MIGRATIONS } from '../src/store/migrate.js';
import { claimDue } from '../src/store/queue-rows.js';
import type { Task } from '../src/store/task.js';
import { switchSource } from '../src/store/task-rows.js';
import { TaskEvents } from '../src/tasks/machine/events.js';
import type { TaskRelay } from '../src/tasks/machine/relay.js';
import type { TasksUpdate } from '../src/tasks/machine/task-list.js';
import type { TaskRunner } from '../src/tasks/work/runner.js';
import { createPostgresDatabase, silentLog } from './store-setup.js';
import { openTaskHouse, PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';
import { startProxy, type TcpProxy } from './tcp-proxy.js';

/** One replica of several on one database; without a source it works on nothing. */
interface Replica {
  house: TaskHouse;
  runner: TaskRunner | undefined;
  relay: TaskRelay;
  /** In front of the connection on which it listens. */
  cable: TcpProxy;
  close(): Promise<void>;
}

let made: { url: string; drop(): Promise<void> };
let replicas: Replica[];

async function openReplica(source?: DataSource): Promise<Replica> {
  const url = new URL(made.url);
  const cable = await startProxy(Number(url.port));
  url.port = `${cable.port}`;
  const database: Database = await openPostgres({ url: made.url, log: silentLog });
  const feed = new PostgresFeed({ url: url.href, database, log: silentLog, heartbeatMs: 200 });
  const events = new TaskEvents(id => feed.publish(id));
  const house = await openTaskHouse({}, {}, { database, events });
  const { relay, runner } = source === undefined ? { ...house, runner: undefined } : house.withSources(source);
  relay.listenTo(feed);
  const replica = {
    house,
    runner,
    relay,
    cable,
    close: async () => {
      await runner?.stop(0);
      await relay.close();
      await feed.close();
      await house.close();
      await cable.close();
    },
  };
  replicas.push(replica);
  return replica;
}

beforeEach(async () => {
  replicas = [];
  made = await createPostgresDatabase(MIGRATIONS);
});
afterEach(async () => {
  for (const replica of replicas) await replica.close();
  await made.drop();
});

async function collect(house: TaskHouse, id: string): Promise<Task[]> {
  const seen: Task[] = [];
  for await (const update of await house.tasks.watch(TENANT, id)) seen.push(update);
  return seen;
}

const LOCAL = { source: 'LOCAL', free: 1 };

/** Resolves once a statement waits for a lock that another one holds. */
async function somebodyWaits({ house }: Replica): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await house.database.query(waiting)).length === 0) await pause(5);
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

test('a subscriber of one replica sees the states that another one commits, in order, to the last', async () => {
  const worker = await openReplica(
    new ToySource(false, async context => {
      for (const percent of [10, 40, 70]) {
        context.report('RENDERING', percent);
        await pause(60);
      }
      return [PHOTO];
    }),
  );
  const api = await openReplica();
  const task = await api.house.create();
  const seen = collect(api.house, task.id);
  await pause(50);
  worker.runner!.start();
  const states = await seen;
  expect(states.at(-1)).toMatchObject({ state: 'SUCCEEDED', progressPercent: 100 });
  expect(states.map(({ state }) => state)).toContain('RUNNING');
  const sequences = states.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
});

test('a task that is canceled at one replica stops at the one that works on it, long before its lease would tell', async () => {
  let stopped: () => void = () => {};
  const told = new Promise<void>(resolve => {
    stopped = resolve;
  });
  const source = new ToySource(
    false,
    context =>
      new Promise((_, reject) =>
        context.signal.addEventListener('abort', () => {
          stopped();
          reject(context.signal.reason);
        }),
      ),
  );
  const worker = await openReplica(source);
  const api = await openReplica();
  const task = await api.house.create();
  // What the heartbeat of the leases asks: it would tell the worker as well, 15 s later.
  let heartbeats = 0;
  const { query } = worker.house.database;
  worker.house.database.query = (text, params) => {
    if (text.includes('returning q.task_id as "taskId"') && text.includes('held')) heartbeats += 1;
    return query.call(worker.house.database, text, params) as never;
  };
  worker.runner!.start();
  while (source.calls === 0) await pause(5);
  await api.house.tasks.cancel(TENANT, task.id, ANYONE);
  await told;
  expect(heartbeats).toBe(0);
  expect(await worker.house.tasks.find(TENANT, task.id)).toMatchObject({ state: 'CANCELED' });
});

test('who follows a list at one replica hears of what others make, change and erase', async () => {
  const [api, other] = [await openReplica(), await openReplica()];
  const list = api.house.taskList.follow(TENANT, {}, 200);
  const told = async (holds: (update: TasksUpdate) => boolean) => {
    for (;;) {
      const { value, done } = await list.next();
      if (done) throw new Error('the list ended');
      if (holds(value)) return;
    }
  };
  await list.next();
  const { id } = await other.house.create();
  await told(({ tasks }) => tasks.some(task => task.id === id && task.state === 'QUEUED'));
  await other.house.tasks.cancel(TENANT, id, ANYONE);
  await told(({ tasks }) => tasks.some(task => task.id === id && task.state === 'CANCELED'));
  // Of another tenant: nothing, and what was never told of is not removed either.
  const hidden = await other.house.create({ tenantId: 'another' });
  await other.house.tasks.cancel('another', hidden.id, ANYONE);
  await other.house.erasure.deleteTask('another', hidden.id, ANYONE);
  await other.house.erasure.deleteTask(TENANT, id, ANYONE);
  await told(({ tasks, removed }) => {
    expect([...tasks.map(task => task.id), ...removed]).not.toContain(hidden.id);
    return removed.includes(id);
  });
  await list.return!();
});

test('a subscriber behind a connection that went silent still gets the last state', async () => {
  const worker = await openReplica(new ToySource(false, async () => [PHOTO]));
  const api = await openReplica();
  const task = await api.house.create();
  const seen = collect(api.house, task.id);
  await pause(300);
  api.cable.silence();
  worker.runner!.start();
  expect((await seen).at(-1)).toMatchObject({ state: 'SUCCEEDED' });
});

test('a change that nobody told, because its replica died after the commit, is found by looking', async () => {
  const api = await openReplica();
  const task = await api.house.create();
  const seen = collect(api.house, task.id);
  const dying = await openTaskHouse({}, {}, { database: await openPostgres({ url: made.url, log: silentLog }) });
  await pause(300);
  await dying.tasks.cancel(TENANT, task.id, ANYONE);
  await dying.close();
  api.relay.gap();
  expect((await seen).at(-1)).toMatchObject({ state: 'CANCELED' });
});

test('three replicas share the work, and no task is worked on twice', async () => {
  const sources = Array.from(
    { length: 3 },
    () =>
      new ToySource(false, async () => {
        await pause(10);
        return [PHOTO];
      }),
  );
  for (const source of sources) await openReplica(source);
  const [first] = replicas as [Replica];
  const tasks = await Promise.all(Array.from({ length: 90 }, () => first.house.create()));
  for (const { runner } of replicas) runner!.start();
  for (const { id } of tasks) await first.house.until(id, 'SUCCEEDED');
  const calls = sources.map(source => source.calls);
  expect(calls.reduce((sum, count) => sum + count)).toBe(90);
  expect(Math.min(...calls)).toBeGreaterThan(0);
  expect(await first.house.database.query('select 1 from task_queue')).toEqual([]);
});

test('a worker whose task is being claimed by another one at this moment changes nothing any more', async () => {
  const [slow, quick] = [await openReplica(), await openReplica()];
  const task = await slow.house.create();
  const [claim] = await claimDue(slow.house.database, [LOCAL], 60_000);
  await slow.house.lifecycle.move(task.id, 'start', { token: claim!.token });
  await quick.house.database.query('update task_queue set leased_until = now()');
  let late: Promise<unknown> | undefined;
  const claims = await quick.house.database.transaction(async sql => {
    const taken = await claimDue(sql, [LOCAL], 60_000);
    late = slow.house.lifecycle.move(task.id, 'succeed', { token: claim!.token });
    await somebodyWaits(slow);
    return taken;
  });
  expect(claims).toMatchObject([{ token: claim!.token + 1 }]);
  expect(await late).toBeUndefined();
  expect(await slow.house.tasks.find(TENANT, task.id)).toMatchObject({ state: 'RUNNING' });
});

test('a cancel in the middle of a change of vendor waits for it, and neither waits for ever', async () => {
  const [worker, api] = [await openReplica(), await openReplica()];
  const task = await worker.house.create();
  const [claim] = await claimDue(worker.house.database, [LOCAL], 60_000);
  let canceled: Promise<Task> | undefined;
  await worker.house.database.transaction(async sql => {
    const between: Sql = {
      script: text => sql.script(text),
      query: async (text, params) => {
        const rows = await sql.query<never>(text, params);
        canceled ??= api.house.tasks.cancel(TENANT, task.id, ANYONE);
        await somebodyWaits(api);
        return rows;
      },
    };
    await switchSource(between, task.id, 'LOCAL', claim!.token);
  });
  expect(await canceled).toMatchObject({ state: 'CANCELED' });
});

test('over 300 changes and as many random disconnects no state is seen twice or out of order, and the last one always', async () => {
  const [writer, reader] = [await openReplica(), await openReplica()];
  const task = await writer.house.create();
  await writer.house.lifecycle.move(task.id, 'start');
  const writing = (async () => {
    for (let change = 0; change < 300; change += 1)
      await writer.house.lifecycle.move(task.id, 'report', { stage: 'RENDERING', percent: change % 100 });
    await writer.house.tasks.cancel(TENANT, task.id, ANYONE);
  })();
  const sequences: number[] = [];
  let ended = false;
  let seed = 7;
  while (!ended) {
    const updates = await reader.house.tasks.watch(TENANT, task.id, sequences.at(-1) ?? 0);
    seed = (seed * 16_807) % 2_147_483_647;
    for (let taken = 0; taken <= seed % 3; taken += 1) {
      const { value, done } = await updates.next();
      if (done) break;
      sequences.push(value.sequence);
      ended = value.state === 'CANCELED';
      if (ended) break;
    }
    await updates.return!();
  }
  await writing;
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  expect(sequences.at(-1)).toBe(303);
  expect(reader.house.events.subscribers).toBe(0);
});
