import { createPostgresDatabase, silentLog } from '../../../test/store-setup.js';
import { startProxy, type TcpProxy } from '../../../test/tcp-proxy.js';
import { type Database, SqlError } from '../database.js';
import { openPostgres } from './postgres.js';

let made: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  made = await createPostgresDatabase();
});
afterAll(() => made.drop());

const open = (url: string) => openPostgres({ url, log: silentLog });

function changed(change: (url: URL) => void): string {
  const url = new URL(made.url);
  change(url);
  return url.href;
}

async function refusal(url: string): Promise<Error & { code: string }> {
  const error = await open(url).then(
    () => undefined,
    thrown => thrown,
  );
  expect(error).toBeDefined();
  const shown = `${error.stack} ${error.cause} ${JSON.stringify(error, Object.getOwnPropertyNames(error))}`;
  expect(shown).not.toContain(decodeURIComponent(new URL(url).password));
  return error;
}

describe('a server that does not answer is named at the start, and the password is not', () => {
  test('nothing answers', async () => {
    const port = '1';
    const error = await refusal(
      changed(url => {
        url.port = port;
      }),
    );
    expect(error.code).toBe('DATABASE_UNAVAILABLE');
    expect(error.message).toBe('DATABASE_URL: no answer from 127.0.0.1:1 (ECONNREFUSED).');
  });

  test('something accepts the connection and never answers', async () => {
    const proxy = await startProxy(Number(new URL(made.url).port));
    const waiting = refusal(
      changed(url => {
        url.port = `${proxy.port}`;
      }),
    );
    while (proxy.open === 0) await new Promise(resolve => setImmediate(resolve));
    proxy.silence();
    const error = await waiting;
    expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE', message: expect.stringContaining('took too long') });
    await proxy.close();
  });
});

describe('a database that cannot be used is refused at the start, in words, and without the password', () => {
  test('the password is wrong', async () => {
    const error = await refusal(
      changed(url => {
        url.password = 'not-the-password';
      }),
    );
    expect(error).toMatchObject({ code: 'DATABASE_UNUSABLE', message: expect.stringContaining('login is refused') });
  });

  test('there is no such database', async () => {
    const error = await refusal(
      changed(url => {
        url.pathname = 'nowhere';
      }),
    );
    expect(error).toMatchObject({ code: 'DATABASE_UNUSABLE', message: expect.stringContaining('CREATE DATABASE') });
  });
});

let proxy: TcpProxy;
let database: Database;

/** A database behind a proxy that can be closed. */
function useProxy(): void {
  beforeEach(async () => {
    proxy = await startProxy(Number(new URL(made.url).port));
    database = await open(
      changed(url => {
        url.port = `${proxy.port}`;
      }),
    );
    await database.script('create table notes (body text)');
  });
  afterEach(async () => {
    await database.script('drop table notes');
    await database.close();
    await proxy.close();
  });
}

describe('a database that goes away', () => {
  useProxy();

  test('queries fail with a typed error that can be retried, and work again once it is back', async () => {
    proxy.cut();
    await expect(database.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(database.transaction(sql => sql.query('select 1'))).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    proxy.heal();
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a transaction that it interrupts leaves nothing', async () => {
    await expect(
      database.transaction(async sql => {
        await sql.query(`insert into notes values ('lost')`);
        proxy.cut();
        await sql.query(`insert into notes values ('never')`);
      }),
    ).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    proxy.heal();
    expect(await database.query('select body from notes')).toEqual([]);
  });

  test('the next statement reports a connection that broke between two', async () => {
    await expect(
      database.transaction(async sql => {
        await sql.query(`insert into notes values ('lost')`);
        proxy.cut();
        await new Promise(resolve => setTimeout(resolve, 50));
      }),
    ).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    proxy.heal();
    expect(await database.query('select body from notes')).toEqual([]);
  });

  test('sessions that the server ends are replaced', async () => {
    const others = await open(made.url);
    await others.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await others.close();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('many at once', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openPostgres({ url: made.url, log: silentLog, connections: 3 });
  });
  afterAll(() => database.close());

  test('more queries than connections wait for their turn', async () => {
    const rows = await Promise.all(
      Array.from({ length: 100 }, (_, index) => database.query<{ index: number }>('select $1::int as index', [index])),
    );
    expect(rows.map(([row]) => row!.index)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  test('an error of one statement costs no connection', async () => {
    const pid = async () => (await database.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]!.pid;
    const before = await pid();
    await expect(database.query('select nonsense')).rejects.toThrow(SqlError);
    await expect(database.transaction(sql => sql.query('select nonsense'))).rejects.toThrow(SqlError);
    expect(await pid()).toBe(before);
  });

  test('a text without parameters is still one statement', async () => {
    await expect(database.query('select 1; select 2')).rejects.toMatchObject({ sqlState: '42601' });
  });

  test('a close waits for what was asked before, also for what has no connection yet, and refuses what comes after', async () => {
    const closing = await openPostgres({ url: made.url, log: silentLog, connections: 1 });
    const asked = [closing.query('select pg_sleep(0.1)'), closing.query('select 1 as one')];
    const closed = closing.close();
    await expect(closing.query('select 1')).rejects.toMatchObject({ code: 'STOPPING' });
    expect(await asked[1]).toEqual([{ one: 1 }]);
    await closed;
    await closing.close();
  });
});
