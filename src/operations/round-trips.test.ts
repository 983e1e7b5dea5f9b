import { AsyncLocalStorage } from 'node:async_hooks';
import { type BudgetHouse, openBudgetHouse } from '../../test/budget-house.js';
import { lend } from '../../test/shared-house.js';
import { DRIVERS, openTestDatabase, useDriver } from '../../test/store-setup.js';
import { SIGNALS } from '../kernel/signals.js';
import type { Database } from '../store/database.js';
import { measured } from '../store/measured.js';

/** Of whose order something is asked. */
const order = new AsyncLocalStorage<string[]>();

/** Each is a way to the database and back, a transaction at least three. */
describe.each(DRIVERS)('what an order asks of the database, on %s', driver => {
  let database: Database;
  let open: BudgetHouse;
  beforeAll(async () => {
    useDriver(driver);
    database = await openTestDatabase(driver);
    open = await openBudgetHouse({ database: measured(lend(database)) });
  });
  afterAll(async () => {
    await open.close();
    await database.close();
  });

  /** What is asked until the task is made, its photo kept before it; not by what runs beside it, as the look at the vendors' health. */
  async function asked(over: object): Promise<string[]> {
    const kinds: string[] = [];
    const end = SIGNALS.statement.listen(({ kind }) => order.getStore()?.push(kind));
    await order.run(kinds, () => open.order(over));
    end();
    return kinds;
  }

  test('the photo with its original and the trail is one statement, and so is the task with queue, trail and key', async () => {
    await open.order();
    expect(await asked({})).toEqual(['statement', 'statement']);
    // Whether the key was used before is asked first: a photo that is not needed is not kept.
    expect(await asked({ idempotencyKey: 'a key' })).toEqual(['statement', 'statement', 'statement']);
    expect(await asked({ idempotencyKey: 'a key' })).toEqual(['statement', 'statement']);
  });

  test('with a budget what is left of it is asked as well, and the task is one transaction', async () => {
    await open.budget({ units: 5 });
    await open.order();
    expect(await asked({})).toEqual(['statement', 'statement', 'transaction']);
  });
});
