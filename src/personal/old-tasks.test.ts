import { DRIVERS, openTestDatabase } from '../../test/store-setup.js';
import { FILE, openTaskHouse, type TaskHouse, TENANT } from '../../test/task-house.js';
import { ANYONE } from '../audit/acts.js';
import { closeAttempt, openAttempt } from '../store/attempt-rows.js';
import { insertConsent } from '../store/consent-rows.js';
import type { Task } from '../store/task.js';
import { OldTasks } from './old-tasks.js';

const DAY = 86_400_000;
const KEPT = 30 * DAY;
const CALL = { number: 1, tenantId: TENANT, source: 'FANGTANG', part: 0, canBill: true, units: 1, cost: 35 } as const;

let house: TaskHouse;
const query = (text: string, params: (string | string[] | null)[] = []) => house.database.query(text, params);
/** A whole round, in batches of so many. */
async function drop(most = 100): Promise<{ tasks: number; pictures: number }> {
  const sum = { tasks: 0, pictures: 0 };
  for (;;) {
    const { tasks, pictures, isMore } = await house.oldTasks.drop(KEPT, most);
    sum.tasks += tasks;
    sum.pictures += pictures;
    if (!isMore) return sum;
  }
}
const there = async (id: string) => (await house.tasks.find(TENANT, id)) !== undefined;

/** A task that was canceled 40 days ago. */
async function old(over: Parameters<TaskHouse['create']>[0] = {}): Promise<Task> {
  const { id, tenantId } = await house.create({ inputAssets: [], ...over });
  await house.tasks.cancel(tenantId, id, ANYONE);
  await query(`update tasks set ended_at = now() - interval '40 days' where id = $1`, [id]);
  return house.tasks.require(tenantId, id);
}

async function picture(taskId: string): Promise<string> {
  const { ids, commit } = await house.assets.prepare({ tenantId: TENANT, taskId, files: [FILE] });
  await house.database.transaction(commit);
  return ids[0]!;
}

async function call(taskId: string, billed?: 'YES' | 'UNKNOWN'): Promise<void> {
  await openAttempt(house.database, { ...CALL, taskId, unitsLeftBefore: null });
  if (billed !== undefined) await closeAttempt(house.database, taskId, 1, { outcome: 'FAILED', billed });
}

function photo(id: string, taskId: string, over: { until?: string; buyer?: string } = {}) {
  return query(
    `insert into photos (id, tenant_id, task_id, index, source, release_until, release_task_id)
     values ($1, $2, $3, 0, 'LEQI', now() + $4::interval, $5)`,
    [id, TENANT, taskId, over.until ?? null, over.buyer ?? null],
  );
}

async function message(taskId: string, state: 'PENDING' | 'DEAD'): Promise<void> {
  await query(
    `insert into webhooks (id, tenant_id, url, events, follows_all, secret) values ('hook_' || $1, $2, 'https://a.example', '{}', false, '')`,
    [taskId, TENANT],
  );
  await query(
    `insert into webhook_deliveries (id, tenant_id, webhook_id, task_id, type, payload, state, ended_at)
     values ('msg_' || $1, $2, 'hook_' || $1, $1, '', '', $3, case when $3 = 'DEAD' then now() end)`,
    [taskId, TENANT, state],
  );
}

describe.each(DRIVERS)('on %s', driver => {
  beforeAll(async () => {
    house = await openTaskHouse({}, {}, { database: await openTestDatabase(driver) });
  });
  afterAll(() => house.close());
  afterEach(async () => {
    await query('delete from tasks');
    await query('delete from assets');
  });

  test('an old task goes with what hangs on it; the ledger, what was taken of budgets, and the audit trail stay', async () => {
    const task = await old({ idempotencyKey: 'key', reference: 'order 7' });
    await call(task.id, 'YES');
    await photo('photo_1', task.id);
    await message(task.id, 'DEAD');
    await query(
      `insert into budgets (id, tenant_id, per, units) values ('budget_1', $1, 'TOTAL', 9) on conflict do nothing`,
      [TENANT],
    );
    await query(`insert into budget_windows values ('budget_1', '', 1, 0)`);
    await query(`insert into budget_holds values ($1, 'budget_1', '', 1, 0)`, [task.id]);
    const [from, to] = [new Date(Date.now() - DAY), new Date(Date.now() + DAY)];
    const used = await house.usage.sum(TENANT, from, to, ['VENDOR', 'OPERATION']);
    expect(used).toMatchObject([{ vendor: 'FANGTANG', operation: 'ID_PHOTO', units: 1, cost: 35 }]);

    expect(await drop()).toMatchObject({ tasks: 1 });
    for (const table of ['tasks', 'task_attempts', 'photos', 'idempotency_keys', 'webhook_deliveries', 'budget_holds'])
      expect([table, await query(`select * from ${table}`)]).toEqual([table, []]);
    expect(await house.usage.sum(TENANT, from, to, ['VENDOR', 'OPERATION'])).toEqual(used);
    expect(await house.budgets.list(TENANT)).toMatchObject([{ takenUnits: 1 }]);
    await house.audit.chain();
    const trail = await query('select act from audit where task_id = $1 order by number', [task.id]);
    expect(trail.map(({ act }) => act)).toEqual(['TASK_CREATED', 'TASK_CANCELED']);
    await query('delete from budget_windows');
    await query('delete from budgets');
  });

  test('who asks for it is told that it has left; another tenant, and who asks for an erased one, that there is none', async () => {
    const [left, erased] = [await old(), await old()];
    await house.erasure.deleteTask(TENANT, erased.id, ANYONE);
    expect(await drop()).toMatchObject({ tasks: 1 });
    for (const chained of [false, true]) {
      if (chained) await house.audit.chain();
      await expect(house.tasks.look(TENANT, left.id)).rejects.toMatchObject({ code: 'TASK_GONE' });
      await expect(house.tasks.cancel(TENANT, left.id, ANYONE)).rejects.toMatchObject({ code: 'TASK_GONE' });
      await expect(house.tasks.watch(TENANT, left.id)).rejects.toMatchObject({ code: 'TASK_GONE' });
      expect(await house.tasks.look('another', left.id)).toBeUndefined();
      await expect(house.tasks.require('another', left.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await house.tasks.look(TENANT, erased.id)).toBeUndefined();
    }
  });

  test.each<[string, (task: Task) => Promise<unknown>]>([
    [
      'that ended later',
      ({ id }) => query(`update tasks set ended_at = now() - interval '29 days' where id = $1`, [id]),
    ],
    ['that has not ended', ({ id }) => query(`update tasks set ended_at = null where id = $1`, [id])],
    ['of which a call is under way', ({ id }) => call(id)],
    ['of which a charge is in doubt', ({ id }) => call(id, 'UNKNOWN')],
    ['of which a picture is kept', ({ id }) => picture(id)],
    [
      'whose photo is kept',
      async ({ id }) =>
        query('update tasks set input_assets = $2::text[] where id = $1', [id, [await picture('none')]]),
    ],
    ['of which a photo can be released', ({ id }) => photo('photo_2', id, { until: '1 hour' })],
    [
      'of which a photo was bought by a task that is there',
      async ({ id }) => photo('photo_3', id, { buyer: (await house.create({ inputAssets: [] })).id }),
    ],
    ['of which a message waits', ({ id }) => message(id, 'PENDING')],
  ])('a task %s stays, and those behind it go', async (_, hold) => {
    const [held, next] = [await old(), await old()];
    await query(`update tasks set ended_at = now() - interval '50 days' where id = $1`, [held.id]);
    await hold(held);
    expect(await drop(1)).toMatchObject({ tasks: 1 });
    expect([await there(held.id), await there(next.id)]).toEqual([true, false]);
  });

  test('a release goes before the task whose photo it bought, and that one next', async () => {
    const [maker, buyer] = [await old(), await old()];
    await photo('photo_4', maker.id, { buyer: buyer.id });
    expect(await drop()).toMatchObject({ tasks: 1 });
    expect([await there(maker.id), await there(buyer.id)]).toEqual([true, false]);
    expect(await drop()).toMatchObject({ tasks: 1 });
    expect(await there(maker.id)).toBe(false);
  });

  test('of a consent an HMAC of its reference is left, by which it can still be withdrawn', async () => {
    const { id: taskId } = await old();
    const consent = { id: 'consent_1', tenantId: TENANT, taskId, purpose: 'photo', noticeVersion: '1' } as const;
    await insertConsent(house.database, {
      ...consent,
      givenBy: 'PERSON',
      guardian: null,
      reference: 'person 7',
      givenAt: new Date(),
    });
    expect(await drop()).toMatchObject({ tasks: 1 });
    expect(await query('select reference from consents')).toEqual([{ reference: null }]);
    const receipt = await house.consents.withdraw(TENANT, { reference: 'person 7' }, ANYONE);
    expect(receipt).toMatchObject({ tasks: [], notErased: [], complete: true });
    expect(await query('select withdrawn_at is null as held from consents')).toEqual([{ held: false }]);
    await query('delete from consents');
  });

  test('rows of pictures leave as long after the pictures; what is kept, or belongs to a task that is there, stays', async () => {
    const { id } = await house.create({ inputAssets: [] });
    const [gone, kept, shown, late] = [
      await picture('none'),
      await picture('none'),
      await picture(id),
      await picture('none'),
    ];
    await query(`update assets set purged_at = now() - interval '31 days' where id = any($1::text[])`, [[gone, shown]]);
    await query(`update assets set purged_at = now() - interval '29 days' where id = $1`, [late]);
    expect(await drop()).toEqual({ tasks: 0, pictures: 1 });
    const rows = await query('select id from assets');
    expect(rows.map(row => row.id).sort()).toEqual([kept, shown, late].sort());
  });

  test('a batch takes the oldest of a tenant, and a round all tenants; two at once take each task once', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 9; count += 1) {
      const { id } = await old({ tenantId: `tenant ${count % 3}` });
      await query(`update tasks set ended_at = now() - $2::interval where id = $1`, [id, `${50 - count} days`]);
      ids.push(id);
    }
    expect(await house.oldTasks.drop(KEPT, 2)).toMatchObject({ tasks: 2, isMore: true });
    const left = await query(`select id from tasks where tenant_id = 'tenant 0'`);
    expect(left.map(({ id }) => id)).toEqual([ids[6]]);
    const other = new OldTasks(house.database, house.audit);
    const both = await Promise.all([drop(), other.drop(KEPT, 100)]);
    await drop();
    expect(await query('select id from tasks')).toEqual([]);
    expect(both[0].tasks + both[1].tasks).toBeLessThanOrEqual(7);
  });

  test('however many have to stay, what comes after them leaves', async () => {
    for (let count = 0; count < 5; count += 1) {
      const { id } = await old();
      await query(`update tasks set ended_at = now() - interval '60 days' where id = $1`, [id]);
      await call(id, 'UNKNOWN');
    }
    const { id } = await old();
    expect(await drop(2)).toMatchObject({ tasks: 1 });
    expect([await there(id), (await query('select id from tasks')).length]).toEqual([false, 5]);
  });
});
