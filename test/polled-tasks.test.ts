import type { Answer, MadePicture } from '../datasources/contract.js';
import { ANYONE } from '../src/audit/acts.js';
import { LIMITS } from '../src/kernel/limits.js';
import { VendorError } from '../src/kernel/vendor-error.js';
import { UnreachableError } from '../src/net/download.js';
import { findAttempts, noteAnswer } from '../src/store/attempt-rows.js';
import { healQueue, releaseAllLeases } from '../src/store/queue-rows.js';
import { shareHouse } from './shared-house.js';
import { FILE, PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';

const shared = shareHouse();
let house: TaskHouse;
afterEach(() => house.close());

const { never } = shared;
const attemptsOf = (id: string) => findAttempts(house.database, [id]);
const pending: Answer = { state: 'PENDING', vendorTaskId: '9007199254740993123', billed: 'YES', pollAfterMs: 10 };

test('work that goes on at the vendor is asked for until it is done, and survives a restart in between', async () => {
  house = await shared.open();
  const source = new ToySource(true, async () => pending, {
    onPoll: async poll =>
      poll < 3 ? { ...pending, percent: poll * 20 } : { state: 'DONE', pictures: [PHOTO], billed: 'NO' },
  });
  const task = await house.create();
  const runner = house.runnerOf(source);
  runner.start();
  while (source.polls < 1) await new Promise(resolve => setTimeout(resolve, 5));
  await runner.stop(1_000);
  expect(await house.tasks.find(TENANT, task.id)).toMatchObject({ state: 'RUNNING', stage: 'VENDOR_PROCESSING' });
  house.runnerOf(source).start();
  await house.until(task.id, 'SUCCEEDED');
  expect(source.calls).toBe(1);
  // A DONE that says nothing of money leaves what the submission said. The id is text: it is beyond a JS number.
  expect(await attemptsOf(task.id)).toMatchObject([
    { outcome: 'SUCCEEDED', billed: 'YES', vendorTaskId: '9007199254740993123' },
  ]);
});

test('a poll that fails is tried again; one that says the job is refused fails the task, and it stays booked', async () => {
  house = await shared.open();
  const source = new ToySource(true, async () => pending, {
    onPoll: async poll => {
      if (poll < 3)
        throw new VendorError('VENDOR_UNAVAILABLE', {
          billed: 'UNKNOWN',
          safeToRetry: false,
          outcomeUnknown: true,
          retryAfterMs: 10,
        });
      throw new VendorError('CONTENT_BLOCKED', { billed: 'UNKNOWN', safeToRetry: false, vendorCode: '202' });
    },
  });
  house.runnerOf(source).start();
  const task = await house.create();
  expect(await house.until(task.id, 'FAILED')).toMatchObject({
    failure: { code: 'CONTENT_BLOCKED', vendorCode: '202' },
  });
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: 'FAILED', billed: 'YES' }]);
});

test('after the deadline a task needs review, and a late result still succeeds', async () => {
  house = await shared.open();
  let finished = false;
  const source = new ToySource(true, async () => pending, {
    deadlineMs: 1,
    expiryMs: 3_600_000,
    onPoll: async () => (finished ? { state: 'DONE', pictures: [PHOTO], billed: 'NO' } : pending),
  });
  house.runnerOf(source).start();
  const task = await house.create();
  expect(await house.until(task.id, 'NEEDS_REVIEW')).toMatchObject({
    failure: { code: 'VENDOR_UNAVAILABLE' },
    waitingOn: 'OPERATOR',
  });
  finished = true;
  await dueNow();
  expect(await house.until(task.id, 'SUCCEEDED')).toMatchObject({ failure: null });
});

test('a vendor that has not finished when its id expires is asked no longer, and a person decides', async () => {
  house = await shared.open();
  const source = new ToySource(true, async () => pending, { deadlineMs: 1, expiryMs: 2, onPoll: async () => pending });
  house.runnerOf(source).start();
  const task = await house.create();
  await house.until(task.id, 'NEEDS_REVIEW');
  await dueNow();
  const queued = () => house.database.query('select 1 from task_queue');
  while ((await queued()).length > 0) await new Promise(resolve => setTimeout(resolve, 5));
  expect(await house.tasks.find(TENANT, task.id)).toMatchObject({
    state: 'NEEDS_REVIEW',
    failure: { code: 'VENDOR_RESULT_EXPIRED', mayBeCharged: true },
  });
  await house.reviews.resolve(TENANT, task.id, 'CHARGED', ANYONE);
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: 'LOST', billed: 'YES' }]);
});

test('one "not found" about an id that the vendor gave us does not end paid work', async () => {
  house = await shared.open();
  const source = new ToySource(true, async () => pending, {
    deadlineMs: 60_000,
    onPoll: async poll => {
      if (poll > 2) return { state: 'DONE', pictures: [PHOTO], billed: 'NO' };
      throw new VendorError('VENDOR_NOT_FOUND', { billed: 'NO', safeToRetry: false, retryAfterMs: 10 });
    },
  });
  house.runnerOf(source).start();
  const task = await house.create();
  await house.until(task.id, 'SUCCEEDED');
  expect([source.calls, source.polls]).toEqual([1, 3]);
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: 'SUCCEEDED', billed: 'YES' }]);
}, 20_000);

test('a late answer whose picture is still awaited takes the task out of its review', async () => {
  let there = false;
  house = await shared.open({
    download: async () => {
      if (!there) throw new UnreachableError('the server answered 404', 404);
      return { bytes: FILE.bytes as Buffer };
    },
  });
  const picture: MadePicture = { role: 'CLEAN', index: 0, from: { url: 'https://vendor.example/1' } };
  const source = new ToySource(true, async () => pending, {
    deadlineMs: 1,
    expiryMs: 3_600_000,
    onPoll: async poll => (poll === 1 ? pending : { state: 'DONE', pictures: [picture], billed: 'YES' }),
  });
  house.runnerOf(source).start();
  const task = await house.create();
  const parked = await house.until(task.id, 'NEEDS_REVIEW');
  await dueNow();
  expect(await house.until(task.id, 'RUNNING')).toMatchObject({ failure: null, waitingOn: 'VENDOR' });
  // A person who looked at it before comes too late to end it.
  await expect(house.reviews.settle(parked, 'YES', ANYONE)).rejects.toMatchObject({ code: 'NOT_IN_REVIEW' });
  there = true;
  await house.until(task.id, 'SUCCEEDED');
}, 20_000);

test('an answer that a worker notes after it was taken for dead is followed, and not parked', async () => {
  house = await shared.open();
  let wake: () => void = () => {};
  const source = Object.assign(
    new ToySource(true, never, {
      vendor: 'FANGTANG',
      onPoll: async () => ({ state: 'DONE', pictures: [PHOTO], billed: 'NO' }),
    }),
    {
      quota: () =>
        new Promise<number>(resolve => {
          wake = () => resolve(98);
        }),
    },
  );
  const task = await house.create({ route: ['FANGTANG'] });
  house.runnerOf(source).start();
  while (source.calls < 1) await new Promise(resolve => setTimeout(resolve, 5));
  await releaseAllLeases(house.database);
  let asked = false;
  const counting = source.quota;
  source.quota = () => {
    asked = true;
    return counting();
  };
  house.runnerOf(source).start();
  while (!asked) await new Promise(resolve => setTimeout(resolve, 5));
  await noteAnswer(house.database, task.id, 1, { vendorTaskId: 'late', answer: undefined, billed: 'YES' });
  wake();
  await house.until(task.id, 'SUCCEEDED');
  expect(source.calls).toBe(1);
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: 'SUCCEEDED', billed: 'YES', vendorTaskId: 'late' }]);
});

test('a clock that jumps ahead by years takes no paid result away', async () => {
  house = await shared.open();
  let finished = false;
  const source = new ToySource(true, async () => pending, {
    deadlineMs: 60_000,
    expiryMs: 3_600_000,
    onPoll: async () => (finished ? { state: 'DONE', pictures: [PHOTO], billed: 'NO' } : pending),
  });
  house.runnerOf(source).start();
  const task = await house.create();
  while ((await attemptsOf(task.id))[0]?.vendorTaskId == null) await new Promise(resolve => setTimeout(resolve, 5));
  await house.database.query(`update task_attempts set started_at = started_at - interval '50 years'`);
  await dueNow();
  await house.until(task.id, 'NEEDS_REVIEW');
  const asked = source.polls;
  await dueNow();
  while (source.polls === asked) await new Promise(resolve => setTimeout(resolve, 5));
  expect(await house.tasks.find(TENANT, task.id)).toMatchObject({ state: 'NEEDS_REVIEW' });
  finished = true;
  await dueNow();
  expect(await house.until(task.id, 'SUCCEEDED')).toMatchObject({ failure: null });
});

test('after a clock that went back, work that was due or leased by the old time goes on', async () => {
  house = await shared.open();
  const [slow, left, soon] = [await house.create(), await house.create(), await house.create()];
  const set = (what: string, id: string) =>
    house.database.query(`update task_queue set ${what} = now() + interval '3 hours' where task_id = $1`, [id]);
  await set('due_at', slow.id);
  await set('leased_until', left.id);
  await house.database.query(`update task_queue set due_at = now() + interval '9 minutes' where task_id = $1`, [
    soon.id,
  ]);
  const heal = () => healQueue(house.database, LIMITS.task.maxDelayMs, LIMITS.task.leaseMs);
  expect(await heal()).toBe(2);
  expect(await heal()).toBe(0);
  house.runnerOf(new ToySource(false, async () => [PHOTO])).start();
  await house.until(slow.id, 'SUCCEEDED');
  // A lease is shortened to what a lease may be, and not taken from a worker that lives.
  expect(
    await house.database.query(
      `select leased_until - now() between interval '30 seconds' and interval '62 seconds' as ok from task_queue where task_id = $1`,
      [left.id],
    ),
  ).toEqual([{ ok: true }]);
  expect(await house.tasks.find(TENANT, soon.id)).toMatchObject({ state: 'QUEUED' });
});

/** As if the time of its next step had come; once its worker has given its lease back. */
async function dueNow(): Promise<void> {
  const held = () => house.database.query('select 1 from task_queue where leased_until is not null');
  while ((await held()).length > 0) await new Promise(resolve => setTimeout(resolve, 10));
  await house.database.query('update task_queue set due_at = now()');
}
