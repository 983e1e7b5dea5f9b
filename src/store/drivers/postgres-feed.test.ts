import { Client } from 'pg';
import { createPostgresDatabase, silentLog } from '../../../test/store-setup.js';
import { startProxy, type TcpProxy } from '../../../test/tcp-proxy.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Database } from '../database.js';
import { openPostgres } from './postgres.js';
import { PostgresFeed } from './postgres-feed.js';

const HEARTBEAT_MS = 200;

/** One replica. It publishes through one proxy and listens through another, so that each connection can be cut. */
interface Replica {
  feed: PostgresFeed;
  listenProxy: TcpProxy;
  received: { ids: string[]; notices: number; wakes: number; gaps: number };
  publishProxy: TcpProxy;
  close(): Promise<void>;
}

let made: { url: string; drop(): Promise<void> };
let one: Replica;
let other: Replica;

function through(proxy: TcpProxy): string {
  const url = new URL(made.url);
  url.port = `${proxy.port}`;
  return url.href;
}

async function openReplica(): Promise<Replica> {
  const port = Number(new URL(made.url).port);
  const [listenProxy, publishProxy] = [await startProxy(port), await startProxy(port)];
  const database: Database = await openPostgres({ url: through(publishProxy), log: silentLog });
  const feed = new PostgresFeed({ url: through(listenProxy), database, log: silentLog, heartbeatMs: HEARTBEAT_MS });
  const received: Replica['received'] = { ids: [], notices: 0, wakes: 0, gaps: 0 };
  feed.listen({
    changed: ids => {
      received.notices += 1;
      received.ids.push(...ids);
    },
    wake: () => {
      received.wakes += 1;
    },
    gap: () => {
      received.gaps += 1;
    },
  });
  await until(() => received.gaps === 1);
  return {
    feed,
    listenProxy,
    received,
    publishProxy,
    close: async () => {
      await feed.close();
      await database.close();
      await listenProxy.close();
      await publishProxy.close();
    },
  };
}

async function until(holds: () => boolean, ms = 5_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** Both replicas anew; their heartbeats come with `jest.advanceTimersByTime`. */
async function openWithHeartbeatsByHand(): Promise<void> {
  await one.close();
  await other.close();
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setTimeout',
      'clearTimeout',
    ],
  });
  [one, other] = [await openReplica(), await openReplica()];
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `task_${`${index}`.padStart(26, '0')}`);

beforeEach(async () => {
  made = await createPostgresDatabase();
  [one, other] = [await openReplica(), await openReplica()];
});
afterEach(async () => {
  await one.close();
  await other.close();
  await made.drop();
  jest.useRealTimers();
});

test('what one replica publishes reaches the other once, in few notices, and not itself', async () => {
  const published = ids(1_000);
  for (const id of published) {
    one.feed.publish(id);
    one.feed.publish(id);
  }
  await until(() => other.received.ids.length >= 1_000);
  expect(other.received.ids).toEqual(published);
  expect(other.received.notices).toBe(1_000 / LIMITS.store.feed.idsPerNotice);
  other.feed.wake();
  await until(() => one.received.wakes === 1);
  expect(one.received).toMatchObject({ ids: [], gaps: 1 });
  expect(other.received).toMatchObject({ wakes: 0, gaps: 1 });
});

test('a half-open listening connection is noticed within two heartbeats, and what it missed is a gap', async () => {
  await openWithHeartbeatsByHand();
  other.listenProxy.silence();
  one.feed.publish('task_missed');
  jest.advanceTimersByTime(2 * HEARTBEAT_MS);
  // Without a further heartbeat: the silence was noticed, and the listener connects anew.
  await until(() => other.received.gaps === 2);
  expect(other.received.ids).toEqual([]);
  one.feed.publish('task_heard');
  await until(() => other.received.ids.includes('task_heard'));
});

test('a healthy connection stays: heartbeats are no gaps', async () => {
  let heartbeats = 0;
  const witness = new Client({ connectionString: made.url });
  await witness.connect();
  await openWithHeartbeatsByHand();
  await witness.query('listen darkroom_changes');
  witness.on('notification', ({ payload = '' }) => {
    if (!payload.includes('"ids"')) heartbeats += 1;
  });
  for (let beat = 1; beat <= 6; beat += 1) {
    jest.advanceTimersByTime(HEARTBEAT_MS);
    await until(() => heartbeats === 2 * beat);
    // Notices come in their order: with this one each has its own heartbeat back.
    one.feed.publish(`task_${beat}`);
    other.feed.publish(`task_${beat}`);
    await until(() => one.received.ids.length === beat && other.received.ids.length === beat);
  }
  await witness.end();
  expect([one.received.gaps, other.received.gaps]).toEqual([1, 1]);
});

test('a server that goes away and comes back is listened to again', async () => {
  other.listenProxy.cut();
  await new Promise(resolve => setTimeout(resolve, 500));
  other.listenProxy.heal();
  await until(() => other.received.gaps === 2);
  one.feed.publish('task_heard');
  await until(() => other.received.ids.includes('task_heard'));
});

test('changes that cannot be sent are kept and sent later; too many become one gap', async () => {
  one.publishProxy.cut();
  one.feed.publish('task_kept');
  await new Promise(resolve => setTimeout(resolve, 200));
  one.publishProxy.heal();
  await until(() => other.received.ids.includes('task_kept'), LIMITS.store.feed.heartbeatMs + 2_000);

  for (const id of ids(LIMITS.store.feed.kept + 1)) one.feed.publish(id);
  await until(() => other.received.gaps === 2);
  expect(other.received.ids).toEqual(['task_kept']);
});

test('a close sends what is pending', async () => {
  one.feed.publish('task_last');
  await one.feed.close();
  await until(() => other.received.ids.includes('task_last'));
});

test('a payload that is no notice is ignored', async () => {
  const database = await openPostgres({ url: made.url, log: silentLog });
  await database.query(`select pg_notify('darkroom_changes', 'hello')`);
  await database.close();
  one.feed.publish('task_heard');
  await until(() => other.received.ids.includes('task_heard'));
});
