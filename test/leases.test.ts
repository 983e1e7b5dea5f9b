import type { Database } from '../src/store/database.js';
import { claimDue } from '../src/store/queue-rows.js';
import { Leases } from '../src/tasks/work/leases.js';
import { DRIVERS, useDriver } from './store-setup.js';
import { openTaskHouse, type TaskHouse } from './task-house.js';

describe.each(DRIVERS)('leases on %s', driver => {
  let house: TaskHouse;
  beforeEach(async () => {
    useDriver(driver);
    house = await openTaskHouse();
  });
  afterEach(() => house.close());

  /** The house's database, and what it was asked. */
  function counting(): { database: Database; statements: string[] } {
    const statements: string[] = [];
    const database: Database = Object.create(house.database);
    database.query = (text, params) => {
      statements.push(text);
      return house.database.query(text, params);
    };
    return { database, statements };
  }

  const claim = (free: number) => claimDue(house.database, [{ source: 'LOCAL', free }], 60_000);
  const due = () =>
    house.database.query(
      'select task_id from task_queue where due_at <= now() and leased_until is null order by task_id',
    );

  test('what is given back in one turn is one statement', async () => {
    for (let n = 0; n < 20; n += 1) await house.create();
    const claims = await claim(20);
    const { database, statements } = counting();
    const leases = new Leases(database);
    await Promise.all(claims.map(held => leases.release(held, 0)));
    expect(statements).toHaveLength(1);
    expect(await due()).toHaveLength(20);
  });

  test('what a dead worker left comes before all that came since', async () => {
    await house.create();
    const [left] = await claim(1);
    for (let n = 0; n < 5; n += 1) await house.create();
    await house.database.query('update task_queue set leased_until = now() where task_id = $1', [left!.taskId]);
    expect(await claim(1)).toEqual([{ ...left!, token: left!.token + 1 }]);
  });

  test('a lease that was lost stays with its new holder, and the others of the statement go back', async () => {
    for (let n = 0; n < 2; n += 1) await house.create();
    const [lost, held] = await claim(2);
    await house.database.query('update task_queue set leased_until = now() where task_id = $1', [lost!.taskId]);
    await claimDue(house.database, [{ source: 'LOCAL', free: 1 }], 60_000);
    const leases = new Leases(house.database);
    await Promise.all([leases.release(lost!, 0), leases.release(held!, 0)]);
    expect(await due()).toEqual([{ task_id: held!.taskId }]);
    expect(await leases.extend([lost!, held!], 60_000)).toEqual(new Set());
  });

  test('a write that the database refuses is told to all who wait for it, and the next one goes through', async () => {
    await house.create();
    const [held] = await claim(1);
    const { database } = counting();
    const query = database.query;
    database.query = () => Promise.reject(new Error('away'));
    const leases = new Leases(database);
    const both = await Promise.allSettled([leases.release(held!, 0), leases.release(held!, 0)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    database.query = query;
    await leases.release(held!, 0);
    expect(await due()).toHaveLength(1);
  });
});
