import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Database } from '../src/store/database.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { PostgresFeed } from '../src/store/drivers/postgres-feed.js';
import { MIGRATIONS, migrate } from '../src/store/migrate.js';
import { eventually } from './eventually.js';
import { makeIdPhoto } from './id-photo-request.js';
import { hasPgBouncer, startPgBouncer } from './pgbouncer.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { createPostgresDatabase, silentLog } from './store-setup.js';
import { startTransactionPooler } from './transaction-pooler.js';

interface Pooler {
  readonly url: string;
  close(): Promise<void>;
}
type Start = (target: string) => Promise<Pooler>;

const STRICT: Start = target => startTransactionPooler(target);
const inTransactions: Start = target => startPgBouncer(target, 'transaction');
const inSessions: Start = target => startPgBouncer(target, 'session');
const HEARTBEAT_MS = 400;

let made: { url: string; drop(): Promise<void> };
let pooler: Pooler;
let open: { close(): Promise<void> }[];

function use(start: Start): void {
  beforeEach(async () => {
    made = await createPostgresDatabase();
    pooler = await start(made.url);
    open = [];
  });
  afterEach(async () => {
    for (const part of open.reverse()) await part.close();
    await pooler.close();
    await made.drop();
  });
}

async function openDatabase(url = pooler.url): Promise<Database> {
  const database = await openPostgres({ url, log: silentLog });
  open.push(database);
  return database;
}

/** One replica: it publishes through the pooler, and listens where it is told. */
async function openFeed(url: string) {
  const warnings: { reason?: string; message: string }[] = [];
  const log = { ...silentLog, warn: (fields: object, message: string) => warnings.push({ ...fields, message }) };
  const feed = new PostgresFeed({ url, database: await openDatabase(), log, heartbeatMs: HEARTBEAT_MS });
  open.push(feed);
  const received: string[] = [];
  let gaps = 0;
  feed.listen({
    changed: ids => received.push(...ids),
    wake: () => undefined,
    gap: () => {
      gaps += 1;
    },
  });
  await eventually(() => gaps > 0);
  return { feed, received, warnings };
}

/** What holds behind every pooler. */
function serves(): void {
  test('migrates, and runs statements and transactions of many at once, each with its timeouts', async () => {
    const database = await openDatabase();
    const { applied, version } = await migrate(database, MIGRATIONS);
    expect(applied).toHaveLength(version);
    const other = await openDatabase();
    const add = (by: Database, value: string) =>
      by.transaction(async sql => {
        await sql.query('insert into settings (name, value) values ($1, $2)', [value, value]);
        return sql.query<{ timeout: string }>(`select current_setting('statement_timeout') as timeout where $1 <> ''`, [
          value,
        ]);
      });
    const values = Array.from({ length: 60 }, (_, index) => `value ${index}`);
    const timeouts = await Promise.all(values.map((value, index) => add(index % 2 === 0 ? database : other, value)));
    expect(timeouts).toEqual(values.map(() => [{ timeout: '30s' }]));
    const counts = await Promise.all(
      values.map(value => other.query('select count(*) as count from settings where value = $1', [value])),
    );
    expect(counts).toEqual(values.map(() => [{ count: 1 }]));
    // Nothing is left on a connection that another client may get.
    const statements = await database.query(
      `select 1 from pg_prepared_statements union all select 1 where current_setting('statement_timeout') <> '0'`,
    );
    expect(statements).toEqual([]);
  });

  test('a replica that listens past it hears what another one does', async () => {
    const [one, other] = [await openFeed(made.url), await openFeed(made.url)];
    one.feed.publish('task_told');
    await eventually(() => other.received.includes('task_told'));
    await pause(3 * HEARTBEAT_MS);
    expect([...one.warnings, ...other.warnings]).toEqual([]);
  });
}

/** What holds where each transaction may run on another connection to the server. */
function poolsTransactions(): void {
  test('that LISTEN does not work is told once, with what to set, even if this replica alone is there', async () => {
    const { warnings } = await openFeed(pooler.url);
    await eventually(() => warnings.length > 0);
    await pause(4 * HEARTBEAT_MS);
    expect(warnings).toEqual([
      { reason: 'pooled', message: expect.stringMatching(/up to 15 s late\. Set DATABASE_DIRECT_URL/) },
    ]);
  });
}

describe('a strict pooler in transaction mode', () => {
  use(STRICT);
  serves();
  poolsTransactions();

  test('refuses what the driver must not send: a parameter of the start-up, and a statement that it named before', async () => {
    const url = new URL(pooler.url);
    url.searchParams.set('statement_timeout', '1000');
    await expect(openDatabase(url.href)).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: 'DATABASE_URL: the pooler refuses a parameter of the URL; take it out.',
    });
    const client = new Client({ connectionString: pooler.url });
    await client.connect();
    const named = { name: 'again', text: 'select 1', values: [] };
    await client.query(named);
    await expect(client.query(named)).rejects.toMatchObject({ code: '26000' });
    await client.end();
  });
});

const bouncers = hasPgBouncer ? describe : describe.skip;
const asked = hasPgBouncer ? '' : ' (skipped: no pgbouncer on this machine)';

bouncers(`PgBouncer in transaction mode${asked}`, () => {
  use(inTransactions);
  serves();
  poolsTransactions();

  test.each([
    ['a wrong password', { password: 'not-the-password' }, 'DATABASE_UNUSABLE', /login is refused/],
    ['a user that it does not know', { username: 'nobody' }, 'DATABASE_UNUSABLE', /login is refused/],
    ['a database that it does not know', { pathname: 'unknown' }, 'DATABASE_UNUSABLE', /no database of this name/],
    ['a database that its server lacks', { pathname: 'missing' }, 'DATABASE_UNUSABLE', /no database of this name/],
    ['a server that is away', { pathname: 'unreachable' }, 'DATABASE_UNAVAILABLE', /pooler gets no connection/],
  ] as const)('%s is told in words', async (_what, change, code, words) => {
    const url = Object.assign(new URL(pooler.url), change);
    const error = await openDatabase(url.href).then(
      () => undefined,
      thrown => thrown as Error,
    );
    expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
    expect(`${error!.message}`).not.toContain(decodeURIComponent(url.password));
  });
});

bouncers(`PgBouncer in statement mode${asked}`, () => {
  use(target => startPgBouncer(target, 'statement'));

  test('is refused at the start', async () => {
    await expect(openDatabase()).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: 'DATABASE_URL: the pooler lets no transaction through; set its pool_mode to session or transaction.',
    });
  });
});

bouncers(`PgBouncer in session mode${asked}`, () => {
  use(inSessions);
  serves();

  test('LISTEN works through it', async () => {
    const [one, other] = [await openFeed(pooler.url), await openFeed(pooler.url)];
    one.feed.publish('task_told');
    await eventually(() => other.received.includes('task_told'));
    await pause(3 * HEARTBEAT_MS);
    expect([...one.warnings, ...other.warnings]).toEqual([]);
  });
});

async function start(environment: Record<string, string>): Promise<ServerProcess> {
  const server = await spawnServer(folder.path, {
    DATABASE_URL: pooler.url,
    DARKROOM_SECRET: 's'.repeat(40),
    DARKROOM_SANDBOX: 'off',
    ...environment,
  });
  open.push({ close: () => server.kill('SIGTERM').then(() => undefined) });
  return server;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

function useFolder(): void {
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());
}

describe('servers behind a strict pooler in transaction mode', () => {
  use(STRICT);
  useFolder();

  test('without a direct URL they migrate and work, say what to set, and events come by looking', async () => {
    const api = await start({ DARKROOM_ROLE: 'api' });
    const worker = await start({ DARKROOM_ROLE: 'worker' });
    expect(await makeIdPhoto(api.url)).toMatchObject({ state: 'SUCCEEDED' });
    const words = 'Set DATABASE_DIRECT_URL to the server itself';
    for (const server of [api, worker]) await server.logged(words);
    expect(`${api.log()}${worker.log()}`).not.toMatch(/"level":[56]0/);
  }, 150_000);
});

bouncers(`servers behind PgBouncer in transaction mode${asked}`, () => {
  use(inTransactions);
  useFolder();

  test('with a direct URL nothing is amiss', async () => {
    const api = await start({ DARKROOM_ROLE: 'api', DATABASE_DIRECT_URL: made.url });
    const worker = await start({ DARKROOM_ROLE: 'worker', DATABASE_DIRECT_URL: made.url });
    expect(await makeIdPhoto(api.url)).toMatchObject({ state: 'SUCCEEDED' });
    expect(`${api.log()}${worker.log()}`).not.toMatch(/"level":[456]0/);
  }, 150_000);
});
