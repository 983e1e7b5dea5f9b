import { createPostgresDatabase, openTestDatabase, silentLog } from '../../test/store-setup.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Database, Parameter } from '../store/database.js';
import { openPostgres } from '../store/drivers/postgres.js';
import { MIGRATIONS } from '../store/migrate.js';
import { type Rate, Rates } from './rates.js';

const ONE = { operations: 1, cost: 1 };
const rate = (operations: number, subject = 'key_1', cost = operations * 10): Rate => ({
  subject,
  name: subject.split('_')[0]!,
  limit: { operations, cost },
});

/** How many of so many, all asked for at once, pass. */
async function passing(rates: Rates, count: number, limited: readonly Rate[], demand = ONE): Promise<number> {
  const asked = await Promise.allSettled(Array.from({ length: count }, () => rates.admit(limited, demand)));
  const refusals = asked.flatMap(each => (each.status === 'rejected' ? [each.reason] : []));
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
  return count - refusals.length;
}

describe('one process', () => {
  let now = 0;
  let rates: Rates;
  beforeEach(() => {
    now = 5_000;
    rates = new Rates({ log: silentLog, now: () => now });
  });

  test.each([
    [9, 9],
    [10, 10],
    [11, 10],
  ])('of %i operations on a limit of 10, %i pass', async (asked, passed) => {
    expect(await passing(rates, asked, [rate(10)])).toBe(passed);
  });

  test('a window begins with its first operation, and all is there again when it is over', async () => {
    const limited = [rate(10)];
    expect(await passing(rates, 4, limited)).toBe(4);
    now += LIMITS.rate.windowMs - 1;
    expect(await passing(rates, 10, limited)).toBe(6);
    now += 1;
    expect(rates.statesOf(limited)[0]).toMatchObject({ remaining: 10, resetSeconds: 60 });
    expect(await passing(rates, 11, limited)).toBe(10);
  });

  test('a refusal says when, and counts nothing', async () => {
    const limited = [rate(10), rate(12, 'tenant_1')];
    expect(await passing(rates, 10, limited)).toBe(10);
    now += 20_500;
    await expect(rates.admit(limited, ONE)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 40,
      message: expect.stringContaining('The rate of this key is 10 operations in 60 s'),
    });
    expect(rates.statesOf(limited).map(({ name, remaining }) => [name, remaining])).toEqual([
      ['key', 0],
      ['key-cost', 90],
      ['tenant', 2],
      ['tenant-cost', 110],
    ]);
  });

  test('the keys of a tenant share its rate', async () => {
    const tenant = rate(15, 'tenant_1');
    expect(await passing(rates, 10, [rate(10, 'key_1'), tenant])).toBe(10);
    expect(await passing(rates, 10, [rate(10, 'key_2'), tenant])).toBe(5);
    expect(() => rates.require([rate(10, 'key_2'), tenant], ONE)).toThrow(/rate of this tenant is 15/);
    expect(() => rates.require([rate(10, 'key_2')], ONE)).not.toThrow();
  });

  test('cost counts as well as number', async () => {
    expect(await passing(rates, 10, [rate(10, 'key_1', 100)], { operations: 1, cost: 30 })).toBe(3);
    await expect(rates.admit([rate(10, 'key_1', 100)], { operations: 1, cost: 30 })).rejects.toThrow(/100 of cost/);
  });

  test('what is more than the whole rate is told so, and no time after which it could pass', async () => {
    const refusal = await rates.admit([rate(10)], { operations: 20, cost: 0 }).catch((error: DarkroomError) => error);
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: undefined });
    expect((refusal as DarkroomError).message).toMatch(/counts 20 by itself.*ask for less/);
    expect(await passing(rates, 10, [rate(10)])).toBe(10);
  });

  test('a rate that was changed counts from the next window on', async () => {
    expect(await passing(rates, 11, [rate(10)])).toBe(10);
    now += LIMITS.rate.windowMs;
    expect(await passing(rates, 30, [rate(20)])).toBe(20);
  });
});

/** Counts the statements of a database, and takes it away. */
function counting(database: Database): Database & { statements: number; away: boolean } {
  const counted = Object.assign(database, { statements: 0, away: false });
  const query = database.query.bind(database);
  counted.query = (text: string, params?: readonly Parameter[]) => {
    counted.statements++;
    return counted.away ? Promise.reject(new DarkroomError('DATABASE_UNAVAILABLE')) : (query(text, params) as never);
  };
  return counted;
}

describe.each(['pglite', 'postgres'] as const)('the table, on %s', driver => {
  let database: ReturnType<typeof counting>;
  beforeEach(async () => {
    database = counting(await openTestDatabase(driver));
  });
  afterEach(() => database.close());

  test('a rate is taken in slices: most operations touch no database', async () => {
    const rates = new Rates({ database, log: silentLog });
    for (let i = 0; i < 500; i++) await rates.admit([rate(500)], ONE);
    const { statements } = database;
    expect(statements).toBeLessThanOrEqual(LIMITS.rate.slices);
    await expect(rates.admit([rate(500)], ONE)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    for (let i = 0; i < 50; i++) await rates.admit([rate(500)], ONE).catch(() => undefined);
    expect(database.statements).toBe(statements);
  });

  test('the next window is seen by the clock of the database, whatever it was set to', async () => {
    const windows = () => new Rates({ database, log: silentLog });
    expect(await passing(windows(), 20, [rate(10)])).toBe(10);
    expect(await passing(windows(), 20, [rate(10)])).toBe(0);
    await database.query(`update rates set ends_at = now() - interval '1 ms'`);
    expect(await passing(windows(), 20, [rate(10)])).toBe(10);
    await database.query(`update rates set ends_at = now() + interval '1 day'`);
    expect(await passing(windows(), 20, [rate(10)])).toBe(10);
  });

  test('while the database is away each replica counts by itself, and says so once', async () => {
    let now = 0;
    const told: string[] = [];
    const log = {
      warn: (_: object, text: string) => told.push(text),
      info: (_: object, text: string) => told.push(text),
    };
    const rates = new Rates({ database, log, now: () => now });
    expect(await passing(rates, 4, [rate(10)])).toBe(4);
    database.away = true;
    // What it has taken already and what is missing to the whole.
    expect(await passing(rates, 20, [rate(10)])).toBe(6);
    expect(await passing(rates, 20, [rate(10, 'key_2')])).toBe(10);
    expect(told).toEqual([expect.stringContaining('counts the rates of callers by itself')]);
    database.away = false;
    now += LIMITS.rate.windowMs;
    await database.query(`update rates set ends_at = now() - interval '1 ms'`);
    expect(await passing(rates, 20, [rate(10)])).toBe(10);
    expect(told).toHaveLength(2);
  });
});

describe('three replicas on Postgres', () => {
  let made: Awaited<ReturnType<typeof createPostgresDatabase>>;
  let replicas: { database: ReturnType<typeof counting>; rates: Rates }[];
  beforeEach(async () => {
    made = await createPostgresDatabase(MIGRATIONS);
    replicas = await Promise.all(
      [1, 2, 3].map(async () => {
        const database = counting(await openPostgres({ url: made.url, log: silentLog }));
        return { database, rates: new Rates({ database, log: silentLog }) };
      }),
    );
  });
  afterEach(async () => {
    for (const { database } of replicas) await database.close();
    await made.drop();
  });
  const statements = () => replicas.reduce((sum, { database }) => sum + database.statements, 0);

  test('2,000 at once on a limit of 500: never more, and all of it can be used', async () => {
    const counts = [700, 700, 600];
    const passed = await Promise.all(replicas.map(({ rates }, i) => passing(rates, counts[i]!, [rate(500)])));
    expect(passed.reduce((sum, count) => sum + count)).toBe(500);
  });

  test('2,000 one after the other, spread by chance: never more, at least 95 %, by a few statements', async () => {
    let passed = 0;
    let seed = 7;
    const asking = Array.from({ length: 40 }, async () => {
      for (let i = 0; i < 50; i++) {
        seed = (seed * 48_271) % 2_147_483_647;
        const count = await passing(replicas[seed % 3]!.rates, 1, [rate(500), rate(1_000, 'tenant_1')]);
        passed += count;
      }
    });
    await Promise.all(asking);
    expect(passed).toBeLessThanOrEqual(500);
    expect(passed).toBeGreaterThanOrEqual(475);
    expect(statements()).toBeLessThan(150);
  });

  test('replicas that had one request each keep at most their slices from the one that has all others', async () => {
    for (const { rates } of replicas.slice(1)) await rates.admit([rate(500)], ONE);
    const passed = 2 + (await passing(replicas[0]!.rates, 2_000, [rate(500)]));
    expect(passed).toBeLessThanOrEqual(500);
    expect(passed).toBeGreaterThanOrEqual(475);
  });

  test('operations of very different cost: the cost is never exceeded', async () => {
    const limited = [rate(100_000, 'key_1', 10_000)];
    let cost = 0;
    await Promise.all(
      replicas.flatMap(({ rates }) =>
        Array.from({ length: 300 }, async (_, i) => {
          const demand = { operations: 1, cost: [1, 20, 3_000][i % 3]! };
          await rates.admit(limited, demand).then(
            () => {
              cost += demand.cost;
            },
            () => undefined,
          );
        }),
      ),
    );
    expect(cost).toBeLessThanOrEqual(10_000);
    expect(cost).toBeGreaterThanOrEqual(9_500);
  });
});
