import type { MadePicture } from '../datasources/contract.js';
import { ANYONE } from '../src/audit/acts.js';
import { VendorError } from '../src/kernel/vendor-error.js';
import { findAttempts } from '../src/store/attempt-rows.js';
import { findPhotosOf } from '../src/store/photo-rows.js';
import { releaseAllLeases } from '../src/store/queue-rows.js';
import { shareHouse } from './shared-house.js';
import { JOB, OPTIONS, PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';

const shared = shareHouse();
let house: TaskHouse;
afterEach(() => house.close());

const { never } = shared;
const attemptsOf = (id: string) => findAttempts(house.database, [id]);
const unavailable = () => new VendorError('VENDOR_UNAVAILABLE', { billed: 'NO', safeToRetry: true, retryAfterMs: 20 });
const lost = () => new VendorError('OUTCOME_UNKNOWN', { billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });

test('a call that cannot have been charged is tried three times, and no more', async () => {
  house = await shared.open();
  const source = new ToySource(true, async () => {
    throw unavailable();
  });
  const task = await house.create();
  house.runnerOf(source).start();
  expect(await house.until(task.id, 'FAILED')).toMatchObject({ failure: { code: 'VENDOR_UNAVAILABLE' } });
  expect(source.calls).toBe(3);
  expect((await attemptsOf(task.id)).map(({ outcome, billed }) => [outcome, billed])).toEqual(
    Array(3).fill(['FAILED', 'NO']),
  );
});

test('a lost answer of a billed call is NEEDS_REVIEW and never sent again; of a free call it is sent again', async () => {
  house = await shared.open();
  const billed = new ToySource(
    true,
    async () => {
      throw lost();
    },
    { vendor: 'FANGTANG' },
  );
  const free = new ToySource(false, async (_context, call) => {
    if (call === 1) throw lost();
    return [PHOTO];
  });
  house.runnerOf(billed, free).start();
  const first = await house.create({ route: ['FANGTANG', 'LOCAL'] });
  expect(await house.until(first.id, 'NEEDS_REVIEW')).toMatchObject({
    source: 'FANGTANG',
    failure: { code: 'OUTCOME_UNKNOWN' },
  });
  expect(await attemptsOf(first.id)).toMatchObject([{ outcome: 'LOST', billed: 'UNKNOWN' }]);
  const second = await house.create();
  await house.until(second.id, 'SUCCEEDED');
  expect([billed.calls, free.calls]).toEqual([1, 2]);
});

test.each(['VENDOR_AUTH', 'QUOTA_EXHAUSTED'] as const)(
  'after %s the next vendor of the route takes over; every try is on the task',
  async code => {
    house = await shared.open();
    const first = new ToySource(
      true,
      async () => {
        throw new VendorError(code, { billed: 'NO', safeToRetry: false, vendorCode: 'B403MQ' });
      },
      { vendor: 'FANGTANG' },
    );
    const second = new ToySource(false, async () => [PHOTO]);
    house.runnerOf(first, second).start();
    const task = await house.create({ route: ['FANGTANG', 'LOCAL'] });
    expect(await house.until(task.id, 'SUCCEEDED')).toMatchObject({ source: 'LOCAL', failure: null });
    expect(await attemptsOf(task.id)).toMatchObject([
      { source: 'FANGTANG', outcome: 'FAILED', billed: 'NO', code, vendorCode: 'B403MQ' },
      { source: 'LOCAL', outcome: 'SUCCEEDED' },
    ]);
  },
);

test('nobody takes over after a refusal of the photo, or where something may have been charged', async () => {
  house = await shared.open();
  const answers = [
    new VendorError('NO_FACE', { billed: 'UNKNOWN', safeToRetry: false, vendorCode: '205' }),
    new VendorError('VENDOR_UNAVAILABLE', { billed: 'UNKNOWN', safeToRetry: false }),
  ];
  const first = new ToySource(
    true,
    async (_context, call) => {
      throw answers[call - 1];
    },
    { vendor: 'FANGTANG' },
  );
  const second = new ToySource(false, async () => [PHOTO]);
  house.runnerOf(first, second).start();
  for (const code of ['NO_FACE', 'VENDOR_UNAVAILABLE']) {
    const task = await house.create({ route: ['FANGTANG', 'LOCAL'] });
    expect(await house.until(task.id, 'FAILED')).toMatchObject({ failure: { code } });
    expect(await attemptsOf(task.id)).toMatchObject([{ billed: 'UNKNOWN' }]);
  }
  expect(second.calls).toBe(0);
});

test('several backgrounds are several billed calls, each with its own intent; a partial failure keeps what was paid', async () => {
  house = await shared.open();
  const source = new ToySource(
    true,
    async (_context, _call, part) => {
      if (part === 1)
        throw new VendorError('INVALID_INPUT', { billed: 'UNKNOWN', safeToRetry: false, vendorCode: '201' }, 'refused');
      return [{ ...PHOTO, index: part }];
    },
    { parts: () => 3, units: () => 3 },
  );
  house.runnerOf(source).start();
  const backgrounds = ['#111111', '#222222', '#333333'].map(hex => ({ kind: 'solid' as const, hex }));
  const task = await house.create({ job: { ...JOB, options: { ...OPTIONS, backgrounds } } });
  const ended = await house.until(task.id, 'SUCCEEDED');
  expect(ended.result!.missing).toEqual([
    { part: 1, failure: { code: 'INVALID_INPUT', message: 'refused', vendorCode: '201', mayBeCharged: true } },
  ]);
  expect((await findPhotosOf(house.database, TENANT, [task.id])).map(({ index }) => index)).toEqual([0, 2]);
  expect((await attemptsOf(task.id)).map(({ part, outcome, billed, units }) => [part, outcome, billed, units])).toEqual(
    [
      [0, 'SUCCEEDED', 'YES', 1],
      [1, 'FAILED', 'UNKNOWN', 1],
      [2, 'SUCCEEDED', 'YES', 1],
    ],
  );
});

test('a part whose answer was lost does not hold back the others: what was paid is kept, and a person decides', async () => {
  house = await shared.open();
  const source = new ToySource(
    true,
    async (_context, _call, part) => {
      if (part === 1) throw lost();
      return [{ ...PHOTO, index: part }];
    },
    { parts: () => 3, units: () => 3 },
  );
  house.runnerOf(source).start();
  const backgrounds = ['#111111', '#222222', '#333333'].map(hex => ({ kind: 'solid' as const, hex }));
  const task = await house.create({ job: { ...JOB, options: { ...OPTIONS, backgrounds } } });
  const parked = await house.until(task.id, 'NEEDS_REVIEW');
  expect(parked.result!.missing).toMatchObject([{ part: 1, failure: { code: 'OUTCOME_UNKNOWN', mayBeCharged: true } }]);
  expect((await findPhotosOf(house.database, TENANT, [task.id])).map(({ index }) => index)).toEqual([0, 2]);
  expect(source.calls).toBe(3);
});

test('a worker that lost its lease in the middle of a paid call closes nothing: the call is not made again', async () => {
  house = await shared.open();
  const evidence = () => house.database.query(`select billed from ledger where kind = 'EVIDENCE'`);
  let answer: (pictures: MadePicture[]) => void = () => {};
  const source = new ToySource(
    true,
    () =>
      new Promise(resolve => {
        answer = resolve;
      }),
  );
  const task = await house.create();
  house.runnerOf(source).start();
  while (source.calls < 1) await new Promise(resolve => setTimeout(resolve, 5));
  await house.database.query('update task_queue set token = token + 1');
  answer([PHOTO]);
  // What it knows is the last that it writes.
  while ((await evidence()).length === 0) await new Promise(resolve => setTimeout(resolve, 5));
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: null, endedAt: null }]);
  await releaseAllLeases(house.database);
  await house.until(task.id, 'NEEDS_REVIEW');
  expect(source.calls).toBe(1);
  expect(await evidence()).toEqual([{ billed: 'YES' }]);
});

test('parts that were done before a crash are not bought again', async () => {
  house = await shared.open();
  const source = new ToySource(
    true,
    async (_context, call, part) => (call === 2 ? never() : [{ ...PHOTO, index: part }]),
    { parts: () => 2, units: () => 2 },
  );
  const backgrounds = ['#111111', '#222222'].map(hex => ({ kind: 'solid' as const, hex }));
  const task = await house.create({ job: { ...JOB, options: { ...OPTIONS, backgrounds } } });
  house.runnerOf(source).start();
  while (source.calls < 2) await new Promise(resolve => setTimeout(resolve, 5));
  await releaseAllLeases(house.database);
  house.runnerOf(source).start();
  await house.until(task.id, 'NEEDS_REVIEW');
  expect(source.calls).toBe(2);
  expect((await attemptsOf(task.id)).map(({ part, outcome }) => [part, outcome])).toEqual([
    [0, 'SUCCEEDED'],
    [1, 'LOST'],
  ]);
});

test('sealed input is erased at the end of a task, whatever the end', async () => {
  house = await shared.open();
  const task = await house.create({ sealed: 'v1.secret' });
  await house.tasks.cancel(TENANT, task.id, ANYONE);
  expect(JSON.stringify(await house.database.query('select * from tasks'))).not.toContain('v1.secret');
});

test('a vendor that fails again and again is given a rest: nothing more is sent to it', async () => {
  house = await shared.open();
  const source = new ToySource(true, async () => {
    throw new VendorError('VENDOR_UNAVAILABLE', { billed: 'NO', safeToRetry: false });
  });
  house.runnerOf(source).start();
  for (let index = 0; index < 15; index += 1) await house.create();
  // Which five come first is not said: on Postgres several are worked on at once. The others are all put off.
  const open = 'select 1 from task_queue where leased_until is not null or due_at <= now()';
  while ((await house.database.query(open)).length > 0) await new Promise(resolve => setTimeout(resolve, 20));
  const failed = (await house.taskList.page(TENANT, { states: ['FAILED'] }, { first: 50 })).tasks.length;
  expect(failed).toBeGreaterThanOrEqual(5);
  expect(source.calls).toBe(failed);
  expect(source.calls).toBeLessThanOrEqual(12);
});
