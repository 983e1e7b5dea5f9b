import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { notAdditive } from '../../test/additive-sql.js';
import { DRIVERS, openTestDatabase } from '../../test/store-setup.js';
import type { Database } from './database.js';
import { MIGRATIONS, migrate, workableVersion } from './migrate.js';
import { insertReplica } from './replica-rows.js';

/** From here on versions run side by side: see `LAST_ALONE`. */
const FIRST_BESIDE = 25;

test('each migration leaves older replicas what they need, or says that it needs a stop', async () => {
  const files = (await readdir(MIGRATIONS)).sort();
  const standing: string[] = [];
  for (const file of files) {
    const sql = await readFile(path.join(MIGRATIONS, file), 'utf8');
    const needsStop = notAdditive(sql).length > 0;
    if (Number(file.slice(0, 3)) >= FIRST_BESIDE)
      expect([file, /^-- Needs a stop: \S/m.test(sql)]).toEqual([file, needsStop]);
    else if (needsStop) standing.push(file.slice(0, 3));
  }
  // Of before: they rewrite rows, tighten what is allowed, or give columns other names.
  expect(standing).toEqual(expect.arrayContaining(['003', '013', '014', '019', '020', '022']));
});

test.each([
  ['create table a (id text primary key); create unique index b on a (id); insert into a values (1)', 0],
  ['create index b on tasks (id) where id is not null', 0],
  ['alter table tasks add column a text, add column b int not null default 0', 0],
  ['-- drop table tasks;\ncreate table a (id int check (id in (1, 2)))', 0],
  ['create unique index b on tasks (id)', 1],
  ['alter table tasks add column a text not null', 1],
  ['alter table tasks add column a text check (a <> state)', 1],
  ['alter table tasks add column a text, drop column b', 1],
  ['alter table tasks rename column a to b', 1],
  ['alter table tasks add constraint a check (id <> 1)', 1],
  ['alter table tasks alter column a type text', 1],
  ['update tasks set a = 1', 1],
  ['insert into tasks values (1)', 1],
  ['delete from tasks; drop table tasks; truncate tasks', 3],
])('of "%s" %s statements need a stop', (sql, count) => {
  expect(notAdditive(sql)).toHaveLength(count);
});

describe.each(DRIVERS)('a program and a newer schema on %s', driver => {
  let database: Database;
  let newer: string;
  let known: number;
  beforeAll(async () => {
    database = await openTestDatabase(driver);
    known = (await migrate(database)).version;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    newer = await mkdtemp(path.join(tmpdir(), 'darkroom-newer-'));
    await cp(MIGRATIONS, newer, { recursive: true });
  });
  afterEach(async () => {
    await rm(newer, { recursive: true });
    await database.script('drop table if exists birds; delete from replicas');
    await database.query('delete from schema_migrations where version > $1', [known]);
  });

  const add = (sql: string) => writeFile(path.join(newer, `0${known + 1}-birds.sql`), sql);
  const alive = () => insertReplica(database, { id: 'one', host: 'shop-1', beat: 1, secrets: [] });

  test('goes on beside an additive migration, which a running replica does not hold up, and starts on it', async () => {
    await alive();
    await add('create table birds (name text);');
    expect(await migrate(database, newer)).toEqual({ applied: [known + 1], version: known + 1 });
    expect(await workableVersion(database, known)).toEqual({ version: known + 1, isWorkable: true });
    expect(await migrate(database)).toEqual({ applied: [], version: known, newer: known + 1 });
  });

  test('does not go on beside one that needs a stop, and does not start on it', async () => {
    await add('-- Needs a stop: birds are all there is.\ncreate table birds (name text);');
    expect(await migrate(database, newer)).toEqual({ applied: [known + 1], version: known + 1 });
    expect(await workableVersion(database, known)).toEqual({ version: known + 1, isWorkable: false });
    await expect(migrate(database)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
  });

  test('which needs a stop waits until no replica is alive, and names those that are', async () => {
    await add('-- Needs a stop: birds are all there is.\ncreate table birds (name text);');
    await alive();
    await expect(migrate(database, newer)).rejects.toMatchObject({
      code: 'REPLICAS_RUNNING',
      message: expect.stringContaining('shop-1'),
    });
    expect(await workableVersion(database, known)).toEqual({ version: known, isWorkable: true });
    await database.query(`update replicas set beat_at = now() - interval '61 s'`);
    expect(await migrate(database, newer)).toMatchObject({ applied: [known + 1] });
  });
});
