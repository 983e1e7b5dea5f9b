import { openTaskHouse, type TaskHouse, TENANT } from '../../../test/task-house.js';
import { ANYONE } from '../../audit/acts.js';
import { LIMITS } from '../../kernel/limits.js';
import { endAbandonedAttempts, openAttempt } from '../../store/attempt-rows.js';
import type { TaskFailure, TaskResult } from '../../store/task.js';

let house: TaskHouse;
beforeAll(async () => {
  house = await openTaskHouse();
});
afterAll(() => house.close());

const ODD: TaskFailure = { code: 'OUTCOME_UNKNOWN', message: 'It is not known.' };
const MADE: TaskResult = {
  pictures: [{ role: 'CLEAN', assetId: 'asset_1', index: 0 }],
  facts: {},
  missing: [{ part: 1, failure: ODD }],
};

/** A task whose one call nobody knows the outcome of. */
async function park(details: { failure?: TaskFailure; result?: TaskResult } = { failure: ODD }) {
  const { id } = await house.create({ route: ['FANGTANG'] });
  await house.lifecycle.move(id, 'start', {
    also: sql =>
      openAttempt(sql, {
        taskId: id,
        number: 1,
        tenantId: TENANT,
        source: 'FANGTANG',
        part: 0,
        canBill: true,
        units: 1,
        cost: null,
        unitsLeftBefore: null,
      }),
  });
  return (await house.lifecycle.move(id, 'park', details))!;
}

describe('resolve', () => {
  test.each([
    ['CHARGED', 'YES'],
    ['NOT_CHARGED', 'NO'],
  ] as const)('%s books the doubtful call as %s, and the task has failed as it stood', async (resolution, billed) => {
    const { id } = await park();
    expect(await house.reviews.resolve(TENANT, id, resolution, ANYONE)).toMatchObject({
      state: 'FAILED',
      failure: ODD,
    });
    expect(await house.tasks.attempts([id])).toMatchObject([{ billed, outcome: 'LOST', final: true }]);
  });

  test('a task whose other calls gave something succeeds with that', async () => {
    const { id } = await park({ failure: ODD, result: MADE });
    expect(await house.reviews.resolve(TENANT, id, 'CHARGED', ANYONE)).toMatchObject({
      state: 'SUCCEEDED',
      result: MADE,
      failure: null,
    });
  });

  test('a task that says nothing of why it waits fails with OUTCOME_UNKNOWN', async () => {
    const { id } = await park({});
    expect((await house.reviews.resolve(TENANT, id, 'CHARGED', ANYONE)).failure).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
    });
  });

  test('a call whose outcome is known keeps it', async () => {
    const { id } = await park();
    await house.database.query(`update task_attempts set billed = 'YES', ended_at = now(), outcome = 'SUCCEEDED'`);
    await house.reviews.resolve(TENANT, id, 'NOT_CHARGED', ANYONE);
    expect(await house.tasks.attempts([id])).toMatchObject([{ billed: 'YES', outcome: 'SUCCEEDED' }]);
  });

  test('only what needs review is resolved; what has changed meanwhile is not', async () => {
    const queued = await house.create();
    await expect(house.reviews.resolve(TENANT, queued.id, 'CHARGED', ANYONE)).rejects.toMatchObject({
      code: 'NOT_IN_REVIEW',
    });
    const parked = await park();
    await house.tasks.cancel(TENANT, parked.id, ANYONE);
    await expect(house.reviews.settle(parked, 'NO', ANYONE)).rejects.toMatchObject({ code: 'NOT_IN_REVIEW' });
    expect(await house.tasks.attempts([parked.id])).toMatchObject([{ billed: 'UNKNOWN' }]);
  });
});

test('a call whose task was canceled, and whose worker died with it, is ended after a while, and can be settled then', async () => {
  const call = async () => {
    const { id } = await house.create({ route: ['FANGTANG'] });
    const intent = {
      taskId: id,
      number: 1,
      tenantId: TENANT,
      part: 0,
      canBill: true,
      units: 1,
      cost: null,
      unitsLeftBefore: null,
    };
    await house.lifecycle.move(id, 'start', { also: sql => openAttempt(sql, { ...intent, source: 'FANGTANG' }) });
    return id;
  };
  const [running, justCanceled, canceled] = [await call(), await call(), await call()];
  for (const id of [justCanceled, canceled]) await house.tasks.cancel(TENANT, id, ANYONE);
  await house.database.query(`update tasks set ended_at = now() - interval '11 min' where id = $1`, [canceled]);
  const settle = () => house.reviews.resolveAttempt(TENANT, canceled, 1, 'NOT_CHARGED', ANYONE);
  await expect(settle()).rejects.toMatchObject({ code: 'NOT_IN_DOUBT' });
  expect(await endAbandonedAttempts(house.database, LIMITS.task.abandonedMs)).toBe(1);
  expect(await house.tasks.attempts([canceled])).toMatchObject([
    { outcome: 'LOST', billed: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' },
  ]);
  const { tasks } = await house.taskList.page(TENANT, { chargeInDoubt: true }, { first: 50 });
  expect(tasks.map(({ task }) => task.id)).toContain(canceled);
  await settle();
  expect(await house.tasks.attempts([canceled])).toMatchObject([{ billed: 'NO' }]);
  expect(await house.tasks.attempts([running, justCanceled])).toMatchObject([{ endedAt: null }, { endedAt: null }]);
});
