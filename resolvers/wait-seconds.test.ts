import type { GraphQLField, GraphQLResolveInfo } from 'graphql';
import { OPEN_CALLER } from '../src/access/access-service.js';
import { ANYONE } from '../src/audit/acts.js';
import type { Task as StoredTask } from '../src/store/task.js';
import { openTaskHouse, type TaskHouse, TENANT } from '../test/task-house.js';
import { type Context, createContext } from './context.js';
import { toTask } from './operations.js';
import { addWaitSeconds } from './wait-seconds.js';

let house: TaskHouse;
let calls = 0;
beforeAll(async () => {
  house = await openTaskHouse();
});
afterAll(() => house.close());

/** A mutation that gives this task. */
function mutate(task: StoredTask, waitSeconds: number, context: Partial<Context> = {}) {
  const field = {
    args: [],
    resolve: async () => {
      calls += 1;
      return toTask(task, 'en');
    },
  } as unknown as GraphQLField<unknown, Context>;
  addWaitSeconds(field);
  const real = createContext(house, { caller: OPEN_CALLER, language: 'en' });
  return field.resolve!(
    undefined,
    { waitSeconds },
    { visible: real.visible, language: 'en', ...context } as Context,
    {} as GraphQLResolveInfo,
  );
}

test('without a wait, and for a task that has ended, the answer comes at once', async () => {
  const task = await house.create();
  expect(await mutate(task, 0)).toMatchObject({ id: task.id, state: 'QUEUED' });
  const ended = await house.tasks.cancel(TENANT, task.id, ANYONE);
  expect(await mutate(ended, 60)).toMatchObject({ state: 'CANCELED' });
});

test('the answer comes with the end, with a review, or with what there is when the time is over', async () => {
  const [canceled, parked, slow] = await Promise.all([house.create(), house.create(), house.create()]);
  const answers = [mutate(canceled, 60), mutate(parked, 60), mutate(slow, 1)];
  await house.tasks.cancel(TENANT, canceled.id, ANYONE);
  await house.lifecycle.move(parked.id, 'start');
  await house.lifecycle.move(parked.id, 'park', { failure: { code: 'OUTCOME_UNKNOWN', message: 'a test' } });
  await house.lifecycle.move(slow.id, 'start');
  expect((await Promise.all(answers)).map(task => (task as StoredTask).state)).toEqual([
    'CANCELED',
    'NEEDS_REVIEW',
    'RUNNING',
  ]);
  expect(house.events.subscribers).toBe(0);
});

test('a wait that is too long is refused before anything is done', async () => {
  const before = calls;
  const task = await house.create();
  for (const seconds of [-1, 61])
    await expect(mutate(task, seconds)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'waitSeconds' }],
    });
  expect(calls).toBe(before);
});

test('the database goes away while it waits: the id of the task is answered all the same', async () => {
  const task = await house.create();
  const visible = {
    watch: async () => {
      throw new Error('the database is away');
    },
  } as unknown as Context['visible'];
  expect(await mutate(task, 60, { visible })).toMatchObject({ id: task.id, state: 'QUEUED' });
});
