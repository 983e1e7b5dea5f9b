import { ANYONE } from '../src/audit/acts.js';
import { VendorError } from '../src/kernel/vendor-error.js';
import type { OperationService } from '../src/operations/operation-service.js';
import { closeAttempt } from '../src/store/attempt-rows.js';
import type { ReviewService } from '../src/tasks/machine/review-service.js';
import type { UsageService } from '../src/tasks/vendors/usage-service.js';
import type { VendorMonitor } from '../src/tasks/vendors/vendor-monitor.js';
import { eventually } from './eventually.js';
import { shareHouse } from './shared-house.js';
import { PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';

const shared = shareHouse();
let house: TaskHouse;
let reviews: ReviewService;
let operations: OperationService;
let usage: UsageService;
let monitor: VendorMonitor;

const open = async (...sources: ToySource[]) => {
  house = await shared.open();
  ({ reviews, usage } = house);
  const working = house.withSources(...sources);
  ({ operations, monitor } = working);
  working.runner.start();
};
afterEach(() => house.close());

const sum = (...by: Parameters<UsageService['sum']>[3]) =>
  usage.sum(TENANT, new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000), by);
const entries = () =>
  house.database.query<{ kind: string; billed: string }>('select kind, billed from ledger order by id');
const lost = () => new VendorError('OUTCOME_UNKNOWN', { billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });

/** The photo of a retry has to be there still. */
async function keepPhoto(): Promise<string[]> {
  const photo = { mime: 'image/png', widthPx: 1, heightPx: 1, dpi: null, watermarked: false } as const;
  const files = [{ ...photo, bytes: Buffer.from('x'), labels: [] }];
  const { ids, commit } = await house.assets.prepare({ tenantId: TENANT, taskId: 'none', files });
  await house.database.transaction(commit);
  return [...ids];
}

test('each billed call leaves its intent and its outcome in the ledger; a free call leaves nothing', async () => {
  await open(
    new ToySource(true, async () => [PHOTO], { vendor: 'FANGTANG' }),
    new ToySource(false, async () => [PHOTO]),
  );
  await house.until((await house.create({ route: ['FANGTANG'] })).id, 'SUCCEEDED');
  await house.until((await house.create()).id, 'SUCCEEDED');
  expect(await entries()).toEqual([
    { kind: 'INTENT', billed: 'UNKNOWN' },
    { kind: 'OUTCOME', billed: 'YES' },
  ]);
});

test('a call whose answer is lost needs review with the evidence there is: when it went out, and what the vendor counted', async () => {
  let left = 98;
  const source = Object.assign(
    new ToySource(
      true,
      async (context, call) => {
        context.sent();
        left -= 1;
        if (call === 2) throw lost();
        return [PHOTO];
      },
      { vendor: 'FANGTANG' },
    ),
    { quota: async () => left },
  );
  await open(source);
  await house.until((await house.create({ route: ['FANGTANG'] })).id, 'SUCCEEDED');
  // What is left is counted beside the work.
  await eventually(() => monitor.unitsLeft('FANGTANG') === 97);
  const { id } = await house.create({ route: ['FANGTANG'] });
  const task = await house.until(id, 'NEEDS_REVIEW');
  expect(task.failure?.message).toContain('97 units left before it and 96 after it');
  const [attempt] = await house.tasks.attempts([id]);
  expect(attempt).toMatchObject({ unitsLeftBefore: 97, unitsLeftAfter: 96, billed: 'UNKNOWN', outcome: 'LOST' });
  expect(attempt!.sentAt!.getTime()).toBeGreaterThanOrEqual(attempt!.startedAt.getTime());
  const kinds = 'select kind, billed, units_left from ledger where task_id = $1 order by id';
  expect(await house.database.query(kinds, [id])).toEqual([
    { kind: 'INTENT', billed: 'UNKNOWN', units_left: 97 },
    { kind: 'SENT', billed: 'UNKNOWN', units_left: null },
    { kind: 'OUTCOME', billed: 'UNKNOWN', units_left: 96 },
  ]);
});

test('a vendor that does not answer the question for its count holds no review up', async () => {
  const source = Object.assign(new ToySource(true, async () => Promise.reject(lost()), { vendor: 'FANGTANG' }), {
    quota: () => Promise.reject(new Error('away')),
  });
  await open(source);
  const { id } = await house.create({ route: ['FANGTANG'] });
  await house.until(id, 'NEEDS_REVIEW');
  expect(await house.tasks.attempts([id])).toMatchObject([
    { sentAt: null, unitsLeftBefore: null, unitsLeftAfter: null },
  ]);
});

test('usage tells certain units from those in doubt, by vendor, operation, label and day', async () => {
  await open(
    new ToySource(
      true,
      async (_context, call) => {
        if (call === 3) throw lost();
        return [PHOTO];
      },
      { vendor: 'FANGTANG' },
    ),
  );
  for (const labels of [['3b', 'school'], ['3b'], []]) {
    await house.until((await house.create({ route: ['FANGTANG'], labels })).id, 'SUCCEEDED', 'NEEDS_REVIEW');
  }
  expect(await sum('VENDOR', 'OPERATION')).toEqual([
    {
      vendor: 'FANGTANG',
      sandbox: false,
      operation: 'ID_PHOTO',
      label: null,
      apiKeyId: null,
      day: null,
      units: 2,
      unitsInDoubt: 1,
      cost: 0,
      costInDoubt: 0,
      unitsWithoutPrice: 3,
      calls: 3,
    },
  ]);
  expect((await sum('LABEL')).map(({ label, units, unitsInDoubt }) => [label, units, unitsInDoubt])).toEqual([
    ['3b', 2, 0],
    ['school', 1, 0],
    [null, 0, 1],
  ]);
  expect((await sum('DAY'))[0]!.day).toMatch(/^\d{4}-\d\d-\d\d$/);
  await expect(usage.sum(TENANT, new Date(), new Date(0), [])).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await usage.sum('another', new Date(0), new Date(86_400_000), ['VENDOR'])).toEqual([]);
});

test('resolveTask settles a task in review, and the ledger with it; only once, and only such a task', async () => {
  await open(
    new ToySource(
      true,
      async () => {
        throw lost();
      },
      { vendor: 'FANGTANG' },
    ),
  );
  const first = await house.create({ route: ['FANGTANG'] });
  await house.until(first.id, 'NEEDS_REVIEW');
  expect(await reviews.resolve(TENANT, first.id, 'NOT_CHARGED', ANYONE)).toMatchObject({ state: 'FAILED' });
  expect(await sum('VENDOR')).toMatchObject([{ units: 0, unitsInDoubt: 0, calls: 1 }]);
  const second = await house.create({ route: ['FANGTANG'] });
  await house.until(second.id, 'NEEDS_REVIEW');
  await reviews.resolve(TENANT, second.id, 'CHARGED', ANYONE);
  expect(await sum('VENDOR')).toMatchObject([{ units: 1, unitsInDoubt: 0, calls: 2 }]);
  await expect(reviews.resolve(TENANT, second.id, 'CHARGED', ANYONE)).rejects.toMatchObject({ code: 'NOT_IN_REVIEW' });
  await expect(reviews.resolve('another', second.id, 'CHARGED', ANYONE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('retryTask wants a yes where the first try may have been charged, and makes a new task that names the old one', async () => {
  await open(
    new ToySource(
      true,
      async (_context, call) => {
        if (call === 1) throw lost();
        return [PHOTO];
      },
      { vendor: 'FANGTANG' },
    ),
  );
  const first = await house.create({ route: ['FANGTANG'], inputAssets: await keepPhoto() });
  await house.until(first.id, 'NEEDS_REVIEW');
  await expect(operations.retry(TENANT, first.id, false, ANYONE)).rejects.toMatchObject({ code: 'MAY_CHARGE_TWICE' });
  const again = await operations.retry(TENANT, first.id, true, ANYONE);
  expect(again).toMatchObject({ retryOf: first.id });
  // Two clicks are one wish.
  expect((await operations.retry(TENANT, first.id, true, ANYONE)).id).toBe(again.id);
  await house.until(again.id, 'SUCCEEDED');
  expect(await house.tasks.find(TENANT, first.id)).toMatchObject({ state: 'FAILED' });
  expect(await sum('VENDOR')).toMatchObject([{ units: 1, unitsInDoubt: 1, calls: 2 }]);
  await expect(operations.retry(TENANT, again.id, true, ANYONE)).rejects.toMatchObject({ code: 'CANNOT_RETRY' });
});

test('an ended task is tried again with LOCAL without that yes, since it costs nothing; one in review is not given up so', async () => {
  const paid = new ToySource(true, () => Promise.reject(lost()), { vendor: 'FANGTANG' });
  await open(paid, new ToySource(false, async () => [PHOTO]));
  const { id } = await house.create({ route: ['FANGTANG'], inputAssets: await keepPhoto() });
  await house.until(id, 'NEEDS_REVIEW');
  const locally = () => operations.retry(TENANT, id, false, ANYONE, 'LOCAL');
  await expect(locally()).rejects.toMatchObject({ code: 'MAY_CHARGE_TWICE' });
  await reviews.resolve(TENANT, id, 'CHARGED', ANYONE);
  await expect(operations.retry(TENANT, id, false, ANYONE)).rejects.toMatchObject({ code: 'MAY_CHARGE_TWICE' });
  await expect(operations.retry(TENANT, id, true, ANYONE, 'LEQI')).rejects.toMatchObject({
    code: 'VENDOR_NOT_CONFIGURED',
  });
  const again = await locally();
  expect(again).toMatchObject({ retryOf: id, route: ['LOCAL'] });
  await house.until(again.id, 'SUCCEEDED');
  expect(await sum('VENDOR')).toMatchObject([{ vendor: 'FANGTANG', units: 1, unitsInDoubt: 0, calls: 1 }]);
});

test('deleteTask forgets an ended task and its files; the ledger keeps what it cost', async () => {
  await open(new ToySource(true, async () => [PHOTO], { vendor: 'FANGTANG' }));
  const task = await house.create({ route: ['FANGTANG'], reference: 'Zhang San', labels: ['3b'] });
  const ended = await house.until(task.id, 'SUCCEEDED');
  await house.erasure.deleteTask(TENANT, task.id, ANYONE);
  expect(await house.tasks.find(TENANT, task.id)).toBeUndefined();
  expect(await house.files.read(ended.result!.pictures[0]!.assetId)).toBeUndefined();
  expect(await sum('VENDOR')).toMatchObject([{ units: 1 }]);
  expect(JSON.stringify(await house.database.query('select * from ledger'))).not.toContain('Zhang San');
  const waiting = await house.create({ route: ['FEGINE'] });
  await expect(house.erasure.deleteTask(TENANT, waiting.id, ANYONE)).rejects.toMatchObject({ code: 'NOT_ENDED' });
});

test('what a fenced worker brings late is evidence in the ledger, and changes no attempt', async () => {
  await open(
    new ToySource(
      true,
      async () => {
        throw lost();
      },
      { vendor: 'FANGTANG' },
    ),
  );
  const task = await house.create({ route: ['FANGTANG'] });
  await house.until(task.id, 'NEEDS_REVIEW');
  await closeAttempt(house.database, task.id, 1, { outcome: 'SUCCEEDED', billed: 'YES' });
  expect((await house.tasks.attempts([task.id]))[0]).toMatchObject({ outcome: 'LOST', billed: 'UNKNOWN' });
  expect((await entries()).at(-1)).toEqual({ kind: 'EVIDENCE', billed: 'YES' });
  expect(await sum('VENDOR')).toMatchObject([{ units: 1, unitsInDoubt: 0 }]);
});

describe('a call of an ended task of which nobody knows whether it was charged', () => {
  /** A refusal that is an answer, and says nothing of money: the task has failed, its one call is in doubt. */
  async function inDoubt(counts: [number | null, number | null] = [null, null]): Promise<string> {
    const { id } = await house.create({ route: ['FANGTANG'] });
    await house.until(id, 'FAILED');
    await house.database.query(
      'update task_attempts set units_left_before = $2, units_left_after = $3 where task_id = $1',
      [id, ...counts],
    );
    return id;
  }
  const evidence = 'The product page says that only a success is charged.';
  beforeEach(() =>
    open(
      new ToySource(
        true,
        async () => {
          throw new VendorError('NO_FACE', { billed: 'UNKNOWN', safeToRetry: false, vendorCode: '205', evidence });
        },
        { vendor: 'FANGTANG' },
      ),
    ),
  );

  test('is shown apart, with what a public source says of it, and is found', async () => {
    const id = await inDoubt();
    expect(await house.tasks.attempts([id])).toMatchObject([{ billed: 'UNKNOWN', evidence }]);
    expect(await sum()).toMatchObject([{ units: 0, unitsInDoubt: 1 }]);
    const listed = async () => (await house.taskList.page(TENANT, { chargeInDoubt: true }, { first: 10 })).tasks;
    expect((await listed()).map(({ task }) => task.id)).toEqual([id]);
    await reviews.resolveAttempt(TENANT, id, 1, 'NOT_CHARGED', ANYONE);
    expect(await listed()).toEqual([]);
  });

  test.each([
    ['CHARGED', 'YES', { units: 1, unitsInDoubt: 0 }],
    ['NOT_CHARGED', 'NO', { units: 0, unitsInDoubt: 0 }],
  ] as const)('is settled by a person as %s, once', async (resolution, billed, used) => {
    const id = await inDoubt();
    expect(await reviews.resolveAttempt(TENANT, id, 1, resolution, ANYONE)).toMatchObject({ id, state: 'FAILED' });
    expect(await house.tasks.attempts([id])).toMatchObject([{ billed, outcome: 'FAILED' }]);
    expect((await entries()).at(-1)).toEqual({ kind: 'RESOLVED', billed });
    expect(await sum()).toMatchObject([used]);
    await expect(reviews.resolveAttempt(TENANT, id, 1, resolution, ANYONE)).rejects.toMatchObject({
      code: 'NOT_IN_DOUBT',
    });
  });

  test("is settled by the vendor's counts where no unit is missing after it", async () => {
    const id = await inDoubt([97, 97]);
    await reviews.resolveAttempt(TENANT, id, 1, 'AS_COUNTED', ANYONE);
    expect(await house.tasks.attempts([id])).toMatchObject([{ billed: 'NO' }]);
  });

  test.each([
    ['a unit is missing, which may be of another call', 97, 96],
    ['the package was filled up meanwhile', 97, 1_096],
    ['nobody counted after it', 97, null],
    ['the vendor does not count', null, null],
  ])('is not settled by counts where %s', async (_, before, after) => {
    const id = await inDoubt([before, after]);
    await expect(reviews.resolveAttempt(TENANT, id, 1, 'AS_COUNTED', ANYONE)).rejects.toMatchObject({
      code: 'STILL_IN_DOUBT',
    });
    expect(await house.tasks.attempts([id])).toMatchObject([{ billed: 'UNKNOWN' }]);
  });

  test("is nobody's who has another tenant, and there is none of another number", async () => {
    const id = await inDoubt();
    const settle = (tenant: string, number: number) => reviews.resolveAttempt(tenant, id, number, 'CHARGED', ANYONE);
    await expect(settle('another', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(settle(TENANT, 2)).rejects.toMatchObject({ code: 'NOT_IN_DOUBT' });
  });
});

test('a call of a task that has not ended is settled with its task', async () => {
  await open(new ToySource(true, () => new Promise(() => {}), { vendor: 'FANGTANG' }));
  const { id } = await house.create({ route: ['FANGTANG'] });
  await house.until(id, 'RUNNING');
  await expect(reviews.resolveAttempt(TENANT, id, 1, 'CHARGED', ANYONE)).rejects.toMatchObject({ code: 'NOT_ENDED' });
});
