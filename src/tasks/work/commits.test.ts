import { pino } from 'pino';
import { openTaskHouse, type TaskHouse, TENANT } from '../../../test/task-house.js';
import { ANYONE } from '../../audit/acts.js';
import type { AttemptEnd } from '../../store/attempt-rows.js';
import { type Claim, claimDue } from '../../store/queue-rows.js';
import type { TaskFailure, TaskResult } from '../../store/task.js';
import { TaskCommits } from './commits.js';
import { Leases } from './leases.js';
import type { OperationTable } from './operation-rules.js';

const RESULT: TaskResult = { pictures: [], facts: {}, missing: [] };
const FAILURE: TaskFailure = { code: 'NO_FACE', message: 'none' };
const END: AttemptEnd = { outcome: 'SUCCEEDED', billed: 'YES' };
const CLOSE = { number: 1, end: END };

let house: TaskHouse;
beforeAll(async () => {
  house = await openTaskHouse();
});
afterAll(() => house.close());
// Each test has the one task that is due.
afterEach(() => house.database.query('delete from tasks'));

/** A task with one call under way, in the hands of a worker. */
async function work() {
  const { id } = await house.create({ route: ['FANGTANG', 'LEQI'] });
  const task = (await house.tasks.find(TENANT, id))!;
  const { database, lifecycle } = house;
  const recorded: TaskResult[] = [];
  const operations = {
    ID_PHOTO: {
      photos: [],
      record: async (_sql: unknown, _task: unknown, result: TaskResult) => recorded.push(result),
    },
  } as unknown as OperationTable;
  const leases = new Leases(database);
  const parts = { database, lifecycle, leases, operations, log: pino({ level: 'silent' }) };
  const [claim] = (await claimDue(database, [{ source: 'FANGTANG', free: 1 }], 60_000)) as [Claim];
  const commits = new TaskCommits(parts, claim, task);
  const intent = {
    taskId: id,
    number: 1,
    tenantId: TENANT,
    source: 'FANGTANG' as const,
    part: 0,
    canBill: true,
    units: 1,
    cost: null,
    unitsLeftBefore: null,
  };
  expect(await commits.start(intent)).toBe(true);
  return { id, commits, recorded, intent };
}

/** What stands in the store of a task: its row, its place in the queue, its calls. */
async function stored(id: string) {
  const [place] = await house.database.query<{ source: string; held: boolean; waits: boolean }>(
    'select source, leased_until is not null as held, due_at > now() as waits from task_queue where task_id = $1',
    [id],
  );
  const [attempt] = await house.tasks.attempts([id]);
  return { task: (await house.tasks.find(TENANT, id))!, place, attempt };
}
const evidence = async (id: string) =>
  (
    await house.database.query<{ billed: string }>(
      `select billed from ledger where task_id = $1 and kind = 'EVIDENCE'`,
      [id],
    )
  ).map(({ billed }) => billed);
/** Another worker claims it: this one has been fenced off. */
const fence = (id: string) => house.database.query('update task_queue set token = token + 1 where task_id = $1', [id]);

const COMMITS: [string, (commits: TaskCommits) => Promise<boolean>, number][] = [
  ['succeed', commits => commits.succeed(RESULT, { close: CLOSE }), 1],
  ['fail', commits => commits.fail(FAILURE, CLOSE), 1],
  ['expire', commits => commits.expire(FAILURE, CLOSE), 1],
  ['park', commits => commits.park(FAILURE, CLOSE), 1],
  ['park with a result', commits => commits.park(FAILURE, CLOSE, RESULT), 1],
  ['report', commits => commits.report({ stage: 'RENDERING' }, { close: CLOSE }), 1],
  ['release', commits => commits.release(1_000, CLOSE), 1],
  ['handOver', commits => commits.handOver('LEQI', 'QUOTA_EXHAUSTED', CLOSE), 1],
  // Pictures that nobody takes are discarded by the worker, which then leaves its evidence itself.
  ['report with pictures', commits => commits.report({}, { close: CLOSE, pictures: async () => {} }), 0],
];

describe.each(COMMITS)('%s', (_, commit, left) => {
  test('of the holder writes the outcome of the call with it', async () => {
    const { id, commits } = await work();
    expect(await commit(commits)).toBe(true);
    expect((await stored(id)).attempt).toMatchObject({ outcome: 'SUCCEEDED', billed: 'YES' });
    expect(await evidence(id)).toEqual([]);
  });

  test('of a worker that was fenced off changes nothing; what it knows is evidence', async () => {
    const { id, commits, recorded } = await work();
    await fence(id);
    const before = await stored(id);
    expect(await commit(commits)).toBe(false);
    expect(await stored(id)).toEqual(before);
    expect(before.attempt).toMatchObject({ outcome: null, endedAt: null });
    expect(recorded).toEqual([]);
    expect(await evidence(id)).toEqual(Array(left).fill('YES'));
  });

  test('after a cancel closes the call that it leaves behind, and the task stays canceled', async () => {
    const { id, commits } = await work();
    await house.tasks.cancel(TENANT, id, ANYONE);
    expect(await commit(commits)).toBe(false);
    const { task, attempt } = await stored(id);
    expect([task.state, attempt?.outcome ?? null]).toEqual(['CANCELED', left === 1 ? 'SUCCEEDED' : null]);
    expect(await evidence(id)).toEqual([]);
  });
});

test('start commits the intent of a call, and only for the holder', async () => {
  const { id, commits, intent } = await work();
  expect((await stored(id)).attempt).toMatchObject({ number: 1, outcome: null, billed: 'UNKNOWN' });
  await fence(id);
  expect(await commits.start({ ...intent, number: 2 })).toBe(false);
  expect(await house.tasks.attempts([id])).toHaveLength(1);
});

test('what the operation records is one commit with the success', async () => {
  const { commits, recorded } = await work();
  await commits.succeed(RESULT, {});
  expect(recorded).toEqual([RESULT]);
});

test('pictures, the end of the call and the end of the task are one commit: a throw undoes all three', async () => {
  const { id, commits, recorded } = await work();
  const before = await stored(id);
  const pictures = () => Promise.reject(new Error('disk'));
  await expect(commits.succeed(RESULT, { close: CLOSE, pictures })).rejects.toThrow('disk');
  expect(await stored(id)).toEqual(before);
  expect(recorded).toEqual([]);
});

test.each([
  [false, undefined],
  [true, { source: 'FANGTANG', held: true }],
])('a task in review whose vendor is still asked (%s) keeps its place in the queue', async (asked, place) => {
  const { id, commits } = await work();
  await commits.park(FAILURE, undefined, undefined, asked);
  const now = await stored(id);
  expect(now.task).toMatchObject({ state: 'NEEDS_REVIEW', waitingOn: 'OPERATOR', failure: FAILURE });
  if (place === undefined) expect(now.place).toBeUndefined();
  else expect(now.place).toMatchObject(place);
});

test('a lease that is given back makes the task due again later, for whoever claims it', async () => {
  const { id, commits } = await work();
  await commits.release(60_000);
  expect((await stored(id)).place).toEqual({ source: 'FANGTANG', held: false, waits: true });
});

test('a lease given back by a worker that has lost it is not touched', async () => {
  const { id, commits } = await work();
  await fence(id);
  await commits.release(60_000);
  expect((await stored(id)).place).toMatchObject({ held: true });
});

test('the next source of the route gets the task at once', async () => {
  const { id, commits } = await work();
  await commits.handOver('LEQI', 'QUOTA_EXHAUSTED');
  const { task, place } = await stored(id);
  expect(task.source).toBe('LEQI');
  expect(place).toEqual({ source: 'LEQI', held: false, waits: false });
});
