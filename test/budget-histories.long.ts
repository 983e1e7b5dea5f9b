import fc from 'fast-check';
import { ANYONE } from '../src/audit/acts.js';
import { DarkroomError } from '../src/kernel/errors.js';
import { TABLES } from '../src/maintenance/rows.js';
import type { Database } from '../src/store/database.js';
import type { Task } from '../src/store/task.js';
import { type BudgetHouse, type Fate, KEY, KEY_ID, openBudgetHouse } from './budget-house.js';
import { lend } from './shared-house.js';
import { DRIVERS, openTestDatabase, useDriver } from './store-setup.js';
import { TENANT } from './task-house.js';

type Step =
  | { do: 'ORDER'; label: boolean; key: boolean; fate: Fate }
  | { do: 'CANCEL' | 'RETRY' | 'RESOLVE' | 'SETTLE'; task: number; charged: boolean }
  | { do: 'END'; fate: Exclude<Fate, 'HANGS'> }
  | { do: 'PAUSE' };

const ENDS = ['CHARGED', 'CHARGED', 'REFUSED', 'IN_DOUBT', 'LOST'] as const;
const STEPS: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('ORDER' as const),
      label: fc.boolean(),
      key: fc.boolean(),
      fate: fc.constantFrom<Fate[]>(...ENDS, 'HANGS'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('CANCEL' as const, 'RETRY' as const, 'RESOLVE' as const, 'SETTLE' as const),
      task: fc.nat(30),
      charged: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('END' as const), fate: fc.constantFrom(...ENDS) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'PAUSE' as const }) },
);

/** Of one moment: budgets beyond their limit, rows that are not the sum of their holds, and holds that are not what the ledger says. */
const WRONG = `with newest as (
    select distinct on (task_id, attempt) task_id, billed, units, cost from ledger order by task_id, attempt, id desc
  ), held as (
    select h.task_id, h.budget_id, h.units, h.cost, coalesce(sum(n.units), 0) as booked, coalesce(sum(n.cost), 0) as booked_cost,
      not exists (select from tasks t where t.id = h.task_id and t.state in ('QUEUED', 'RUNNING', 'NEEDS_REVIEW')) as ended
    from budget_holds h left join newest n on n.task_id = h.task_id and n.billed <> 'NO' group by 1, 2, 3, 4
  )
  select 'beyond its limit' as what, w.budget_id as id from budget_windows w join budgets b on b.id = w.budget_id
    where w.units > b.units or w.cost > b.cost
  union all select 'not the sum of its holds', w.budget_id from budget_windows w left join held h using (budget_id)
    group by w.budget_id, w.units, w.cost having w.units <> coalesce(sum(h.units), 0) or w.cost <> coalesce(sum(h.cost), 0)
  union all select 'less than was booked', task_id from held where units < booked or cost < booked_cost
  union all select 'not what was booked', task_id from held where ended and (units <> booked or cost <> booked_cost)`;

describe.each(DRIVERS)('on %s', driver => {
  let database: Database;
  beforeAll(async () => {
    useDriver(driver);
    database = await openTestDatabase(driver);
  });
  afterAll(() => database.close());

  test('whatever becomes of the tasks, budgets hold at every step, and say in the end what the ledger says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEPS, { minLength: 10, maxLength: 30 }), async steps => {
        await database.query(`truncate ${TABLES.join(', ')} restart identity`);
        const open = await openBudgetHouse({ database: lend(database) });
        try {
          await open.budget({ units: 6, cost: 19_000 });
          await open.budget({ units: 3, label: 'x', per: 'DAY' });
          await open.budget({ units: undefined, cost: 12_000, apiKeyId: KEY_ID });
          open.working.runner.start();
          for (const step of steps) {
            await take(open, step);
            expect(await database.query(WRONG)).toEqual([]);
          }
          await endAll(open);
          expect(await database.query(WRONG)).toEqual([]);
        } finally {
          await open.close();
        }
      }),
      { numRuns: driver === 'pglite' ? 8 : 10, seed: 20_261_127, endOnFailure: true },
    );
  }, 240_000);
});

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const all = async ({ house }: BudgetHouse): Promise<Task[]> =>
  (await house.taskList.page(TENANT, {}, { first: 100 })).tasks.map(({ task }) => task);

async function take(open: BudgetHouse, step: Step): Promise<void> {
  const { house, working } = open;
  if (step.do === 'PAUSE') return void (await pause(20));
  if (step.do === 'END') return open.end(step.fate);
  if (step.do === 'ORDER') {
    open.fates.push(step.fate);
    await allowed(open.order({ labels: step.label ? ['x'] : [] }, step.key ? KEY : ANYONE));
    return;
  }
  const tasks = await all(open);
  const task = tasks[step.task % Math.max(1, tasks.length)];
  if (task === undefined) return;
  const outcome = step.charged ? 'CHARGED' : 'NOT_CHARGED';
  if (step.do === 'CANCEL') await allowed(house.tasks.cancel(TENANT, task.id, ANYONE));
  if (step.do === 'RETRY') await allowed(working.operations.retry(TENANT, task.id, step.charged, KEY));
  if (step.do === 'RESOLVE') await allowed(house.reviews.resolve(TENANT, task.id, outcome, ANYONE));
  if (step.do === 'SETTLE') await allowed(house.reviews.resolveAttempt(TENANT, task.id, 1, outcome, ANYONE));
}

/** Refusals are a part of these histories. */
async function allowed(work: Promise<unknown>): Promise<void> {
  await work.catch(error => {
    if (!DarkroomError.is(error) || error.code === 'INTERNAL') throw error;
  });
}

/** Until nothing is open and nothing in doubt. */
async function endAll(open: BudgetHouse): Promise<void> {
  const { house } = open;
  for (;;) {
    open.fates.length = 0;
    open.end('CHARGED');
    const tasks = await all(open);
    for (const { id, state } of tasks) {
      if (state === 'NEEDS_REVIEW') await allowed(house.reviews.resolve(TENANT, id, 'CHARGED', ANYONE));
      for (const { number, billed, endedAt } of await house.tasks.attempts([id]))
        if (billed === 'UNKNOWN' && endedAt !== null)
          await allowed(house.reviews.resolveAttempt(TENANT, id, number, 'NOT_CHARGED', ANYONE));
    }
    const attempts = await house.tasks.attempts(tasks.map(({ id }) => id));
    const isOpen = tasks.some(({ state }) => ['QUEUED', 'RUNNING', 'NEEDS_REVIEW'].includes(state));
    if (!isOpen && attempts.every(({ endedAt, billed }) => endedAt !== null && billed !== 'UNKNOWN')) return;
    await pause(10);
  }
}
