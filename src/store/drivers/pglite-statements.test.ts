import { openTestDatabase } from '../../../test/store-setup.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Database } from '../database.js';

let database: Database;

beforeAll(async () => {
  database = await openTestDatabase('pglite');
  await database.script('create table notes (id int primary key, body text not null)');
});

afterEach(() => database.query('delete from notes'));

afterAll(() => database.close());

const FIND = 'select * from notes where id = $1';
const PREPARED = 'select name, statement from pg_prepared_statements';

/** What Postgres has parsed and kept. */
const prepared = () => database.query<{ name: string; statement: string }>(PREPARED);

test('a statement is parsed once, whatever its values are', async () => {
  await database.query(`insert into notes values (1, 'one'), (2, 'two')`);
  for (const [id, body] of [
    [1, 'one'],
    [2, 'two'],
    [1, 'one'],
  ])
    expect(await database.query(FIND, [id!])).toEqual([{ id, body }]);
  expect((await prepared()).filter(({ statement }) => statement === FIND)).toHaveLength(1);
});

test('the database keeps a bounded number of them', async () => {
  const max = LIMITS.store.preparedStatements;
  for (let n = 0; n < max + 50; n += 1) await database.query(`select ${n} as n`);
  expect((await prepared()).length).toBeLessThanOrEqual(max + 1);
  // One that was forgotten is parsed again.
  expect(await database.query('select 0 as n')).toEqual([{ n: 0 }]);
});

test.each([
  ['a script', (text: string) => database.script(text)],
  ['a statement', (text: string) => database.query(text)],
])('after %s that changes a table its columns are those that it has now', async (_, run) => {
  await database.query(`insert into notes values (1, 'one')`);
  const without = [{ id: 1, body: 'one' }];
  expect(await database.query(FIND, [1])).toEqual(without);
  await run('alter table notes add column hue int default 7');
  expect(await database.query(FIND, [1])).toEqual([{ ...without[0], hue: 7 }]);
  await run('alter table notes drop column hue');
  expect(await database.query(FIND, [1])).toEqual(without);
});

test('statements that are asked at once within a transaction each get their own rows', async () => {
  const texts = Array.from({ length: 20 }, (_, n) => `select ${n} as n, $1::int as value`);
  const rows = await database.transaction(sql => Promise.all(texts.map((text, n) => sql.query(text, [n * n]))));
  expect(rows).toEqual(texts.map((_, n) => [{ n, value: n * n }]));
});

test('what failed can be asked again, and what was wrong is not kept', async () => {
  const half = 'select 1 / $1::int as half';
  await expect(database.query(half, [0])).rejects.toMatchObject({ sqlState: '22012' });
  expect(await database.query(half, [1])).toEqual([{ half: 1 }]);
  await expect(database.query('select * from nothing')).rejects.toMatchObject({ sqlState: '42P01' });
  await database.script('create table nothing (id int)');
  expect(await database.query('select * from nothing')).toEqual([]);
  await database.script('drop table nothing');
});

test('a plan that was made for a small table does not outlive its growth by long', async () => {
  await database.script('create table grown (id int primary key, at int); create index grown_at on grown (at)');
  const text = 'select id from grown where at = $1';
  await database.query('insert into grown values (0, 0)');
  await database.vacuum();
  // Postgres makes a plan for all values only after a few with plans of their own.
  for (let n = 0; n < 10; n += 1) await database.query(text, [n]);
  const plan = async () => {
    const { name } = (await prepared()).find(({ statement }) => statement === text)!;
    return JSON.stringify(await database.query(`explain execute ${name}(1)`));
  };
  await database.query('insert into grown select n, n from generate_series(1, 20000) n');
  expect(await plan()).toContain('Seq Scan');
  const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + LIMITS.store.planMs);
  await database.query(text, [1]);
  expect(await plan()).toContain('grown_at');
  clock.mockRestore();
});
