import fs from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openTestDatabase, silentLog } from '../../../test/store-setup.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Database } from '../database.js';
import { openPglite } from './pglite.js';

describe('an open database', () => {
  let database: Database;

  beforeAll(async () => {
    database = await openTestDatabase();
    await database.script('create table notes (id bigserial primary key, body text not null unique)');
  });

  afterEach(() => database.query('delete from notes'));

  afterAll(() => database.close());

  async function bodies(): Promise<string[]> {
    return (await database.query<{ body: string }>('select body from notes order by id')).map(row => row.body);
  }

  test('values come out in the types that the interface promises', async () => {
    const [row] = await database.query(
      `select count(*) as count, 9007199254740991::bigint as safe, array[1::bigint, 2] as longs, 1.5::float8 as float,
        '2026-03-01T10:00:00+08'::timestamptz as time, $1::jsonb as json, $2::bytea as bytes, $3::text[] as texts,
        sum(1::bigint) as numeric, null as nothing, true as yes from pg_class limit 1`,
      [JSON.stringify({ a: [1] }), Buffer.from([0, 255, 10]), ['a', 'b,"c"']],
    );
    expect(row).toEqual({
      count: expect.any(Number),
      safe: Number.MAX_SAFE_INTEGER,
      longs: [1, 2],
      float: 1.5,
      time: new Date('2026-03-01T02:00:00Z'),
      json: { a: [1] },
      bytes: Buffer.from([0, 255, 10]),
      texts: ['a', 'b,"c"'],
      numeric: expect.any(String),
      nothing: null,
      yes: true,
    });
  });

  test('parameters of every kind come back as they went in', async () => {
    const time = new Date('2026-11-21T01:02:03.004Z');
    const [row] = await database.query(
      'select $1::int as int, $2::bigint as long, $3::boolean as flag, $4::timestamptz as time, $5::text as text, $6::text as none, $7::bigint[] as longs',
      [7, 2n ** 40n, false, time, "'; drop table notes; --", null, [1, 2 ** 40]],
    );
    expect(row).toEqual({
      int: 7,
      long: 2 ** 40,
      flag: false,
      time,
      text: "'; drop table notes; --",
      none: null,
      longs: [1, 2 ** 40],
    });
  });

  test('an integer that a number cannot hold is an error, not another number', async () => {
    await expect(database.query('select 9007199254740993::bigint as big')).rejects.toThrow(RangeError);
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a transaction commits when its work resolves and rolls back when it throws', async () => {
    await database.transaction(sql => sql.query('insert into notes (body) values ($1)', ['kept']));
    const refusal = new Error('changed my mind');
    await expect(
      database.transaction(async sql => {
        await sql.query('insert into notes (body) values ($1)', ['lost']);
        throw refusal;
      }),
    ).rejects.toBe(refusal);
    expect(await bodies()).toEqual(['kept']);
  });

  test('a transaction that swallowed an error of the database does not pretend to have committed', async () => {
    await expect(
      database.transaction(async sql => {
        await sql.query('insert into notes (body) values ($1)', ['lost']);
        await sql.query('select nonsense').catch(() => undefined);
      }),
    ).rejects.toMatchObject({ sqlState: '25P02' });
    expect(await bodies()).toEqual([]);
  });

  test('a query asked during a transaction waits for its end', async () => {
    let inside = () => {};
    const isInside = new Promise<void>(resolve => {
      inside = resolve;
    });
    const transaction = database.transaction(async sql => {
      await sql.query(`insert into notes (body) values ('first')`);
      inside();
      await new Promise(resolve => setTimeout(resolve, 30));
      await sql.query(`insert into notes (body) values ('second')`);
    });
    await isInside;
    expect(await bodies()).toEqual(['first', 'second']);
    await transaction;
  });

  test.each([
    ['a query', (outer: Database) => outer.query('select 1')],
    ['a script', (outer: Database) => outer.script('select 1')],
    ['another transaction', (outer: Database) => outer.transaction(async () => {})],
    ['a vacuum', (outer: Database) => outer.vacuum()],
  ])('%s on the database inside of its own transaction fails at once instead of waiting for ever', async (_, call) => {
    await expect(
      database.transaction(async sql => {
        await sql.query(`insert into notes (body) values ('lost')`);
        await call(database);
      }),
    ).rejects.toThrow(/only the transaction's own sql/);
    expect(await bodies()).toEqual([]);
  });

  test('what a transaction started may use the database once it has ended', async () => {
    let later: Promise<unknown> | undefined;
    await database.transaction(async sql => {
      await sql.query('select 1');
      later = new Promise(resolve => setTimeout(resolve, 20)).then(() => database.query('select 2 as two'));
    });
    expect(await later).toEqual([{ two: 2 }]);
  });

  test('the sql of a transaction cannot be used after its end', async () => {
    let stolen: unknown;
    await database.transaction(async sql => {
      stolen = sql;
    });
    await expect((stolen as Database).query('select 1')).rejects.toThrow(/closed/);
  });

  test('what the database refuses carries its state and never a value', async () => {
    const secret = 'Zhang San 110101199001011234';
    await database.query('insert into notes (body) values ($1)', [secret]);
    const refusals = [
      ['23505', () => database.query('insert into notes (body) values ($1)', [secret])],
      ['22P02', () => database.query('select $1::int', [secret])],
      ['22007', () => database.query('select $1::timestamptz', [secret])],
      ['22P02', () => database.query('select $1::jsonb', [secret])],
      ['23502', () => database.transaction(sql => sql.query('update notes set body = null where body = $1', [secret]))],
    ] as const;
    for (const [sqlState, refused] of refusals) {
      const error: unknown = await refused().then(
        () => undefined,
        thrown => thrown,
      );
      expect(error).toMatchObject({ name: 'SqlError', sqlState });
      const shown = `${(error as Error).stack} ${JSON.stringify(error, Object.getOwnPropertyNames(error))}`;
      expect(shown).not.toMatch(/Zhang|1101011990/);
    }
  });

  test('a unique violation names its constraint', async () => {
    await database.query(`insert into notes (body) values ('twice')`);
    await expect(database.query(`insert into notes (body) values ('twice')`)).rejects.toMatchObject({
      constraint: 'notes_body_key',
      table: 'notes',
    });
  });

  test.each([
    [
      'in a row',
      async (ask: (index: number) => Promise<unknown>) => {
        for (let index = 0; index < 300; index++) await ask(index);
      },
    ],
    [
      'at once',
      async (ask: (index: number) => Promise<unknown>) => {
        await Promise.all(Array.from({ length: 300 }, (_, index) => ask(index)));
      },
    ],
    [
      'in a transaction',
      async (_: unknown) => {
        await database.transaction(async sql => {
          for (let index = 0; index < 300; index++) await sql.query('select $1::int', [index]);
        });
      },
    ],
  ])('hundreds of queries %s let timers through', async (_, run) => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const start = performance.now();
    await run(index => database.query('insert into notes (body) values ($1)', [`${index}`]));
    clearInterval(timer);
    // Left alone, PGlite gives none at all.
    expect(turns).toBeGreaterThan((performance.now() - start) / LIMITS.store.turnMs / 8);
    expect(turns).toBeGreaterThan(1);
  });

  test('a vacuum gives the room of deleted rows back while other queries run', async () => {
    await database.query(`insert into notes (body) select repeat('x', 1000) || i from generate_series(1, 2000) i`);
    await database.query('delete from notes');
    const size = async () =>
      (await database.query<{ size: number }>(`select pg_relation_size('notes') as size`))[0]!.size;
    const before = await size();
    const [, answer] = await Promise.all([database.vacuum(), database.query('select 1 as one')]);
    expect(answer).toEqual([{ one: 1 }]);
    expect(await size()).toBeLessThan(before / 10);
  });

  test('a transaction that stays open too long is logged', async () => {
    const warnings: string[] = [];
    const directory = await mkdtemp(path.join(tmpdir(), 'darkroom-slow-'));
    const slow = await openPglite({
      directory,
      durable: false,
      log: { ...silentLog, warn: (_, message) => warnings.push(message) },
    });
    await slow.transaction(() => new Promise(resolve => setTimeout(resolve, LIMITS.store.slowTransactionMs + 50)));
    expect(warnings).toEqual([expect.stringContaining('open for long')]);
    await slow.close();
    await rm(directory, { recursive: true });
  });
});

describe('a data directory', () => {
  let directory: string;
  const open = (durable = false) => openPglite({ directory, log: silentLog, durable });

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'darkroom-pglite-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('keeps its rows over a close', async () => {
    const first = await open();
    await first.script('create table notes (body text); insert into notes values ($$kept$$);');
    await first.close();
    const second = await open();
    expect(await second.query('select body from notes')).toEqual([{ body: 'kept' }]);
    await second.close();
  });

  test('has one owner, and is free after the close', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED' });
    await first.close();
    await (await open()).close();
  });

  test('a close waits for what was asked before and refuses what comes after', async () => {
    const database = await open();
    const asked = database.query('select 1 as one');
    const closed = database.close();
    expect(await asked).toEqual([{ one: 1 }]);
    await expect(database.query('select 1')).rejects.toMatchObject({ code: 'STOPPING' });
    await closed;
    await database.close();
  });

  test('what a first start left unfinished is removed by the next', async () => {
    await fs.promises.mkdir(path.join(directory, 'database.new-0123456789ab', 'base'), { recursive: true });
    const database = await open();
    expect((await readdir(directory)).filter(name => !name.startsWith('lock.'))).toEqual(['database']);
    await database.close();
  });

  test('every commit of a durable database waits for the disk', async () => {
    const database = await open(true);
    await database.script('create table notes (body text)');
    const sync = jest.spyOn(fs, 'fsyncSync');
    for (let index = 0; index < 10; index++) {
      const before = sync.mock.calls.length;
      await database.transaction(sql => sql.query('insert into notes values ($1)', ['x']));
      expect(sync.mock.calls.length).toBeGreaterThan(before);
    }
    sync.mockRestore();
    await database.close();
  });

  test.each([
    ['a query', (database: Database, body: string) => database.query('insert into notes values ($1)', [body])],
    [
      'a transaction',
      (database: Database, body: string) =>
        database.transaction(async sql => {
          await sql.query('insert into notes values ($1)', [body]);
          await sql.query('update notes set body = body');
        }),
    ],
  ])(
    '%s that the disk refuses stops the database instead of being acknowledged, and a restart helps',
    async (_, insert) => {
      const stopped: unknown[] = [];
      // Postgres' last timer outlives it by ten seconds, and would hold the test run for as long.
      const timers = jest.spyOn(globalThis, 'setTimeout');
      const database = await openPglite({ directory, log: silentLog, onStopped: error => stopped.push(error) });
      await database.script('create table notes (body text)');
      await insert(database, 'kept');
      const sync = jest.spyOn(fs, 'fsyncSync').mockImplementation(() => {
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      });
      await expect(insert(database, 'refused')).rejects.toThrow();
      sync.mockRestore();
      for (const { value } of timers.mock.results) clearTimeout(value);
      timers.mockRestore();
      expect(stopped).toEqual([expect.objectContaining({ code: 'INTERNAL' })]);
      await expect(database.query('select 1')).rejects.toMatchObject({ code: 'INTERNAL' });
      await expect(insert(database, 'later')).rejects.toMatchObject({ code: 'INTERNAL' });
      await database.close();

      const restarted = await open();
      const bodies = (await restarted.query<{ body: string }>('select body from notes')).map(row => row.body);
      // The refused row may be in the log and come back: it was not acknowledged, so both are right.
      expect(bodies.filter(body => body !== 'refused')).toEqual(['kept']);
      await restarted.close();
    },
  );
});
