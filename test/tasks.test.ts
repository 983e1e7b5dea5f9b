import type { Answer, MadePicture } from '../datasources/contract.js';
import { ANYONE } from '../src/audit/acts.js';
import { DarkroomError } from '../src/kernel/errors.js';
import { findAttempts } from '../src/store/attempt-rows.js';
import { claimDue, releaseAllLeases } from '../src/store/queue-rows.js';
import { TASK_STATES, type Task } from '../src/store/task.js';
import { isTerminal, MOVES, type MoveName } from '../src/tasks/machine/machine.js';
import { shareHouse } from './shared-house.js';
import { FILE, PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';

const shared = shareHouse();
let house: TaskHouse;
beforeEach(async () => {
  house = await shared.open();
});
afterEach(() => house.close());

const { never } = shared;

test('a task runs from QUEUED to SUCCEEDED, keeps its photo, and leaves nothing in the queue', async () => {
  const source = new ToySource(false, async context => {
    context.report('ANALYZING', 5);
    context.report('RENDERING', 60);
    return [PHOTO];
  });
  const task = await house.create();
  const seen: Task[] = [];
  const watching = (async () => {
    for await (const update of await house.tasks.watch(TENANT, task.id)) seen.push(update);
  })();
  house.runnerOf(source).start();
  await watching;

  const ended = seen.at(-1)!;
  expect(ended.state).toBe('SUCCEEDED');
  expect(ended.progressPercent).toBe(100);
  expect(seen[0]!.state).toBe('QUEUED');
  expect(seen.map(update => update.sequence)).toEqual([...seen.map(update => update.sequence)].sort((a, b) => a - b));
  const photo = ended.result!.pictures[0]!;
  expect(Buffer.from(await house.assets.bytesOf(TENANT, photo.assetId)).equals(Buffer.from(FILE.bytes))).toBe(true);
  expect(await house.database.query('select 1 from task_queue')).toEqual([]);
  expect(await findAttempts(house.database, [task.id])).toMatchObject([
    { number: 1, outcome: 'SUCCEEDED', billed: 'NO' },
  ]);
});

test('a billed call whose process died before the outcome is NEEDS_REVIEW, and is never sent again', async () => {
  const source = new ToySource(true, never);
  const task = await house.create();
  house.runnerOf(source).start();
  await house.until(task.id, 'RUNNING');
  while (source.calls === 0) await new Promise(resolve => setTimeout(resolve, 5));

  // As after kill -9: the first runner never says another word, and the next start takes over its leases.
  await releaseAllLeases(house.database);
  house.runnerOf(source).start();
  const parked = await house.until(task.id, 'NEEDS_REVIEW');
  expect(parked).toMatchObject({ waitingOn: 'OPERATOR', failure: { code: 'OUTCOME_UNKNOWN' } });
  expect(source.calls).toBe(1);
  expect(await findAttempts(house.database, [task.id])).toMatchObject([
    { number: 1, outcome: 'LOST', billed: 'UNKNOWN' },
  ]);
  expect(await house.database.query('select 1 from task_queue')).toEqual([]);
});

test('local work whose process died runs again, and the fenced worker changes nothing when it comes back', async () => {
  let comeBack: (photos: MadePicture[]) => void = () => {};
  const source = new ToySource(false, (_context, call) =>
    call === 1
      ? new Promise(resolve => {
          comeBack = resolve;
        })
      : Promise.resolve([PHOTO]),
  );
  const task = await house.create();
  const fenced = house.runnerOf(source);
  fenced.start();
  while (source.calls === 0) await new Promise(resolve => setTimeout(resolve, 5));
  await releaseAllLeases(house.database);
  house.runnerOf(source).start();
  const ended = await house.until(task.id, 'SUCCEEDED');

  comeBack([{ ...PHOTO, dpi: 600 }]);
  // It waits for its work: what the fenced worker has to say, it has said then.
  await fenced.stop(10_000);
  const after = await house.tasks.find(TENANT, task.id);
  expect(after).toEqual(ended);
  expect(await house.database.query(`select count(*)::int as count from assets where kind = 'RESULT'`)).toEqual([
    { count: 1 },
  ]);
  expect(await findAttempts(house.database, [task.id])).toMatchObject([
    { number: 1, outcome: 'LOST', billed: 'NO' },
    { number: 2, outcome: 'SUCCEEDED', billed: 'NO' },
  ]);
});

test('work that kills its process each time fails after three attempts', async () => {
  const source = new ToySource(false, never);
  const task = await house.create();
  for (let start = 1; start <= 4; start += 1) {
    house.runnerOf(source).start();
    if (start < 4) while (source.calls < start) await new Promise(resolve => setTimeout(resolve, 5));
    else break;
    await releaseAllLeases(house.database);
  }
  expect(await house.until(task.id, 'FAILED')).toMatchObject({ failure: { code: 'ENGINE_CRASHED' } });
  expect(source.calls).toBe(3);
});

test('a typed error of the data source becomes the failure; an unknown one is INTERNAL and says nothing', async () => {
  const source = new ToySource(false, async (_context, call) => {
    throw call === 1 ? new DarkroomError('NO_FACE') : new Error('/secret/path');
  });
  house.runnerOf(source).start();
  const first = await house.create();
  expect(await house.until(first.id, 'FAILED')).toMatchObject({ failure: { code: 'NO_FACE' } });
  const second = await house.create();
  const failed = await house.until(second.id, 'FAILED');
  expect(failed.failure!.code).toBe('INTERNAL');
  expect(JSON.stringify(failed)).not.toContain('secret');
});

test('a queued task is canceled at once; canceling it again gives the same task', async () => {
  const task = await house.create();
  expect(await house.tasks.cancel(TENANT, task.id, ANYONE)).toMatchObject({ state: 'CANCELED', waitingOn: 'NONE' });
  expect(await house.tasks.cancel(TENANT, task.id, ANYONE)).toMatchObject({ state: 'CANCELED' });
  expect(await house.database.query('select 1 from task_queue')).toEqual([]);
});

test('canceling a running task tells its worker, and a result that comes all the same is dropped', async () => {
  let told = false;
  const source = new ToySource(true, async context => {
    await new Promise<void>(resolve => context.signal.addEventListener('abort', () => resolve()));
    told = true;
    return [PHOTO];
  });
  const task = await house.create();
  const runner = house.runnerOf(source);
  runner.start();
  while (source.calls === 0) await new Promise(resolve => setTimeout(resolve, 5));
  await house.tasks.cancel(TENANT, task.id, ANYONE);
  await runner.stop(1_000);
  expect(told).toBe(true);
  expect(await house.tasks.find(TENANT, task.id)).toMatchObject({ state: 'CANCELED', result: null });
  expect(await findAttempts(house.database, [task.id])).toMatchObject([{ outcome: 'CANCELED', billed: 'YES' }]);
  const left: string[] = [];
  for await (const id of house.files.list()) left.push(id);
  expect(left).toEqual([]);
});

test.each<[string, Answer]>([
  ['an id', { state: 'PENDING', vendorTaskId: 'v1', billed: 'YES' }],
  [
    'an address',
    { state: 'DONE', billed: 'YES', pictures: [{ role: 'CLEAN', from: { url: 'https://vendor.example/a' } }] },
  ],
])(
  'a call that answers with %s after its task was canceled is ended, stays booked, and keeps no address',
  async (_, answer) => {
    let speak: () => void = () => {};
    const spoken = new Promise<void>(resolve => {
      speak = resolve;
    });
    const source = new ToySource(true, () => spoken.then(() => answer));
    const runner = house.runnerOf(source);
    runner.start();
    const task = await house.create();
    while (source.calls < 1) await new Promise(resolve => setTimeout(resolve, 5));
    await house.tasks.cancel(TENANT, task.id, ANYONE);
    speak();
    while (runner.holds(task.id)) await new Promise(resolve => setTimeout(resolve, 5));
    expect(await house.tasks.attempts([task.id])).toMatchObject([
      { outcome: 'CANCELED', billed: 'YES', endedAt: expect.any(Date), answer: null },
    ]);
  },
);

test('a task that has ended cannot be canceled', async () => {
  const task = await house.create();
  house.runnerOf(new ToySource(false, async () => [PHOTO])).start();
  await house.until(task.id, 'SUCCEEDED');
  await expect(house.tasks.cancel(TENANT, task.id, ANYONE)).rejects.toMatchObject({ code: 'TASK_ENDED' });
});

test('no move leads out of a terminal state', async () => {
  for (const state of TASK_STATES.filter(isTerminal)) {
    const task = await house.create();
    await house.database.query('update tasks set state = $2 where id = $1', [task.id, state]);
    for (const move of Object.keys(MOVES) as MoveName[])
      expect(await house.lifecycle.move(task.id, move)).toBeUndefined();
    expect((await house.tasks.find(TENANT, task.id))!.state).toBe(state);
  }
});

test('50 equal requests at once with one key make one task; another input with that key is refused', async () => {
  const made = await Promise.all(Array.from({ length: 50 }, () => house.create({ idempotencyKey: 'order-1' })));
  expect(new Set(made.map(task => task.id)).size).toBe(1);
  expect(await house.database.query('select count(*)::int as count from tasks')).toEqual([{ count: 1 }]);
  await expect(house.create({ idempotencyKey: 'order-1', fingerprint: 'other' })).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
  expect((await house.create({ tenantId: 'another', idempotencyKey: 'order-1', fingerprint: 'other' })).id).not.toBe(
    made[0]!.id,
  );
});

test('a claim raises the token, hides the task for the lease, and is not shared', async () => {
  await house.create();
  const [first] = await claimDue(house.database, [{ source: 'LOCAL', free: 5 }], 60_000);
  expect(first!.token).toBe(1);
  expect(await claimDue(house.database, [{ source: 'LOCAL', free: 5 }], 60_000)).toEqual([]);
  await releaseAllLeases(house.database);
  expect((await claimDue(house.database, [{ source: 'LOCAL', free: 5 }], 60_000))[0]!.token).toBe(2);
  expect(await house.lifecycle.move(first!.taskId, 'start', { token: 1 })).toBeUndefined();
  expect(await house.lifecycle.move(first!.taskId, 'start', { token: 2 })).toMatchObject({ state: 'RUNNING' });
});

test('a subscriber after its last sequence gets only what is newer, and nothing at all of an ended task it has seen', async () => {
  const task = await house.create();
  const canceled = await house.tasks.cancel(TENANT, task.id, ANYONE);
  const collect = async (after: number) => {
    const states: string[] = [];
    for await (const update of await house.tasks.watch(TENANT, task.id, after)) states.push(update.state);
    return states;
  };
  expect(await collect(0)).toEqual(['CANCELED']);
  expect(await collect(task.sequence)).toEqual(['CANCELED']);
  expect(await collect(canceled.sequence)).toEqual([]);
});

test('a slow subscriber skips states and still sees the last one; one that leaves is forgotten', async () => {
  const task = await house.create();
  const slow = await house.tasks.watch(TENANT, task.id);
  const leaving = await house.tasks.watch(TENANT, task.id);
  await leaving.next();
  const waiting = leaving.next();
  expect(house.events.subscribers).toBe(2);
  await leaving.return!();
  expect(await waiting).toMatchObject({ done: true });
  expect(house.events.subscribers).toBe(1);

  await house.lifecycle.move(task.id, 'start');
  for (let percent = 0; percent < 50; percent += 1)
    await house.lifecycle.move(task.id, 'report', { stage: 'RENDERING', percent });
  await house.tasks.cancel(TENANT, task.id, ANYONE);
  const states: string[] = [];
  for await (const update of slow) states.push(update.state);
  expect(states).toEqual(['CANCELED']);
  expect(house.events.subscribers).toBe(0);
});

test("another tenant's task looks like none at all", async () => {
  const task = await house.create({ tenantId: 'another', reference: 'order-7' });
  expect(await house.tasks.find(TENANT, task.id)).toBeUndefined();
  await expect(house.tasks.cancel(TENANT, task.id, ANYONE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(house.tasks.watch(TENANT, task.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await house.taskList.page(TENANT, { reference: 'order-7' }, { first: 10 })).tasks).toEqual([]);
  expect(house.events.subscribers).toBe(0);
});

test('tasks are listed newest first, in pages without gaps, and by state, reference and labels', async () => {
  const made: string[] = [];
  for (let index = 0; index < 7; index += 1) {
    made.push(
      (await house.create({ reference: `order-${index % 2}`, labels: index < 3 ? ['school', `class-${index}`] : [] }))
        .id,
    );
  }
  // The embedded database counts milliseconds, and tasks of the same one have no order.
  for (const [index, id] of made.entries())
    await house.database.query(`update tasks set created_at = created_at + $2 * interval '1 second' where id = $1`, [
      id,
      index,
    ]);
  await house.tasks.cancel(TENANT, made[0]!, ANYONE);
  const all: string[] = [];
  let after: string | undefined;
  do {
    const page = await house.taskList.page(TENANT, {}, { first: 3, after: after });
    all.push(...page.tasks.map(({ task }) => task.id));
    after = page.hasNextPage ? page.tasks.at(-1)!.cursor : undefined;
  } while (after !== undefined);
  expect(all).toEqual([...made].reverse());
  const ids = async (filter: Parameters<typeof house.taskList.page>[1]) =>
    (await house.taskList.page(TENANT, filter, { first: 50 })).tasks.map(({ task }) => task.id);
  expect(await ids({ states: ['CANCELED'] })).toEqual([made[0]]);
  expect(await ids({ reference: 'order-1' })).toEqual([made[5], made[3], made[1]]);
  expect(await ids({ labels: ['school', 'class-2'] })).toEqual([made[2]]);
  await expect(house.taskList.page(TENANT, {}, { first: 3, after: 'nonsense' })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
  });
});

test('stopping gives unfinished local work back at once, for the next start to run', async () => {
  const source = new ToySource(false, (context, call) =>
    call === 1
      ? new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)))
      : Promise.resolve([PHOTO]),
  );
  const task = await house.create();
  const first = house.runnerOf(source);
  first.start();
  while (source.calls === 0) await new Promise(resolve => setTimeout(resolve, 5));
  await first.stop(20);
  expect(await house.tasks.find(TENANT, task.id)).toMatchObject({ state: 'RUNNING' });
  house.runnerOf(source).start();
  await house.until(task.id, 'SUCCEEDED');
  expect(source.calls).toBe(2);
});

test('what is past its time is purged: the row says so, the file is gone, and a task that needs it expires', async () => {
  const asset = await house.assets.prepare({ tenantId: TENANT, taskId: 'none', files: [FILE] });
  await house.database.transaction(sql => asset.commit(sql));
  await house.database.query(`update assets set expires_at = now() - interval '1 second'`);
  expect(await house.assets.purgeExpired()).toBe(1);
  await expect(house.assets.bytesOf(TENANT, asset.ids[0]!)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
  expect(await house.files.read(asset.ids[0]!)).toBeUndefined();
  const task = await house.create();
  house.runnerOf(new ToySource(false, context => context.photo(asset.ids[0]!).then(() => [PHOTO]))).start();
  expect(await house.until(task.id, 'EXPIRED')).toMatchObject({ failure: { code: 'PHOTO_GONE' } });
});

test('files that a crash left without a row are swept at the start; kept ones stay', async () => {
  const kept = await house.assets.prepare({ tenantId: TENANT, taskId: 'none', files: [FILE] });
  await house.database.transaction(sql => kept.commit(sql));
  const orphan = await house.assets.prepare({ tenantId: TENANT, taskId: 'none', files: [FILE] });
  await (await house.assets.beginSweep()).run();
  expect(await house.files.read(kept.ids[0]!)).toBeDefined();
  expect(await house.files.read(orphan.ids[0]!)).toBeUndefined();
});
