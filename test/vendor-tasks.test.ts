import type { Answer, MadePicture } from '../datasources/contract.js';
import { DarkroomError } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';
import { VendorError } from '../src/kernel/vendor-error.js';
import { UnreachableError } from '../src/net/download.js';
import { findAttempts, type NotedAnswer, noteAnswer } from '../src/store/attempt-rows.js';
import { findPhotosOf } from '../src/store/photo-rows.js';
import { healQueue, releaseAllLeases } from '../src/store/queue-rows.js';
import { JOB, OPTIONS, openTaskHouse, PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';

let house: TaskHouse;
afterEach(() => house.close());

const never = () => new Promise<never>(() => {});
const attemptsOf = (id: string) => findAttempts(house.database, [id]);
const unavailable = () => new VendorError('VENDOR_UNAVAILABLE', { billed: 'NO', safeToRetry: true, retryAfterMs: 20 });
const lost = () => new VendorError('OUTCOME_UNKNOWN', { billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });
const pending: Answer = { state: 'PENDING', vendorTaskId: '9007199254740993123', billed: 'YES', pollAfterMs: 10 };
const fromUrl = (index = 0): MadePicture => ({
  role: 'CLEAN',
  from: { url: 'https://vendor.example/result.jpg' },
  index,
});

test('a call that cannot have been charged is tried three times, and no more', async () => {
  house = await openTaskHouse();
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
  house = await openTaskHouse();
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
    house = await openTaskHouse();
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
  house = await openTaskHouse();
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

test('work that goes on at the vendor is asked for until it is done, and survives a restart in between', async () => {
  house = await openTaskHouse();
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
  house = await openTaskHouse();
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
  house = await openTaskHouse();
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

test('a vendor that has not finished when its id expires ends the task, booked', async () => {
  house = await openTaskHouse();
  const source = new ToySource(true, async () => pending, { deadlineMs: 1, expiryMs: 2, onPoll: async () => pending });
  house.runnerOf(source).start();
  const task = await house.create();
  await house.until(task.id, 'NEEDS_REVIEW');
  await dueNow();
  expect(await house.until(task.id, 'FAILED')).toMatchObject({ failure: { code: 'VENDOR_RESULT_EXPIRED' } });
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: 'FAILED', billed: 'YES' }]);
});

test('an answer that a worker notes after it was taken for dead is followed, and not parked', async () => {
  house = await openTaskHouse();
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
  house = await openTaskHouse();
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
  house = await openTaskHouse();
  const [slow, left, soon] = [await house.create(), await house.create(), await house.create()];
  const set = (what: string, id: string) =>
    house.database.query(`update task_queue set ${what} = now() + interval '3 hours' where task_id = $1`, [id]);
  await set('due_at', slow.id);
  await set('leased_until', left.id);
  await house.database.query(`update task_queue set due_at = now() + interval '9 minutes' where task_id = $1`, [
    soon.id,
  ]);
  const heal = () => healQueue(house.database, LIMITS.task.longestWaitMs, LIMITS.task.leaseMs);
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

test('several backgrounds are several billed calls, each with its own intent; a partial failure keeps what was paid', async () => {
  house = await openTaskHouse();
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
  house = await openTaskHouse();
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
  house = await openTaskHouse();
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
  await new Promise(resolve => setTimeout(resolve, 150));
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: null, endedAt: null }]);
  await releaseAllLeases(house.database);
  await house.until(task.id, 'NEEDS_REVIEW');
  expect(source.calls).toBe(1);
  expect(await house.database.query(`select billed from ledger where kind = 'EVIDENCE'`)).toEqual([{ billed: 'YES' }]);
});

test('parts that were done before a crash are not bought again', async () => {
  house = await openTaskHouse();
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

test('a paid result that cannot be fetched is fetched again, not bought again', async () => {
  let downloads = 0;
  house = await openTaskHouse({
    download: async () => {
      downloads += 1;
      if (downloads < 3) throw new DarkroomError('URL_UNREACHABLE');
      return { bytes: Buffer.from(PHOTO.from && 'bytes' in PHOTO.from ? PHOTO.from.bytes : []) };
    },
  });
  const source = new ToySource(true, async () => [fromUrl()]);
  house.runnerOf(source).start();
  const task = await house.create();
  await house.until(task.id, 'SUCCEEDED');
  expect([source.calls, downloads]).toEqual([1, 3]);
  expect(await attemptsOf(task.id)).toMatchObject([{ outcome: 'SUCCEEDED', billed: 'YES', answer: null }]);
}, 20_000);

test('past its time a paid result is given up at the word of the vendor, and not while the network is down', async () => {
  let error = new UnreachableError('no whole answer came');
  let downloads = 0;
  house = await openTaskHouse({
    download: async () => {
      downloads += 1;
      throw error;
    },
  });
  const { from, ...rest } = fromUrl();
  const gone: MadePicture = {
    ...rest,
    from: { ...(from as { url: string }), expiresAt: new Date(Date.now() - 60_000) },
  };
  house.runnerOf(new ToySource(true, async () => [gone])).start();
  const task = await house.create();
  while (downloads < 2) await new Promise(resolve => setTimeout(resolve, 20));
  expect(await house.tasks.find(TENANT, task.id)).toMatchObject({ state: 'RUNNING', stage: 'FETCHING' });
  error = new UnreachableError('the server answered 403', 403);
  expect(await house.until(task.id, 'FAILED')).toMatchObject({ failure: { code: 'VENDOR_RESULT_EXPIRED' } });
}, 20_000);

test('a restart between the answer and its download resumes the download, without a call', async () => {
  house = await openTaskHouse();
  const source = new ToySource(true, never);
  const task = await house.create();
  const first = house.runnerOf(source);
  first.start();
  while (source.calls < 1) await new Promise(resolve => setTimeout(resolve, 5));
  // The answer was kept, and then the process died.
  const answer: NotedAnswer = {
    pictures: [
      { role: 'CLEAN', index: 0, url: 'https://vendor.example/result.jpg', urlExpiresAt: null, releaseUntil: null },
    ],
    facts: {},
    notedAt: Date.now(),
  };
  await noteAnswer(house.database, task.id, 1, { vendorTaskId: null, answer, billed: 'YES' });
  await releaseAllLeases(house.database);
  house.runnerOf(source).start();
  await house.until(task.id, 'SUCCEEDED');
  expect(source.calls).toBe(1);
});

test('a result that is no picture, or whose URL has expired, fails the task and stays booked; no vendor URL is left behind', async () => {
  house = await openTaskHouse({
    download: async () => {
      throw new DarkroomError('URL_NOT_ALLOWED');
    },
  });
  house.runnerOf(new ToySource(true, async () => [fromUrl()])).start();
  const task = await house.create();
  expect(await house.until(task.id, 'FAILED')).toMatchObject({ failure: { code: 'VENDOR_ERROR' } });
  const attempts = await attemptsOf(task.id);
  expect(attempts).toMatchObject([{ outcome: 'FAILED', billed: 'YES' }]);
  expect(JSON.stringify([attempts, await house.tasks.find(TENANT, task.id)])).not.toContain('vendor.example');
});

test('sealed input is erased at the end of a task, whatever the end', async () => {
  house = await openTaskHouse();
  const task = await house.create({ sealed: 'v1.secret' });
  await house.tasks.cancel(TENANT, task.id);
  expect(JSON.stringify(await house.database.query('select * from tasks'))).not.toContain('v1.secret');
});

test('a vendor that fails again and again is given a rest: nothing more is sent to it', async () => {
  house = await openTaskHouse();
  const source = new ToySource(true, async () => {
    throw new VendorError('VENDOR_UNAVAILABLE', { billed: 'NO', safeToRetry: false });
  });
  house.runnerOf(source).start();
  for (let index = 0; index < 15; index += 1) await house.create();
  // Which five come first is not said: on Postgres several are worked on at once.
  while ((await house.tasks.list(TENANT, { states: ['FAILED'] }, 50)).tasks.length < 5)
    await new Promise(resolve => setTimeout(resolve, 20));
  await new Promise(resolve => setTimeout(resolve, 300));
  expect(source.calls).toBeLessThanOrEqual(12);
});
