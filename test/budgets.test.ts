import { ANYONE, SERVER } from '../src/audit/acts.js';
import { TABLES } from '../src/maintenance/rows.js';
import { endAbandonedAttempts } from '../src/store/attempt-rows.js';
import type { Database, Sql } from '../src/store/database.js';
import { type BudgetHouse, codeOf, KEY, KEY_ID, openBudgetHouse } from './budget-house.js';
import { lend } from './shared-house.js';
import { DRIVERS, openTestDatabase, useDriver } from './store-setup.js';
import { PHOTO, TENANT, ToySource } from './task-house.js';

describe.each(DRIVERS)('on %s', driver => {
  let database: Database;
  let open: BudgetHouse;
  beforeAll(async () => {
    useDriver(driver);
    database = await openTestDatabase(driver);
  });
  const start = async (given: Parameters<typeof openBudgetHouse>[0] = {}) => {
    open = await openBudgetHouse({ database: lend(database), ...given });
  };
  beforeEach(async () => {
    await database.query(`truncate ${TABLES.join(', ')} restart identity`);
    await start();
  });
  /** What the rows of the budgets say is the sum of what their tasks hold. */
  afterEach(async () => {
    const drift = await database.query(
      `select w.budget_id from budget_windows w left join budget_holds h using (budget_id, period)
       group by w.budget_id, w.period, w.units, w.cost
       having w.units <> coalesce(sum(h.units), 0) or w.cost <> coalesce(sum(h.cost), 0)`,
    );
    await open.close();
    expect(drift).toEqual([]);
  });
  afterAll(() => database.close());

  const ended = async (id: string) => open.house.until(id, 'SUCCEEDED', 'FAILED', 'NEEDS_REVIEW', 'CANCELED');
  test('of 30 at once on a budget of 7, exactly 7 are made, and the others take nothing and keep no photo', async () => {
    const { id } = await open.budget({ units: 7 });
    const codes = await Promise.all(Array.from({ length: 30 }, () => codeOf(open.order())));
    expect(codes.filter(code => code === 'MADE')).toHaveLength(7);
    expect(codes.filter(code => code === 'BUDGET_EXHAUSTED')).toHaveLength(23);
    expect(await open.taken(id)).toBe(7);
    // Results of those that are made come meanwhile.
    const assets = `select 1 from assets where kind = 'INPUT'`;
    const before = (await database.query(assets)).length;
    expect(await codeOf(open.order())).toBe('BUDGET_EXHAUSTED');
    expect(await database.query(assets)).toHaveLength(before);
    open.working.runner.start();
    for (const { task } of (await open.house.taskList.page(TENANT, {}, { first: 50 })).tasks) await ended(task.id);
    expect([open.charged(), await open.taken(id)]).toEqual([7, 7]);
  });

  test('the refusal names the budget, what is left, what it would take and when it renews', async () => {
    const { id } = await open.budget({ units: 0, per: 'DAY', vendor: 'FANGTANG' });
    const error = await open.order().catch(reason => reason);
    expect(error).toMatchObject({ code: 'BUDGET_EXHAUSTED', fields: [{ path: 'input', code: 'UNITS' }] });
    expect(error.message).toMatch(
      new RegExp(
        `^FANGTANG may take 1 units, and 0 units are left of the budget ${id} \\(0 units a day, of FANGTANG\\)\\. It renews at \\d{4}-\\d\\d-\\d\\dT16:00:00`,
      ),
    );
  });

  test.each([
    ['CHARGED', 'SUCCEEDED', 1],
    ['REFUSED', 'FAILED', 0],
    ['IN_DOUBT', 'FAILED', 1],
    ['LOST', 'NEEDS_REVIEW', 1],
  ] as const)('a call that is %s leaves the task %s and %d taken', async (fate, state, taken) => {
    const { id: budget } = await open.budget();
    open.fates.push(fate);
    const { id } = await open.order();
    expect(await open.taken(budget)).toBe(1);
    open.working.runner.start();
    expect((await ended(id)).state).toBe(state);
    expect(await open.taken(budget)).toBe(taken);
  });

  test.each([
    ['NOT_CHARGED', 0],
    ['CHARGED', 1],
  ] as const)('a doubt that is resolved as %s leaves %d taken, with its task and after it', async (outcome, taken) => {
    const { id: budget } = await open.budget();
    open.fates.push('LOST', 'IN_DOUBT');
    open.working.runner.start();
    const parked = await open.order();
    await ended(parked.id);
    const failed = await open.order();
    await ended(failed.id);
    expect(await open.taken(budget)).toBe(2);
    await open.house.reviews.resolve(TENANT, parked.id, outcome, ANYONE);
    expect(await open.taken(budget)).toBe(1 + taken);
    await open.house.reviews.resolveAttempt(TENANT, failed.id, 1, outcome, ANYONE);
    expect(await open.taken(budget)).toBe(2 * taken);
  });

  test('what is canceled before it is sent is given back, once', async () => {
    const { id: budget } = await open.budget();
    const { id } = await open.order();
    await open.house.tasks.cancel(TENANT, id, KEY);
    await open.house.tasks.cancel(TENANT, id, KEY);
    expect(await open.taken(budget)).toBe(0);
  });

  test.each([
    ['REFUSED', 0],
    ['CHARGED', 1],
  ] as const)('a call that was under way at the cancel, and is %s, leaves %d taken', async (fate, taken) => {
    const { id: budget } = await open.budget();
    open.fates.push('HANGS');
    open.working.runner.start();
    const { id } = await open.order();
    while ((await open.house.tasks.attempts([id])).length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    await open.house.tasks.cancel(TENANT, id, KEY);
    expect(await open.taken(budget)).toBe(1);
    open.end(fate);
    while ((await open.house.tasks.attempts([id]))[0]!.endedAt === null)
      await new Promise(resolve => setTimeout(resolve, 5));
    expect(await open.taken(budget)).toBe(taken);
  });

  test('a call that was under way at the cancel, and whose worker died, stays taken until it is resolved', async () => {
    const { id: budget } = await open.budget();
    open.fates.push('HANGS');
    open.working.runner.start();
    const { id } = await open.order();
    while ((await open.house.tasks.attempts([id])).length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    await open.house.tasks.cancel(TENANT, id, KEY);
    await endAbandonedAttempts(database, -1_000);
    expect(await open.taken(budget)).toBe(1);
    await open.house.reviews.resolveAttempt(TENANT, id, 1, 'NOT_CHARGED', SERVER);
    expect(await open.taken(budget)).toBe(0);
    // It lives after all, and brings what it knows.
    open.end('CHARGED');
    while ((await open.taken(budget)) === 0) await new Promise(resolve => setTimeout(resolve, 5));
    expect(await open.taken(budget)).toBe(1);
  });

  test('of a job of three calls what was charged is taken', async () => {
    await open.close();
    await start({ parts: 3 });
    const { id: budget } = await open.budget({ units: 5 });
    open.fates.push('CHARGED', 'REFUSED', 'CHARGED');
    const backgrounds = ['white', 'blue', 'red'].map(color => ({ color }));
    const { id } = await open.order({ backgrounds });
    expect(await open.taken(budget)).toBe(3);
    expect(await codeOf(open.order({ backgrounds }))).toBe('BUDGET_EXHAUSTED');
    open.working.runner.start();
    await ended(id);
    expect(await open.taken(budget)).toBe(2);
    expect(await codeOf(open.order({ backgrounds }))).toBe('MADE');
  });

  test('every budget has to hold: of the tenant, the key, the label and the vendor; a refusal takes nothing of the others', async () => {
    const all = await open.budget({ units: 10 });
    const ofKey = await open.budget({ units: 2, apiKeyId: KEY_ID });
    const ofLabel = await open.budget({ units: 1, label: '3b' });
    const ofOther = await open.budget({ units: 0, vendor: 'LEQI' });
    expect(await codeOf(open.order({ labels: ['3b', 'x'] }))).toBe('MADE');
    expect(await codeOf(open.order({ labels: ['3b'] }))).toBe('BUDGET_EXHAUSTED');
    expect(await codeOf(open.order())).toBe('MADE');
    expect(await codeOf(open.order())).toBe('BUDGET_EXHAUSTED');
    expect(await codeOf(open.order({}, ANYONE))).toBe('MADE');
    const taken = await Promise.all([all, ofKey, ofLabel, ofOther].map(({ id }) => open.taken(id)));
    expect(taken).toEqual([3, 2, 1, 0]);
    const { budgets } = open.working;
    expect(await budgets.of({ tenantId: TENANT, apiKeyId: null })).toHaveLength(3);
    expect(await budgets.of({ tenantId: TENANT, apiKeyId: KEY_ID })).toHaveLength(4);
  });

  test('AUTO passes by who cannot be paid, and the next one or LOCAL serves; a vendor by name does not', async () => {
    await open.close();
    const photo = async () => [PHOTO];
    await start({ also: [new ToySource(true, photo, { vendor: 'LEQI' }), new ToySource(false, photo)] });
    const auto = async () => (await open.order({ vendor: 'AUTO' })).route;
    expect(await auto()).toEqual(['FANGTANG', 'LEQI', 'LOCAL']);
    const { id } = await open.budget({ units: 1, vendor: 'FANGTANG' });
    expect(await auto()).toEqual(['FANGTANG', 'LEQI', 'LOCAL']);
    expect(await auto()).toEqual(['LEQI', 'LOCAL']);
    await open.budget({ units: 0 });
    expect(await auto()).toEqual(['LOCAL']);
    expect(await codeOf(open.order())).toBe('BUDGET_EXHAUSTED');
    expect(await open.taken(id)).toBe(1);
    const spender = { tenantId: TENANT, apiKeyId: null, labels: [] };
    const wish = { specId: 'yi-cun-295x413' };
    const { operations } = open.working;
    expect(await operations.quote(spender, 'ID_PHOTO', wish, 'AUTO')).toMatchObject({
      vendor: 'LOCAL',
      refusedBy: null,
    });
    const quote = await operations.quote(spender, 'ID_PHOTO', wish, 'FANGTANG');
    expect(quote).toMatchObject({ vendor: 'FANGTANG', units: 1, cost: 3_500, refusedBy: { id } });
  });

  test('money is counted by the price of the moment in which the task was made', async () => {
    const { id } = await open.budget({ units: undefined, cost: 8_000 });
    const first = await open.order();
    open.working.runner.start();
    await ended(first.id);
    const [attempt] = await open.house.tasks.attempts([first.id]);
    expect(attempt).toMatchObject({ units: 1, cost: 3_500 });
    await open.close();
    await start({ prices: { FANGTANG: 4_501 } });
    expect(await codeOf(open.order())).toBe('BUDGET_EXHAUSTED');
    await open.close();
    await start({ prices: {} });
    expect(await codeOf(open.order())).toBe('UNIT_PRICE_MISSING');
    await open.close();
    await start({ prices: { FANGTANG: 4_500 } });
    const { id: second } = await open.order();
    open.working.runner.start();
    await ended(second);
    expect(await open.working.budgets.list(null)).toMatchObject([{ id, takenCost: 8_000, takenUnits: 2 }]);
    const hour = 3_600_000;
    const usage = await open.working.usage.sum(TENANT, new Date(Date.now() - hour), new Date(Date.now() + hour), []);
    expect(usage).toMatchObject([{ units: 2, cost: 8_000, costInDoubt: 0, unitsWithoutPrice: 0 }]);
  });

  test('a day is over at midnight in China; what ends after it is settled with the day in which it was reserved', async () => {
    const { id: budget, renewsAt } = await open.budget({ units: 1, per: 'DAY' });
    expect(renewsAt!.getTime() - Date.now()).toBeLessThanOrEqual(86_400_000);
    expect(renewsAt!.toISOString()).toMatch(/T16:00:00\.000Z$/);
    open.fates.push('HANGS');
    open.working.runner.start();
    const { id } = await open.order();
    while (open.fates.length > 0) await new Promise(resolve => setTimeout(resolve, 5));
    await database.script(
      `update budget_windows set period = '2026-01-01'; update budget_holds set period = '2026-01-01'`,
    );
    expect(await open.taken(budget)).toBe(0);
    const { id: next } = await open.order();
    await ended(next);
    open.end('REFUSED');
    await ended(id);
    expect(await database.query('select units from budget_windows order by period')).toEqual([
      { units: 0 },
      { units: 1 },
    ]);
  });

  test('a budget that another replica made a moment ago counts at once', async () => {
    expect(await codeOf(open.order())).toBe('MADE');
    const other = open.house.withSources();
    const { id } = await other.budgets.set({ tenantId: TENANT, per: 'TOTAL', units: 1 }, ANYONE);
    expect(await codeOf(open.order())).toBe('MADE');
    expect(await codeOf(open.order())).toBe('BUDGET_EXHAUSTED');
    await other.budgets.set({ tenantId: TENANT, per: 'TOTAL', units: 2 }, ANYONE);
    expect(await codeOf(open.order())).toBe('MADE');
    expect(await open.taken(id)).toBe(2);
    await other.budgets.remove(id, ANYONE);
    expect(await codeOf(open.order())).toBe('MADE');
  });

  test('who set and removed a budget stands in the audit trail with the limits, without the label', async () => {
    const { budgets, audit } = open.house.withSources();
    const by = { kind: 'API_KEY', id: `key_of_${driver}`, apiKeyId: null };
    const wish = { tenantId: TENANT, per: 'DAY', label: '张三' } as const;
    const { id } = await budgets.set({ ...wish, units: 100, cost: 355_000 }, by);
    await budgets.set({ ...wish, units: 5 }, by);
    await expect(budgets.set(wish, by)).rejects.toThrow('input: EMPTY');
    await budgets.remove(id, by);
    await expect(budgets.remove(id, by)).rejects.toThrow('no such budget');
    const trail = await audit.trail(TENANT, { actorIds: [by.id] }, 9);
    expect(trail.map(({ act, objectId, outcome }) => [act, objectId, outcome]).reverse()).toEqual([
      ['BUDGET_SET', id, '100 units and 35.5 yuan a day'],
      ['BUDGET_SET', id, '5 units a day'],
      ['BUDGET_REMOVED', id, '5 units a day'],
    ]);
    expect(JSON.stringify(trail)).not.toContain('张三');
  });

  test('without a budget a task is one statement, as before', async () => {
    await open.order();
    const asked: string[] = [];
    const { query, transaction } = open.house.database;
    const tapped: Pick<Sql, 'query'> & Pick<Database, 'transaction'> = {
      query: (text, params) => {
        asked.push(text);
        return query.call(open.house.database, text, params) as never;
      },
      transaction: work => {
        asked.push('transaction');
        return transaction.call(open.house.database, work) as never;
      },
    };
    Object.assign(open.house.database, tapped);
    await open.order();
    Object.assign(open.house.database, { query, transaction });
    expect(asked.filter(text => /from budgets/.test(text))).toHaveLength(1);
    expect(asked.filter(text => text.includes('insert into tasks'))).toHaveLength(1);
  });

  test('a retry is taken from the budgets of whoever tries again', async () => {
    const ofKey = await open.budget({ units: 1, apiKeyId: KEY_ID });
    open.fates.push('LOST');
    open.working.runner.start();
    const { id } = await open.order({}, ANYONE);
    await ended(id);
    const retry = () => open.working.operations.retry(TENANT, id, true, KEY);
    await open.budget({ units: 0 });
    expect(await codeOf(retry())).toBe('BUDGET_EXHAUSTED');
    expect(await open.house.tasks.find(TENANT, id)).toMatchObject({ state: 'NEEDS_REVIEW', apiKeyId: null });
    await open.budget({ units: 9 });
    const again = await retry();
    expect(again.apiKeyId).toBe(KEY_ID);
    await ended(again.id);
    expect(await open.taken(ofKey.id)).toBe(1);
  });
});

test.each([
  [{ units: undefined }, 'input: EMPTY'],
  [{ units: -1 }, 'input.units: RANGE'],
  [{ units: 1.5 }, 'input.units: RANGE'],
  [{ vendor: 'LOCAL' }, 'input.vendor: FREE'],
  [{ tenantId: 'nobody' }, 'input.tenantId: UNKNOWN'],
  [{ apiKeyId: 'key_2' }, 'input.apiKeyId: UNKNOWN'],
  [{ label: ' ' }, 'input.label: LENGTH'],
] as const)('a budget of %j is refused', async (over, words) => {
  useDriver('pglite');
  const open = await openBudgetHouse();
  await expect(open.budget(over)).rejects.toThrow(words);
  await open.close();
});
