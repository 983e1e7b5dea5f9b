import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { eventually } from '../../../test/eventually.js';
import { fakeTimers } from '../../../test/fake-time.js';
import { createPostgresDatabase, silentLog } from '../../../test/store-setup.js';
import { startProxy, type TcpProxy } from '../../../test/tcp-proxy.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Database } from '../database.js';
import { openPostgres } from './postgres.js';
import { PostgresFeed } from './postgres-feed.js';
import { PostgresListener } from './postgres-listener.js';

const { reconnectMs: RECONNECT_MS, collectMs: COLLECT_MS } = LIMITS.store.feed;
/** Shorter than the time limit of a query, which would notice a silence too. */
const HEARTBEAT_MS = 1_000;

/** One replica. It publishes through one proxy and listens through another, so that each connection can be cut. */
interface Replica {
  feed: PostgresFeed;
  listenProxy: TcpProxy;
  received: { ids: string[]; notices: number; wakes: number; gaps: number };
  /** How often its listening connection was lost, or could not be made. */
  losses(): number;
  /** How often it could not tell the others. */
  failures(): number;
  publishProxy: TcpProxy;
  /** What it told the others, and itself. */
  told: { payload: string; answer: Promise<unknown> }[];
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
  const told: Replica['told'] = [];
  const query = database.query.bind(database);
  database.query = (text, params) => {
    const answer = query<never>(text, params);
    told.push({ payload: String(params?.[1]), answer });
    return answer;
  };
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => warnings.push(message) };
  const feed = new PostgresFeed({ url: through(listenProxy), database, log, heartbeatMs: HEARTBEAT_MS });
  const warned = (words: string) => () => warnings.filter(message => message.includes(words)).length;
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
  await eventually(() => received.gaps === 1);
  return {
    feed,
    listenProxy,
    received,
    publishProxy,
    told,
    losses: warned('listens for changes was lost'),
    failures: warned('could not be told'),
    close: async () => {
      await feed.close();
      await database.close();
      await listenProxy.close();
      await publishProxy.close();
    },
  };
}

/** Lets time pass, and what is sent then arrive: a heartbeat arrives on another connection than the one that sent it. */
async function pass(ms: number, { silent }: { silent?: Replica } = {}): Promise<void> {
  const emitted = jest.spyOn(Client.prototype, 'emit');
  const before = [one, other].map(({ told }) => told.length);
  jest.advanceTimersByTime(ms);
  const told = [one, other].flatMap((replica, index) => replica.told.slice(before[index]));
  const answers = await Promise.allSettled(told.map(({ answer }) => answer));
  const beats = told
    .filter((_, index) => answers[index]!.status === 'fulfilled')
    .flatMap(({ payload }) => (/^{"from":"[^"]+"}$/.test(payload) ? [payload] : []));
  const hears = ({ listenProxy }: Replica, beat: string) =>
    (emitted.mock.calls as unknown as [string, { payload: string }][]).some(
      ([event, notice], index) =>
        event === 'notification' &&
        notice.payload === beat &&
        (emitted.mock.contexts[index] as Client).port === listenProxy.port,
    );
  const listening = [one, other].filter(replica => replica !== silent);
  await eventually(() => beats.every(beat => listening.every(replica => hears(replica, beat))));
  emitted.mockRestore();
}

const heartbeat = (over?: { silent: Replica }) => pass(HEARTBEAT_MS, over);
const collected = () => pass(COLLECT_MS);

const ids = (count: number) => Array.from({ length: count }, (_, index) => `task_${`${index}`.padStart(26, '0')}`);

beforeEach(async () => {
  made = await createPostgresDatabase();
  fakeTimers();
  [one, other] = [await openReplica(), await openReplica()];
});
afterEach(async () => {
  jest.useRealTimers();
  await one.close();
  await other.close();
  await made.drop();
});

test('what one replica publishes reaches the other once, in few notices, and not itself', async () => {
  const published = ids(1_000);
  for (const id of published) {
    one.feed.publish(id);
    one.feed.publish(id);
  }
  await collected();
  await eventually(() => other.received.ids.length >= 1_000);
  expect(other.received.ids).toEqual(published);
  expect(other.received.notices).toBe(1_000 / LIMITS.store.feed.idsPerNotice);
  other.feed.wake();
  await collected();
  await eventually(() => one.received.wakes === 1);
  expect(one.received).toMatchObject({ ids: [], gaps: 1 });
  expect(other.received).toMatchObject({ wakes: 0, gaps: 1 });
});

test('a half-open listening connection is noticed within two heartbeats, and what it missed is a gap', async () => {
  await heartbeat();
  other.listenProxy.silence();
  one.feed.publish('task_missed');
  await heartbeat({ silent: other });
  expect(other.losses()).toBe(0);
  // The heartbeat did not come back, so the listener gives up in place of the next one.
  await heartbeat({ silent: other });
  expect(other.losses()).toBe(1);
  await pass(RECONNECT_MS, { silent: other });
  await eventually(() => other.received.gaps === 2);
  expect(other.received.ids).toEqual([]);
  one.feed.publish('task_heard');
  await collected();
  await eventually(() => other.received.ids.includes('task_heard'));
});

test('a healthy connection stays: heartbeats are no gaps', async () => {
  for (let beats = 0; beats < 6; beats++) await heartbeat();
  expect(other.received.gaps).toBe(1);
  expect(other.losses()).toBe(0);
});

test('a connection that only listens outlives the time limit of the server for idle ones', async () => {
  const { pathname } = new URL(made.url);
  const database = await openPostgres({ url: made.url, log: silentLog });
  await database.script(`alter database ${pathname.slice(1)} set idle_session_timeout = '100ms'`);
  await database.close();
  const late = await openReplica();
  await pause(400);
  expect(late.losses()).toBe(0);
  await late.close();
});

test('a server that goes away and comes back is listened to again', async () => {
  other.listenProxy.cut();
  await eventually(() => other.losses() === 1);
  await pass(RECONNECT_MS);
  await eventually(() => other.losses() === 2);
  other.listenProxy.heal();
  // It waits twice as long after each attempt.
  await pass(2 * RECONNECT_MS);
  await eventually(() => other.received.gaps === 2);
  one.feed.publish('task_heard');
  await collected();
  await eventually(() => other.received.ids.includes('task_heard'));
});

test('changes that cannot be sent are kept and sent later; too many become one gap', async () => {
  one.publishProxy.cut();
  one.feed.publish('task_kept');
  await collected();
  await eventually(() => one.failures() === 1);
  one.publishProxy.heal();
  for (let beats = 0; beats * HEARTBEAT_MS < LIMITS.store.feed.heartbeatMs; beats++) await heartbeat();
  await eventually(() => other.received.ids.includes('task_kept'));

  for (const id of ids(LIMITS.store.feed.kept + 1)) one.feed.publish(id);
  await collected();
  await eventually(() => other.received.gaps === 2);
  expect(other.received.ids).toEqual(['task_kept']);
});

test('a close sends what is pending', async () => {
  one.feed.publish('task_last');
  await one.feed.close();
  await eventually(() => other.received.ids.includes('task_last'));
});

test('a payload that is no notice is ignored', async () => {
  const database = await openPostgres({ url: made.url, log: silentLog });
  for (const payload of ['hello', 'null', '7'])
    await database.query(`select pg_notify('darkroom_changes', '${payload}')`);
  await database.close();
  one.feed.publish('task_heard');
  await collected();
  await eventually(() => other.received.ids.includes('task_heard'));
});

test('a certificate that cannot be read when it connects anew ends no process: it is tried again', async () => {
  const lost: object[] = [];
  const listener = new PostgresListener({
    url: 'postgresql://darkroom@127.0.0.1:1/darkroom?sslmode=verify-full&sslrootcert=/nowhere/root.pem',
    channel: 'any',
    log: { ...silentLog, warn: fields => lost.push(fields) },
    heartbeat: '',
    heartbeatMs: 100,
    beat: async () => {},
    onNotice: () => {},
    onConnected: () => {},
  });
  await listener.open();
  expect(lost).toEqual([{ reason: 'ENOENT', retryMs: LIMITS.store.feed.reconnectMs }]);
  listener.close();
});
