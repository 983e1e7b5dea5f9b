import { DRIVERS, openTestDatabase } from '../../../test/store-setup.js';
import type { Database } from '../../store/database.js';
import type { Units } from '../../store/ledger-rows.js';
import { UnitCount } from './unit-count.js';

const KEY = 'FANGTANG';
const DAY_MS = 86_400_000;

let database: Database;
let statements = 0;
let now = Date.now();
const open = () =>
  new UnitCount({
    database: {
      ...database,
      query: (text, params) => {
        statements += 1;
        return database.query(text, params);
      },
    } as Database,
    clock: { now: () => now },
  });

/** An entry of the ledger, written so long ago. */
const write = (task: string, kind: string, billed: string, units: number, ageMs: number, source = KEY) =>
  database.query(
    `insert into ledger (at, tenant_id, task_id, attempt, operation, source, labels, kind, billed, units)
     values (now() - make_interval(secs => $6), 'a', $1, 1, 'RESTORATION', $5, '{}', $2, $3, $4)`,
    [task, kind, billed, units, source, ageMs / 1_000],
  );

/** By what is known of each call of the last year, without any memory. */
const countAnew = async (): Promise<Units> => {
  const rows = await database.query<Units>(
    `select coalesce(sum(units) filter (where billed = 'YES'), 0)::int as charged,
       coalesce(sum(units) filter (where billed = 'UNKNOWN'), 0)::int as "inDoubt"
     from (select distinct on (task_id, attempt) * from ledger l
       where exists (select from ledger b where b.task_id = l.task_id and b.attempt = l.attempt and b.source = $1
         and b.kind = 'INTENT' and b.at >= $2)
       order by task_id, attempt, id desc) as newest`,
    [KEY, new Date(now - 365 * DAY_MS)],
  );
  return rows[0]!;
};

describe.each(DRIVERS)('units of a source on %s', driver => {
  beforeAll(async () => {
    database = await openTestDatabase(driver);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    now = Date.now();
    await database.query('truncate ledger');
  });

  test('are those of all its calls, however their entries come', async () => {
    const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;
    const calls: string[] = [];
    const begin = async (ageMs: number) => {
      const task = `task_${calls.length}`;
      calls.push(task);
      await write(task, 'INTENT', 'UNKNOWN', any([1, 2, 5]), ageMs, any([KEY, KEY, KEY, 'LEQI']));
    };
    const sourceOf = async (task: string) =>
      database.query<{ source: string; units: number }>('select source, units from ledger where task_id = $1 limit 1', [
        task,
      ]);
    for (let call = 0; call < 60; call++) await begin(Math.random() * 400 * DAY_MS);
    let units = open();
    for (let step = 0; step < 120; step++) {
      if (Math.random() < 0.3) await begin(any([0, 400_000, 20 * DAY_MS]));
      else {
        const task = any(calls);
        const [intent] = await sourceOf(task);
        const kind = any(['ANSWER', 'OUTCOME', 'RESOLVED', 'EVIDENCE']);
        await write(task, kind, any(['YES', 'NO', 'UNKNOWN']), intent!.units, any([0, 400_000]), intent!.source);
      }
      // Calls that have become a year old are let go once a day.
      if (step === 60) now += 30 * DAY_MS;
      if (step === 90) units = open();
      expect(await units.count(KEY)).toEqual(await countAnew());
    }
  }, 60_000);

  test('take one statement once all calls were counted, a week of them at a time', async () => {
    for (const days of [300, 200, 1]) await write(`task_${days}`, 'INTENT', 'YES', 1, days * DAY_MS);
    const units = open();
    statements = 0;
    expect(await units.count(KEY)).toEqual({ charged: 3, inDoubt: 0 });
    expect(statements).toBeGreaterThan(300 / 7);
    statements = 0;
    await write('task_0', 'INTENT', 'UNKNOWN', 2, 0);
    expect(await units.count(KEY)).toEqual({ charged: 3, inDoubt: 2 });
    expect(statements).toBe(1);
    now += 2 * DAY_MS;
    await units.count(KEY);
    expect(statements).toBeGreaterThan(300 / 7);
  });

  test('of two counts at the same time are the same', async () => {
    await write('task_1', 'INTENT', 'YES', 1, 400_000);
    const units = open();
    await units.count(KEY);
    await write('task_2', 'INTENT', 'YES', 1, 400_000);
    await Promise.all([units.count(KEY), units.count(KEY)]);
    expect(await units.count(KEY)).toEqual({ charged: 2, inDoubt: 0 });
  });
});
