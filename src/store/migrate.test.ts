import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DRIVERS, type Driver, openTestDatabase } from '../../test/store-setup.js';
import type { Database } from './database.js';
import { migrate } from './migrate.js';

let folder: string;
let database: Database;

/** An empty database, and a folder with two migrations for each test. */
function useTwoMigrations(driver: Driver): void {
  beforeAll(async () => {
    const empty = await mkdtemp(path.join(tmpdir(), 'darkroom-migrations-'));
    database = await openTestDatabase(driver, empty);
    await rm(empty, { recursive: true });
  });

  afterAll(() => database.close());

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'darkroom-migrations-'));
    await put('001-cats.sql', 'create table cats (name text); create index cats_name on cats (name);');
    await put('002-dogs.sql', 'create table dogs (name text);');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
    await database.script('drop table if exists cats, dogs, birds; delete from schema_migrations;');
  });
}

function put(file: string, sql: string): Promise<void> {
  return writeFile(path.join(folder, file), sql);
}

async function tables(): Promise<string[]> {
  const rows = await database.query<{ tablename: string }>(
    `select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations' order by 1`,
  );
  return rows.map(row => row.tablename);
}

describe.each(DRIVERS)('migrations on %s', driver => {
  useTwoMigrations(driver);

  test('migrations are applied in order, once', async () => {
    expect(await migrate(database, folder)).toEqual({ applied: [1, 2], version: 2 });
    expect(await migrate(database, folder)).toEqual({ applied: [], version: 2 });
    expect(await tables()).toEqual(['cats', 'dogs']);
    const rows = await database.query('select version, name, applied_at from schema_migrations order by 1');
    expect(rows).toEqual([
      { version: 1, name: 'cats', applied_at: expect.any(Date) },
      { version: 2, name: 'dogs', applied_at: expect.any(Date) },
    ]);
  });

  test('a new migration is applied to an old schema', async () => {
    await migrate(database, folder);
    await put('003-birds.sql', 'create table birds (name text);');
    expect(await migrate(database, folder)).toEqual({ applied: [3], version: 3 });
  });

  test('five migrators at once apply each migration once', async () => {
    const results = await Promise.all(Array.from({ length: 5 }, () => migrate(database, folder)));
    expect(results.flatMap(result => result.applied).sort()).toEqual([1, 2]);
  });

  test('a migration that fails leaves nothing of itself and everything before it', async () => {
    await put('003-birds.sql', 'create table birds (name text); create table cats (name text);');
    await expect(migrate(database, folder)).rejects.toMatchObject({ sqlState: '42P07' });
    expect(await tables()).toEqual(['cats', 'dogs']);
    await put('003-birds.sql', 'create table birds (name text);');
    expect(await migrate(database, folder)).toEqual({ applied: [3], version: 3 });
  });
});

describe.each(DRIVERS)('a folder that does not match the database on %s', driver => {
  useTwoMigrations(driver);

  test('a schema newer than the folder is refused, naming both versions', async () => {
    await migrate(database, folder);
    await rm(path.join(folder, '002-dogs.sql'));
    await expect(migrate(database, folder)).rejects.toMatchObject({
      code: 'SCHEMA_NEWER',
      message: expect.stringMatching(/version 2.* knows 1\b/),
    });
  });

  test('an applied migration that was edited is refused', async () => {
    await migrate(database, folder);
    await put('001-cats.sql', 'create table cats (name text not null);');
    await expect(migrate(database, folder)).rejects.toMatchObject({
      code: 'SCHEMA_CHANGED',
      message: expect.stringContaining('1 (cats)'),
    });
  });

  test('line ends that Git changed on Windows are no edit', async () => {
    await put('001-cats.sql', 'create table cats (\n  name text\n);\n');
    await migrate(database, folder);
    await put('001-cats.sql', 'create table cats (\r\n  name text\r\n);\r\n');
    expect(await migrate(database, folder)).toEqual({ applied: [], version: 2 });
  });

  test.each(['004-gap.sql', '002-twice.sql', '3-short.sql', '003_underscore.sql'])(
    'a file named %s is refused',
    async file => {
      await put(file, 'select 1;');
      await expect(migrate(database, folder)).rejects.toThrow(/numbered 001-name\.sql without gaps/);
      expect(await tables()).toEqual([]);
    },
  );
});
