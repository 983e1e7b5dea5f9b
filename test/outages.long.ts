import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ROOT } from '../src/kernel/paths.js';
import { type CountingVendor, startCountingVendor } from './counting-vendor.js';
import { type EmbeddedPostgres, startPostgres } from './embedded-postgres.js';
import { ask, colorOf, type Listed, listTasks } from './kill-clients.js';
import { nodeClient } from './node-client.js';
import { OutageClients } from './outage-clients.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const AWAY_MS = 3_000;
const CLIENTS = 20;

let postgres: EmbeddedPostgres;
let vendor: CountingVendor;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;

beforeAll(async () => {
  // Without fsync a crash loses what was committed just before.
  postgres = await startPostgres({ durable: true });
  // The usual role is no superuser: for that one the server keeps connections back.
  await sql(`create role darkroom login password 'only-for-tests'`, 'create database darkroom owner darkroom');
  vendor = await startCountingVendor();
  folder = await temporaryFolder();
  const url = new URL(postgres.url('darkroom'));
  url.username = 'darkroom';
  server = await spawnServer(folder.path, {
    DATABASE_URL: url.href,
    DARKROOM_SECRET: 's'.repeat(40),
    DARKROOM_SANDBOX: 'off',
    DARKROOM_ENGINE_WORKERS: '1',
    ...vendor.environment('outages'),
  });
});
afterAll(async () => {
  await server?.kill('SIGTERM');
  await vendor?.close();
  await folder?.remove();
  await postgres?.remove();
});

/** As the superuser, on a database that the server does not use. */
async function sql(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: postgres.url() });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const ENDED = 'its connections are ended, again and again';
const END_ALL = `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'darkroom'`;

async function restart(how: 'fast' | 'immediate'): Promise<void> {
  await postgres.stop(how);
  await sleep(AWAY_MS);
  await postgres.start();
}

/** What happens to the database while customers order. */
const OUTAGES: Readonly<Record<string, () => Promise<void>>> = {
  'it is restarted': () => restart('fast'),
  'it crashes': () => restart('immediate'),
  'it turns read-only': async () => {
    await sql('alter system set default_transaction_read_only = on', 'select pg_reload_conf()');
    await sleep(AWAY_MS);
    await sql(
      'set default_transaction_read_only = off',
      'alter system reset default_transaction_read_only',
      'select pg_reload_conf()',
    );
  },
  [ENDED]: async () => {
    for (let times = 0; times < 10; times++) {
      await sql(END_ALL);
      await sleep(AWAY_MS / 10);
    }
  },
  'it has no connection left': async () => {
    await sql('alter role darkroom connection limit 0', END_ALL);
    await sleep(AWAY_MS);
    await sql('alter role darkroom connection limit -1');
  },
};

test('whatever happens to the database, what was acknowledged is there, is paid once, and ends', async () => {
  const portrait = new Blob([readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'))]);
  const upload = 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }';
  const { uploadPhoto } = await ask(server.url, upload, { file: portrait });
  const clients = new OutageClients(server.url, uploadPhoto.id, CLIENTS);
  for (const [what, happen] of Object.entries(OUTAGES)) {
    await clients.more(CLIENTS);
    const met = clients.retries;
    await happen();
    await clients.more(CLIENTS);
    // A connection that is ended while it is idle is replaced, and nobody sees it.
    if (what !== ENDED) expect(clients.retries).toBeGreaterThan(met);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  }
  await clients.stop();
  const tasks = await untilEnded();
  process.stderr.write(
    `\n${clients.acknowledged.size} acknowledged in ${Object.keys(OUTAGES).length} outages; ` +
      `${clients.retries} orders again; ${tasks.filter(({ state }) => state === 'NEEDS_REVIEW').length} in review\n`,
  );
  expect(clients.refusals).toEqual([]);
  expect(await wrong(tasks, clients)).toEqual([]);
  // One server from the first to the last, and nothing in it that nobody handled.
  expect(server.child.exitCode).toBeNull();
  expect(server.log()).not.toContain('"level":60');
}, 300_000);

async function untilEnded(): Promise<Listed[]> {
  for (;;) {
    const tasks = await listTasks(server.url);
    if (tasks.every(({ state }) => state !== 'QUEUED' && state !== 'RUNNING')) return tasks;
    await sleep(500);
  }
}

/** Where the tasks, the vendor's count and what was acknowledged do not agree. */
async function wrong(tasks: readonly Listed[], { acknowledged }: OutageClients): Promise<string[]> {
  const client = nodeClient(server.url);
  const byReference = new Map(tasks.map(task => [task.reference, task]));
  const found = byReference.size === tasks.length ? [] : ['an order is two tasks'];
  for (const [order, id] of acknowledged)
    if (byReference.get(`order ${order}`)?.id !== id) found.push(`${order} is lost`);
  for (const { reference, state, attempts, image } of tasks) {
    const charged = vendor.charged.get(colorOf(Number(reference.slice('order '.length)))) ?? 0;
    const certain = attempts.filter(({ billed }) => billed === 'YES').length;
    const possible = attempts.filter(({ billed }) => billed !== 'NO').length;
    if (charged > 1) found.push(`${reference} was billed ${charged} times`);
    if (charged < certain || charged > possible)
      found.push(`${reference}: charged ${charged}, booked ${certain} to ${possible}`);
    if (state === 'SUCCEEDED' && (await client.download(image!.url)).length !== image!.bytes)
      found.push(`${reference}: no picture`);
    if (state !== 'SUCCEEDED' && state !== 'NEEDS_REVIEW') found.push(`${reference} is ${state}`);
  }
  return found;
}
