import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { type EmbeddedPostgres, startPostgres } from '../../../test/embedded-postgres.js';
import { createPostgresDatabase, silentLog } from '../../../test/store-setup.js';
import { startProxy } from '../../../test/tcp-proxy.js';
import type { Database } from '../database.js';
import { openPostgres } from './postgres.js';
import { PostgresFeed } from './postgres-feed.js';

/** One of our own: what is set here concerns a whole server. */
let postgres: EmbeddedPostgres;
let opened: Database[];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());
beforeEach(() => {
  opened = [];
});
afterEach(async () => {
  for (const database of opened) await database.close();
});

async function open(url = postgres.url()): Promise<Database> {
  const database = await openPostgres({ url, log: silentLog });
  opened.push(database);
  return database;
}

/** As an operator, on a connection of its own. */
async function operate(...statements: string[]): Promise<void> {
  const client = new Client({
    host: postgres.sockets,
    port: postgres.port,
    user: 'postgres',
    password: 'only-for-tests',
  });
  await client.connect();
  for (const statement of ['set default_transaction_read_only = off', ...statements]) await client.query(statement);
  await client.end();
}

const setReadOnly = (value: 'on' | 'off') =>
  operate(`alter system set default_transaction_read_only = ${value}`, 'select pg_reload_conf()');

const READ_ONLY = { code: 'DATABASE_UNAVAILABLE', cause: { sqlState: '25006' } };

async function untilRefused(database: Database): Promise<unknown> {
  for (;;) {
    // The server may turn between the two.
    for (const statement of ['create table if not exists written (at int)', 'drop table if exists written']) {
      const error = await database.query(statement).then(
        () => undefined,
        thrown => thrown,
      );
      if (error !== undefined) return error;
    }
  }
}

describe('a server that turns read-only', () => {
  afterEach(() => setReadOnly('off'));

  test('cannot be reached for a while, on no connection, and is used again once it takes writes', async () => {
    const database = await open();
    const pids = async () => {
      const rows = await Promise.all(
        [1, 2, 3].map(() => database.query<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.05)')),
      );
      return rows.map(([row]) => row!.pid);
    };
    const before = await pids();
    await setReadOnly('on');
    expect(await untilRefused(database)).toMatchObject(READ_ONLY);
    // Reads as well: what a standby answers may be old.
    await expect(Promise.all([1, 2, 3].map(() => database.query('select 1')))).rejects.toMatchObject(READ_ONLY);
    await setReadOnly('off');
    while ((await database.query('select 1').catch(() => [])).length === 0) await pause(20);
    expect((await pids()).filter(pid => before.includes(pid))).toEqual([]);
  });

  test('is refused at a start, in words', async () => {
    await setReadOnly('on');
    await expect(open()).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: expect.stringContaining('read-only (a standby'),
    });
  });

  test('is left for the one to which its address moves, though it keeps its connections', async () => {
    const made = await createPostgresDatabase();
    const next = new URL(made.url);
    const name = next.pathname.slice(1);
    const address = await startProxy(postgres.port);
    await operate(`create database ${name}`);
    try {
      next.port = `${address.port}`;
      const database = await open(next.href);
      await setReadOnly('on');
      address.lead(Number(new URL(made.url).port));
      await untilRefused(database);
      await database.query('create table written (at int)');
      expect(address.open).toBe(1);
    } finally {
      await Promise.all(opened.splice(0).map(database => database.close()));
      await address.close();
      await operate(`drop database ${name} with (force)`);
      await made.drop();
    }
  });
});

describe('a server without a connection left', () => {
  const url = () => postgres.url().replace('//postgres:', '//visitor:');
  beforeEach(() => operate(`create role visitor login password 'only-for-tests' connection limit 1`));
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    await operate('drop role visitor');
  });

  test('is told at the start, and later is an error that can be retried', async () => {
    const database = await open(url());
    await expect(open(url())).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('it has no connection left'),
    });
    const sleeping = database.query('select pg_sleep(0.3)');
    await expect(database.query('select 1')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      cause: { sqlState: '53300' },
    });
    await sleeping;
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('a socket', () => {
  const LOGIN = 'postgres:only-for-tests@';
  /** In the ways that Postgres' manual knows. */
  const URLS: readonly [string, (folder: string, port: number) => string][] = [
    ['no host', (folder, port) => `postgresql://${LOGIN}/postgres?host=${folder}&port=${port}`],
    [
      'parameters only',
      (folder, port) => `postgresql:///postgres?host=${folder}&port=${port}&user=postgres&password=only-for-tests`,
    ],
    ['its folder as host', (folder, port) => `postgresql://${LOGIN}${encodeURIComponent(folder)}:${port}/postgres`],
  ];

  test.each(URLS)('with %s in its URL leads to the server, and changes are heard on it', async (_what, urlOf) => {
    const url = urlOf(postgres.sockets, postgres.port);
    const database = await open(url);
    const [row] = await database.query<{ client: string | null }>('select inet_client_addr()::text as client');
    expect(row!.client).toBeNull();
    const feeds = [1, 2].map(() => new PostgresFeed({ url, database, log: silentLog }));
    const heard: string[] = [];
    const connected = feeds.map(
      feed => new Promise<void>(gap => feed.listen({ changed: ids => heard.push(...ids), wake: () => undefined, gap })),
    );
    await Promise.all(connected);
    feeds[0]!.publish('task_told');
    while (heard.length === 0) await pause(5);
    await Promise.all(feeds.map(feed => feed.close()));
  });

  test('that nobody made is named', async () => {
    await expect(open('postgresql:///postgres?host=/nowhere')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: 'DATABASE_URL: no answer from /nowhere (ENOENT).',
    });
  });
});

describe('TLS', () => {
  test('that the server does not have is told', async () => {
    await expect(open(`${postgres.url()}?sslmode=verify-full`)).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: 'DATABASE_URL: the server has no TLS; take sslmode out of the URL.',
    });
  });

  test('without which the server takes nobody in is told', async () => {
    await operate(
      'create table hba as select pg_read_file(current_setting($$hba_file$$)) as lines',
      `do $$ begin execute format('copy (select %L) to %L', 'local all all scram-sha-256', current_setting('hba_file')); end $$`,
      'select pg_reload_conf()',
    );
    try {
      await expect(open()).rejects.toMatchObject({
        code: 'DATABASE_UNUSABLE',
        message: expect.stringContaining('takes nobody in from here without TLS; add sslmode=verify-full'),
      });
    } finally {
      await operate(
        `do $$ begin execute format('copy (select string_to_table(lines, chr(10)) from hba) to %L', current_setting('hba_file')); end $$`,
        'select pg_reload_conf()',
        'drop table hba',
      );
    }
  });

  test('with a file of authorities that is not there is told', async () => {
    await expect(open(`${postgres.url()}?sslmode=verify-full&sslrootcert=/nowhere.pem`)).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: expect.stringContaining('cannot be read'),
    });
  });
});
