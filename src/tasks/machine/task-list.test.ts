import { openTaskHouse, type TaskHouse } from '../../../test/task-house.js';
import { ANYONE } from '../../audit/acts.js';
import { LIMITS } from '../../kernel/limits.js';
import { matchesFilter, type TaskFilter } from '../../store/task-list-rows.js';
import type { TasksUpdate } from './task-list.js';

let house: TaskHouse;
beforeAll(async () => {
  house = await openTaskHouse();
});
afterAll(() => house.close());

let tenants = 0;
const newTenant = () => `lists-${++tenants}`;

type Following = AsyncIterableIterator<TasksUpdate>;
const idsOf = ({ tasks }: { tasks: { id: string }[] }) => tasks.map(({ id }) => id);

async function next(list: Following): Promise<TasksUpdate> {
  const { value, done } = await list.next();
  expect(done).toBe(false);
  return value;
}

/** The messages up to the one that tells of the last of these ids, however they were merged. */
async function until(list: Following, wanted: (told: TasksUpdate) => boolean): Promise<TasksUpdate[]> {
  const told: TasksUpdate[] = [];
  do told.push(await next(list));
  while (!wanted(told.at(-1)!));
  return told;
}

async function insert(tenant: string, count: number, state = 'QUEUED', minutesAgo = 0): Promise<void> {
  await house.database.query(
    `insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, input, created_at, updated_at, ended_at)
     select 'task_' || lpad(md5($1 || n), 26, '0'), $1, 'ID_PHOTO', $3, 'NONE', 'QUEUED', 'NONE', 'LOCAL', '{LOCAL}', '{}',
       now() - n * interval '1 ms' - $4 * interval '1 minute', now() - $4 * interval '1 minute',
       case when $3 in ('SUCCEEDED', 'FAILED') then now() - $4 * interval '1 minute' end
     from generate_series(1, $2::int) n`,
    [tenant, count, state, minutesAgo],
  );
}

test('a snapshot in pages, newest first, then each change; `first` bounds the snapshot alone', async () => {
  const tenantId = newTenant();
  await insert(tenantId, 250);
  const all = idsOf({ tasks: (await house.taskList.page(tenantId, {}, { first: 250 })).tasks.map(({ task }) => task) });
  const list = house.taskList.follow(tenantId, {}, 230);
  const pages = [await next(list), await next(list), await next(list)];
  expect(pages.map(({ kind, tasks, isComplete }) => [kind, tasks.length, isComplete])).toEqual([
    ['SNAPSHOT', 100, false],
    ['SNAPSHOT', 100, false],
    ['SNAPSHOT', 30, true],
  ]);
  expect(pages.map(({ cursor }) => cursor === null)).toEqual([true, true, false]);
  expect(pages.flatMap(idsOf)).toEqual(all.slice(0, 230));
  await house.tasks.cancel(tenantId, all[249]!, ANYONE);
  expect(await next(list)).toMatchObject({
    kind: 'CHANGES',
    isComplete: true,
    tasks: [{ id: all[249], state: 'CANCELED' }],
  });
  await list.return!();
  expect(house.events.followsLists).toBe(false);
});

test('a new task is told, one that no longer matches or is erased is removed, and others’ are not heard of', async () => {
  const [tenantId, other] = [newTenant(), newTenant()];
  const list = house.taskList.follow(tenantId, { states: ['QUEUED'] }, 200);
  expect(await next(list)).toMatchObject({ kind: 'SNAPSHOT', tasks: [], isComplete: true });
  await house.create({ tenantId: other });
  const task = await house.create({ tenantId });
  expect(idsOf(await next(list))).toEqual([task.id]);
  // Never told of: nothing to remove.
  const hidden = await house.create({ tenantId: other });
  await house.tasks.cancel(other, hidden.id, ANYONE);
  await house.tasks.cancel(tenantId, task.id, ANYONE);
  expect(await next(list)).toMatchObject({ tasks: [], removed: [task.id] });
  await list.return!();

  const everything = house.taskList.follow(tenantId, {}, 200);
  expect(idsOf(await next(everything))).toEqual([task.id]);
  await house.erasure.deleteTask(tenantId, task.id, ANYONE);
  expect(await next(everything)).toMatchObject({ kind: 'CHANGES', tasks: [], removed: [task.id] });
  await everything.return!();
});

test('many changes of one task in a moment are told as one', async () => {
  const tenantId = newTenant();
  const { id } = await house.create({ tenantId });
  const list = house.taskList.follow(tenantId, {}, 200);
  await next(list);
  await house.lifecycle.move(id, 'start');
  for (let percent = 0; percent < 30; percent += 1)
    await house.lifecycle.move(id, 'report', { stage: 'RENDERING', percent });
  await house.tasks.cancel(tenantId, id, ANYONE);
  const told = await until(list, ({ tasks }) => tasks[0]?.state === 'CANCELED');
  expect(told.length).toBeLessThan(10);
  expect(told.every(({ tasks }) => tasks.length === 1)).toBe(true);
  await list.return!();
});

test('with the cursor only what changed meanwhile comes; a wrong cursor and `chargeInDoubt` are refused', async () => {
  const tenantId = newTenant();
  await insert(tenantId, 5, 'SUCCEEDED', 30);
  const task = await house.create({ tenantId });
  const first = house.taskList.follow(tenantId, { states: ['QUEUED'] }, 200);
  const { cursor } = await next(first);
  await first.return!();
  const [added] = [await house.create({ tenantId }), await house.tasks.cancel(tenantId, task.id, ANYONE)];
  const again = house.taskList.follow(tenantId, { states: ['QUEUED'] }, 200, cursor!);
  expect(await next(again)).toMatchObject({ kind: 'CHANGES', tasks: [{ id: added.id }], removed: [task.id] });
  await again.return!();
  for (const after of ['nonsense', Buffer.from('list yesterday').toString('base64url')])
    expect(() => house.taskList.follow(tenantId, {}, 200, after)).toThrow(/BAD_USER_INPUT|CURSOR/);
  expect(() => house.taskList.follow(tenantId, { chargeInDoubt: true }, 200)).toThrow(/chargeInDoubt/);
});

test('a cursor that is too old, and more changes than a snapshot has, begin with a snapshot again', async () => {
  const tenantId = newTenant();
  const old = Buffer.from(`list ${new Date(Date.now() - 2 * LIMITS.events.listCursorMs).toISOString()}`);
  const begun = house.taskList.follow(tenantId, {}, 10, old.toString('base64url'));
  const { kind, cursor } = await next(begun);
  expect(kind).toBe('SNAPSHOT');
  await begun.return!();
  await insert(tenantId, LIMITS.events.mostSnapshotTasks + 1);
  const again = house.taskList.follow(tenantId, {}, 10, cursor!);
  expect(await next(again)).toMatchObject({ kind: 'SNAPSHOT', isComplete: true });
  await again.return!();
});

test('after a gap of the feed what was missed is told', async () => {
  const tenantId = newTenant();
  const { id } = await house.create({ tenantId });
  const list = house.taskList.follow(tenantId, {}, 200);
  await next(list);
  // As another replica commits it, whose notice is lost.
  await house.database.query(
    `update tasks set sequence = sequence + 1, updated_at = now(), stage = 'RENDERING' where id = $1`,
    [id],
  );
  house.events.deliverGap();
  const told = await until(list, ({ tasks }) => tasks.some(({ stage }) => stage === 'RENDERING'));
  expect(told.at(-1)).toMatchObject({ kind: 'CHANGES', tasks: [{ id }] });
  await list.return!();
});

test('counts by state, of live tasks and those that ended within a day, and rates', async () => {
  const tenantId = newTenant();
  await insert(tenantId, 10);
  await insert(`${tenantId}`, 0);
  await insert(tenantId.concat('-x'), 3, 'FAILED');
  await house.database.query(`update tasks set tenant_id = $1 where tenant_id = $2`, [tenantId, `${tenantId}-x`]);
  await insert(`${tenantId}-y`, 4, 'SUCCEEDED', 25 * 60);
  await house.database.query(`update tasks set tenant_id = $1 where tenant_id = $2`, [tenantId, `${tenantId}-y`]);
  const counts = await house.taskList.counts(tenantId, {});
  expect(counts.states.sort((a, b) => a.count - b.count)).toEqual([
    { state: 'FAILED', count: 3 },
    { state: 'QUEUED', count: 10 },
  ]);
  expect(counts).toMatchObject({ acceptedPerMinute: 13 / 5, endedPerMinute: 3 / 5, failedPerMinute: 3 / 5 });
  expect(await house.taskList.count(tenantId, {})).toBe(17);
  expect(await house.taskList.count(tenantId, { states: ['SUCCEEDED'] })).toBe(4);
});

test('oldest first is newest first turned round, page by page', async () => {
  const tenantId = newTenant();
  await insert(tenantId, 7);
  const read = async (order: 'NEWEST_FIRST' | 'OLDEST_FIRST') => {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await house.taskList.page(tenantId, {}, { first: 3, after, order });
      ids.push(...page.tasks.map(({ task }) => task.id));
      after = page.hasNextPage ? page.tasks.at(-1)!.cursor : undefined;
    } while (after !== undefined);
    return ids;
  };
  expect(await read('OLDEST_FIRST')).toEqual((await read('NEWEST_FIRST')).reverse());
});

test('a row at hand matches a filter where the database says so', async () => {
  const tenantId = newTenant();
  for (let index = 0; index < 12; index += 1) {
    const { id } = await house.create({
      tenantId,
      reference: index % 3 === 0 ? null : `order-${index % 3}`,
      labels: ['a', 'b', 'c'].filter((_, bit) => (index >> bit) % 2 === 1),
      route: [index % 2 === 0 ? 'LOCAL' : 'FANGTANG@SANDBOX'],
    });
    if (index % 4 === 0) await house.tasks.cancel(tenantId, id, ANYONE);
  }
  const all = (await house.taskList.page(tenantId, {}, { first: 50 })).tasks.map(({ task }) => task);
  const middle = all[6]!.createdAt;
  const choices: { [Key in keyof Required<TaskFilter>]: TaskFilter[Key][] } = {
    states: [undefined, ['QUEUED'], ['CANCELED', 'FAILED']],
    operations: [undefined, ['ID_PHOTO'], ['RELEASE']],
    vendors: [undefined, ['LOCAL'], ['FANGTANG', 'LEQI']],
    reference: [undefined, 'order-1'],
    labels: [undefined, ['a'], ['a', 'c']],
    createdFrom: [undefined, middle],
    createdTo: [undefined, middle],
    chargeInDoubt: [undefined],
  };
  let matched = 0;
  for (let seed = 0; seed < 200; seed += 1) {
    const filter = Object.fromEntries(
      Object.entries(choices).flatMap(([key, values], place) => {
        const value = values[Math.floor(seed / (place + 1) + seed * place) % values.length];
        return value === undefined ? [] : [[key, value]];
      }),
    ) as TaskFilter;
    const found = (await house.taskList.page(tenantId, filter, { first: 50 })).tasks.map(({ task }) => task.id);
    expect([filter, idsOf({ tasks: all.filter(task => matchesFilter(task, filter)) })]).toEqual([filter, found]);
    matched += found.length;
  }
  expect(matched).toBeGreaterThan(100);
});
