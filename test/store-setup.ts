import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { Database, StoreLog } from '../src/store/database.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { MIGRATIONS, migrate, schemaHash } from '../src/store/migrate.js';
import { testPostgresUrl } from './postgres-start.js';

export const silentLog: StoreLog = { info: () => {}, warn: () => {} };

/** What a suite of the store or of tasks runs on: `describe.each(DRIVERS)`. */
export const DRIVERS = ['pglite', 'postgres'] as const;
export type Driver = (typeof DRIVERS)[number];

let chosen: Driver = 'pglite';

/** From now on in this test file, whoever names no driver gets this one. */
export function useDriver(driver: Driver): void {
  chosen = driver;
}

/** A migrated database of its own, which goes when it is closed. About 0.3 s embedded, 0.2 s on Postgres. */
export async function openTestDatabase(driver: Driver = chosen, migrations: string = MIGRATIONS): Promise<Database> {
  if (driver === 'pglite') return openEmbedded(migrations);
  const { url, drop } = await createPostgresDatabase(migrations);
  const database = await openPostgres({ url, log: silentLog });
  return closing(database, drop);
}

/** A database on the Postgres of this run, with these migrations applied; empty without. */
export async function createPostgresDatabase(migrations?: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = migrations === undefined ? 'template1' : await ensureTemplate(migrations);
  await onServer(client => client.query(`create database ${name} template ${template} strategy file_copy`));
  return {
    url: await urlOf(name),
    drop: () => onServer(client => client.query(`drop database ${name} with (force)`)).then(() => undefined),
  };
}

async function openEmbedded(migrations: string): Promise<Database> {
  const directory = await mkdtemp(path.join(tmpdir(), 'darkroom-store-'));
  const database = await openPglite({ directory, log: silentLog, durable: false, empty: migrations !== MIGRATIONS });
  await migrate(database, migrations);
  return closing(database, () => rm(directory, { recursive: true, force: true }));
}

function closing(database: Database, then: () => Promise<void>): Database {
  const close = database.close.bind(database);
  let closed: Promise<void> | undefined;
  database.close = () => {
    closed ??= close().then(then);
    return closed;
  };
  return database;
}

/** Migrating takes longer than copying a database: each folder of migrations is applied once a run. */
async function ensureTemplate(migrations: string): Promise<string> {
  const name = `template_${await schemaHash(migrations)}`;
  await onServer(async client => {
    // Jest's workers come at the same time.
    await client.query('select pg_advisory_lock(1)');
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount) return;
    await client.query(`create database ${name}_new strategy file_copy`);
    const database = await openPostgres({ url: await urlOf(`${name}_new`), log: silentLog });
    await migrate(database, migrations);
    await database.close();
    await client.query(`alter database ${name}_new rename to ${name}`);
  });
  return name;
}

async function urlOf(database: string): Promise<string> {
  const url = new URL(await testPostgresUrl());
  url.pathname = database;
  return url.href;
}

async function onServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: await testPostgresUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
