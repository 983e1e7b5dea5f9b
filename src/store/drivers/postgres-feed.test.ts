import { createPostgresDatabase, silentLog } from '../../../test/store-setup.js';
import { startProxy, type TcpProxy } from '../../../test/tcp-proxy.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Database } from '../database.js';
import { openPostgres } from './postgres.js';
import { PostgresFeed } from './postgres-feed.js';

const HEARTBEAT_MS = 200;

/** One replica: what it tells goes straight to the server, what it hears comes through a cable that can be cut. */
interface Replica {
  feed: PostgresFeed;
  cable: TcpProxy;
  heard: { ids: string[]; notices: number; wakes: number; gaps: number };
  /** In front of what it tells. */
  voice: TcpProxy;
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
  const [cable, voice] = [await startProxy(port), await startProxy(port)];
  const database: Database = await openPostgres({ url: through(voice), log: silentLog });
  const feed = new PostgresFeed({ url: through(cable), database, log: silentLog, heartbeatMs: HEARTBEAT_MS });
  const heard: Replica['heard'] = { ids: [], notices: 0, wakes: 0, gaps: 0 };
  feed.listen({
    changed: ids => {
      heard.notices += 1;
      heard.ids.push(...ids);
    },
    wake: () => {
      heard.wakes += 1;
    },
    gap: () => {
      heard.gaps += 1;
    },
  });
  await until(() => heard.gaps === 1);
  return {
    feed,
    cable,
    heard,
    voice,
    close: async () => {
      await feed.close();
      await database.close();
      await cable.close();
      await voice.close();
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

const ids = (count: number) => Array.from({ length: count }, (_, index) => `task_${`${index}`.padStart(26, '0')}`);

beforeEach(async () => {
  made = await createPostgresDatabase();
  [one, other] = [await openReplica(), await openReplica()];
});
afterEach(async () => {
  await one.close();
  await other.close();
  await made.drop();
});

test('what one replica publishes is told to the other, once, in few notices, and not back to itself', async () => {
  const published = ids(1_000);
  for (const id of published) {
    one.feed.publish(id);
    one.feed.publish(id);
  }
  await until(() => other.heard.ids.length >= 1_000);
  expect(other.heard.ids).toEqual(published);
  expect(other.heard.notices).toBe(1_000 / LIMITS.store.feed.idsPerNotice);
  other.feed.wake();
  await until(() => one.heard.wakes === 1);
  expect(one.heard).toMatchObject({ ids: [], gaps: 1 });
  expect(other.heard).toMatchObject({ wakes: 0, gaps: 1 });
});

test('a listening connection that went silent is noticed within two heartbeats, and what it missed is a gap', async () => {
  await new Promise(resolve => setTimeout(resolve, HEARTBEAT_MS * 1.5));
  other.cable.silence();
  const start = performance.now();
  one.feed.publish('task_missed');
  await until(() => other.heard.gaps === 2);
  // Noticed within two, then connected anew.
  expect(performance.now() - start).toBeLessThan(2 * HEARTBEAT_MS + 500);
  expect(other.heard.ids).toEqual([]);
  one.feed.publish('task_heard');
  await until(() => other.heard.ids.includes('task_heard'));
});

test('a healthy connection stays: heartbeats are no gaps', async () => {
  await new Promise(resolve => setTimeout(resolve, HEARTBEAT_MS * 6));
  expect(other.heard.gaps).toBe(1);
});

test('a server that goes away and comes back is listened to again', async () => {
  other.cable.cut();
  await new Promise(resolve => setTimeout(resolve, 500));
  other.cable.heal();
  await until(() => other.heard.gaps === 2);
  one.feed.publish('task_heard');
  await until(() => other.heard.ids.includes('task_heard'));
});

test('what cannot be told is kept and told later; too much of it becomes one gap', async () => {
  one.voice.cut();
  one.feed.publish('task_kept');
  await new Promise(resolve => setTimeout(resolve, 200));
  one.voice.heal();
  await until(() => other.heard.ids.includes('task_kept'), LIMITS.store.feed.heartbeatMs + 2_000);

  for (const id of ids(LIMITS.store.feed.kept + 1)) one.feed.publish(id);
  await until(() => other.heard.gaps === 2);
  expect(other.heard.ids).toEqual(['task_kept']);
});

test('a close tells what is left', async () => {
  one.feed.publish('task_last');
  await one.feed.close();
  await until(() => other.heard.ids.includes('task_last'));
});

test('nonsense on the channel is nobody’s problem', async () => {
  const database = await openPostgres({ url: made.url, log: silentLog });
  await database.query(`select pg_notify('darkroom_changes', 'hello')`);
  await database.close();
  one.feed.publish('task_heard');
  await until(() => other.heard.ids.includes('task_heard'));
});
