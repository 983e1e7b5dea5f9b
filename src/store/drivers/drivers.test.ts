import { DRIVERS, type Driver, openTestDatabase } from '../../../test/store-setup.js';
import type { Database } from '../database.js';

let database: Database;

/** A table of notes for the tests of one block. */
function useNotes(driver: Driver): void {
  beforeAll(async () => {
    database = await openTestDatabase(driver);
    await database.script('create table notes (id bigserial primary key, body text not null unique)');
  });

  afterEach(() => database.query('delete from notes'));

  afterAll(() => database.close());
}

async function bodies(): Promise<string[]> {
  return (await database.query<{ body: string }>('select body from notes order by id')).map(row => row.body);
}

describe.each(DRIVERS)('values on %s', driver => {
  useNotes(driver);

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
});

describe.each(DRIVERS)('transactions on %s', driver => {
  useNotes(driver);

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
});

describe.each(DRIVERS)('errors on %s', driver => {
  useNotes(driver);

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
});
