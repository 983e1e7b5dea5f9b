import type { Jobs, Operation, SourceKey } from '../datasources/contract.js';
import { openVendors, VENDOR_VARIABLES } from '../datasources/registry.js';
import { ANYONE } from '../src/audit/acts.js';
import { readVendorVariables } from '../src/config.js';
import { newId } from '../src/kernel/ids.js';
import { VendorError } from '../src/kernel/vendor-error.js';
import { parkOpenTasks } from '../src/maintenance/park-restored.js';
import { billedCalls } from '../src/maintenance/vendor-calls.js';
import { closeAttempt, findAttempts, noteAnswer, openAttempt } from '../src/store/attempt-rows.js';
import { DRIVERS, useDriver } from './store-setup.js';
import { JOB, OPTIONS, openTaskHouse, PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';

const BACKUP_OF = new Date('2026-01-02T03:04:05Z');
const TWO = { ...JOB, options: { ...OPTIONS, backgrounds: [...OPTIONS.backgrounds, ...OPTIONS.backgrounds] } };

describe.each(DRIVERS)('open tasks of a backup on %s', driver => {
  let house: TaskHouse;
  beforeAll(async () => {
    useDriver(driver);
    house = await openTaskHouse();
  });
  afterAll(() => house.close());
  afterEach(() => house.database.query('delete from tasks'));

  const create = async (source: SourceKey, over: Parameters<TaskHouse['create']>[0] = {}) =>
    (await house.create({ route: [source, 'LOCAL'], ...over })).id;
  const begin = async (taskId: string, source: SourceKey, part = 0, number = 1) => {
    await openAttempt(house.database, {
      taskId,
      number,
      tenantId: TENANT,
      source,
      part,
      canBill: true,
      units: 1,
      cost: null,
      unitsLeftBefore: null,
    });
    await house.database.query(`update tasks set state = 'RUNNING' where id = $1`, [taskId]);
  };
  const park = () => house.database.transaction(sql => parkOpenTasks(sql, BACKUP_OF));
  const stateOf = async (id: string) => {
    const task = (await house.tasks.find(TENANT, id))!;
    const attempts = await findAttempts(house.database, [id]);
    const queued = await house.database.query('select 1 from task_queue where task_id = $1', [id]);
    return {
      state: task.state,
      queued: queued.length === 1,
      route: task.route,
      attempts: attempts.map(
        ({ part, outcome, billed, final }) => `${part} ${outcome ?? 'OPEN'} ${billed}${final ? ' final' : ''}`,
      ),
    };
  };
  const usage = async () => {
    const day = 86_400_000;
    const rows = await house.usage.sum(TENANT, new Date(Date.now() - day), new Date(Date.now() + day), []);
    return rows.map(({ units, unitsInDoubt }) => ({ units, unitsInDoubt }));
  };

  test('one that nobody had sent may have been sent since: it waits for a person, and the doubt is in the books', async () => {
    const id = await create('FANGTANG', { sealed: 'v1.sealed' });
    const before = (await house.tasks.find(TENANT, id))!;
    expect(await park()).toEqual({ review: 1, asked: 0, again: 0, photos: 0 });
    expect(await stateOf(id)).toEqual({
      state: 'NEEDS_REVIEW',
      queued: false,
      route: ['FANGTANG'],
      attempts: ['0 LOST UNKNOWN final'],
    });
    const task = (await house.tasks.find(TENANT, id))!;
    expect(task.failure).toEqual({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringContaining('Restored from a backup of 2026-01-02T03:04:05.000Z'),
      mayBeCharged: true,
    });
    expect([task.sealed, task.waitingOn]).toEqual([null, 'OPERATOR']);
    // A subscriber of the house that is gone may have seen later states.
    expect(task.sequence).toBeGreaterThan(before.sequence + 100);
  });

  test('one that was being sent is booked as lost', async () => {
    const id = await create('FANGTANG');
    await begin(id, 'FANGTANG');
    await park();
    expect(await stateOf(id)).toMatchObject({
      state: 'NEEDS_REVIEW',
      queued: false,
      attempts: ['0 LOST UNKNOWN final'],
    });
  });

  test('one that waited for another try may have had it', async () => {
    const id = await create('FANGTANG');
    await begin(id, 'FANGTANG');
    await closeAttempt(house.database, id, 1, { outcome: 'FAILED', billed: 'NO' });
    await park();
    expect(await stateOf(id)).toMatchObject({
      state: 'NEEDS_REVIEW',
      queued: false,
      attempts: ['0 FAILED NO', '0 LOST UNKNOWN final'],
    });
  });

  test('one that a vendor works on, or has answered, stays in the queue: asking and fetching cost nothing', async () => {
    const asked = await create('FANGTANG');
    await begin(asked, 'FANGTANG');
    await noteAnswer(house.database, asked, 1, { vendorTaskId: 'v-1', answer: undefined, billed: 'YES' });
    const answered = await create('FEGINE');
    await begin(answered, 'FEGINE');
    const answer = { pictures: [], facts: {}, notedAt: 1 };
    await noteAnswer(house.database, answered, 1, { vendorTaskId: null, answer, billed: 'YES' });
    await house.database.query(
      `update task_queue set leased_until = now() + interval '1 minute', due_at = now() + interval '9 minutes'`,
    );
    expect(await park()).toEqual({ review: 2, asked: 2, again: 0, photos: 0 });
    for (const id of [asked, answered])
      expect(await stateOf(id)).toEqual({
        state: 'NEEDS_REVIEW',
        queued: true,
        route: [expect.any(String)],
        attempts: ['0 OPEN YES'],
      });
    const due = await house.database.query('select 1 from task_queue where leased_until is null and due_at <= now()');
    expect(due).toHaveLength(2);
  });

  test('what a vendor took for nothing is not sent again when it says that it failed: it may have been sent again already', async () => {
    const id = await create('JUMEI_PAINTING');
    await begin(id, 'JUMEI_PAINTING');
    await noteAnswer(house.database, id, 1, { vendorTaskId: 'v-1', answer: undefined, billed: 'NO' });
    await park();
    expect((await stateOf(id)).attempts).toEqual(['0 OPEN UNKNOWN']);
    const failed = new VendorError('CONTENT_BLOCKED', { billed: 'NO', safeToRetry: true });
    const source = new ToySource(true, async () => [PHOTO], {
      vendor: 'JUMEI_PAINTING',
      onPoll: () => Promise.reject(failed),
    });
    const runner = house.runnerOf(source);
    runner.start();
    expect(await house.until(id, 'FAILED')).toMatchObject({ failure: { mayBeCharged: true } });
    await runner.stop(0);
    expect([source.calls, source.polls]).toEqual([0, 1]);
  });

  test('what costs nothing begins again, and nobody who costs something takes over from it', async () => {
    const local = await create('LOCAL', { route: ['LOCAL', 'JUMEI_ID_PHOTO'] });
    const preview = await create('LEQI', { sealed: 'v1.sealed' });
    expect(await park()).toEqual({ review: 0, asked: 0, again: 2, photos: 0 });
    expect(await stateOf(local)).toEqual({ state: 'QUEUED', queued: true, route: ['LOCAL'], attempts: [] });
    expect(await stateOf(preview)).toEqual({ state: 'QUEUED', queued: true, route: ['LEQI'], attempts: [] });
    expect((await house.tasks.find(TENANT, preview))!.sealed).toBe('v1.sealed');
  });

  test('one that waits for a person already says both why it waits and that it comes from a backup', async () => {
    const id = await create('FANGTANG');
    await begin(id, 'FANGTANG');
    await closeAttempt(house.database, id, 1, { outcome: 'LOST', billed: 'UNKNOWN', final: true });
    const failure = { code: 'VENDOR_ERROR' as const, message: 'It said 7.', vendorCode: '7' };
    await house.lifecycle.move(id, 'park', { failure });
    await park();
    expect((await house.tasks.find(TENANT, id))!.failure).toEqual({
      code: 'VENDOR_ERROR',
      vendorCode: '7',
      mayBeCharged: true,
      message: expect.stringMatching(/^Restored from a backup .* Before: It said 7\.$/),
    });
    expect((await stateOf(id)).attempts).toEqual(['0 LOST UNKNOWN final']);
  });

  test('of several calls, those without an answer are never made; what was paid for is delivered once a person decides', async () => {
    const id = await create('JUMEI_ID_PHOTO', { job: TWO });
    await begin(id, 'JUMEI_ID_PHOTO');
    const result = { pictures: [{ role: 'CLEAN' as const, assetId: newId('asset'), index: 0 }], facts: {} };
    await closeAttempt(house.database, id, 1, { outcome: 'SUCCEEDED', billed: 'YES', result });
    expect(await park()).toMatchObject({ review: 1, asked: 0 });
    expect((await stateOf(id)).attempts).toEqual(['0 SUCCEEDED YES', '1 LOST UNKNOWN final']);

    const source = new ToySource(true, async () => [PHOTO], { vendor: 'JUMEI_ID_PHOTO', parts: () => 2 });
    const runner = house.runnerOf(source);
    runner.start();
    const find = async () => (await house.tasks.find(TENANT, id))!;
    expect(await find()).toMatchObject({ state: 'NEEDS_REVIEW' });
    while ((await find()).result === null) await new Promise(resolve => setTimeout(resolve, 5));
    const parked = await find();
    expect([parked.state, source.calls]).toEqual(['NEEDS_REVIEW', 0]);
    expect(parked.failure?.message).toContain('Restored from a backup');
    expect(parked.result?.pictures).toEqual(result.pictures);
    // The tests after this one make tasks of that vendor.
    await runner.stop(0);
    expect(await house.reviews.resolve(TENANT, id, 'NOT_CHARGED', ANYONE)).toMatchObject({ state: 'SUCCEEDED' });
  });

  test('the books hold each doubt once, with the units of the call', async () => {
    await create('FANGTANG');
    await create('JUMEI_ID_PHOTO', { job: TWO });
    await create('LOCAL');
    const before = (await usage())[0]?.unitsInDoubt ?? 0;
    await park();
    expect((await usage())[0]!.unitsInDoubt - before).toBe(3);
  });
});

test('what is known here of billed calls is what every data source says of itself', async () => {
  const { startSandbox } = await import('../sandbox/sandbox.js');
  const sandbox = await startSandbox({ pictures: {} as never });
  const sources = openVendors(readVendorVariables(sandbox.environment, VENDOR_VARIABLES), true);
  await sandbox.close();
  const jobs = {
    ID_PHOTO: [JOB, TWO],
    RELEASE: [1, 3].map(count => ({ photos: Array(count).fill({ photoId: '', taskId: '', vendorRef: '' }) })),
    PAINTING: [1, 6].map(count => ({ count })),
    RESTORATION: [{ steps: [] }],
    BACKGROUND: [{}],
    FACE_VERIFICATION: [{}],
    PRINT_SHEET: [{}],
  } as unknown as { [O in Operation]: Jobs[O][] };
  let compared = 0;
  for (const source of sources)
    for (const [operation, capability] of Object.entries(source.capabilities))
      for (const job of jobs[operation as Operation]) {
        const known = billedCalls(`${source.vendor}@SANDBOX`, operation as Operation, job);
        const [parts, units] = [capability.parts(job as never), capability.units(job as never)];
        expect([source.vendor, operation, known]).toEqual([
          source.vendor,
          operation,
          capability.bills ? { parts, unitsEach: units / parts } : null,
        ]);
        compared += 1;
      }
  expect(compared).toBeGreaterThan(8);
  for (const source of sources) await source.close?.();
});
