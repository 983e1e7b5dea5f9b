import { LocalDataSource } from '../datasources/local/local.datasource.js';
import { ANYONE } from '../src/audit/acts.js';
import type { Engine, IdPhotoOptions } from '../src/engine/engine.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { PhotoRow } from '../src/store/photo-rows.js';
import { releaseAllLeases } from '../src/store/queue-rows.js';
import type { TaskRunner } from '../src/tasks/work/runner.js';
import { plainPng } from './plain-png.js';
import { refused } from './refused.js';
import { DRIVERS, openTestDatabase } from './store-setup.js';
import { openTaskHouse, PHOTO, type TaskHouse, TENANT } from './task-house.js';

const [CLEAN, PREVIEW] = [plainPng(61), plainPng(60)];
const { geometry, ...measured } = PHOTO.measured!;
/** The photos that our engine makes, without its work. */
const engine = {
  analyse: async () => ({}),
  render: async (_key: string, _bytes: unknown, { backgrounds, dpi }: IdPhotoOptions) =>
    backgrounds.map(background => ({ ...measured, geometry, report: { checks: [] }, background, bytes: CLEAN, dpi })),
  watermark: async () => ({ bytes: PREVIEW }),
} as unknown as Engine;

describe.each(DRIVERS)('a photo of LOCAL that is released later, on %s', driver => {
  let house: TaskHouse;
  let operations: OperationService;
  let runner: TaskRunner;
  /** What a release waits for before it is worked on. */
  let gate: Promise<void> = Promise.resolve();
  const local = () => {
    const source = new LocalDataSource(engine);
    const release = source.capabilities.RELEASE!;
    source.capabilities.RELEASE = { ...release, submit: (...given) => gate.then(() => release.submit(...given)) };
    return source;
  };
  beforeAll(async () => {
    house = await openTaskHouse({}, {}, { database: await openTestDatabase(driver) });
    ({ operations, runner } = house.withSources(local()));
    runner.start();
  });
  afterAll(() => house.close());
  afterEach(() => {
    gate = Promise.resolve();
  });

  const rowsOf = (taskId: string) => house.tasks.photosOf(TENANT, [taskId]);
  const wanted = {
    customSize: { widthPx: 100, heightPx: 140 },
    vendor: 'LOCAL',
    photo: { upload: { bytes: plainPng(64) } },
  } as const;
  /** A task that was made for a release, and its photos. */
  async function make(colors: string[] = ['blue']): Promise<PhotoRow[]> {
    const backgrounds = colors.map(color => ({ color }));
    const { id } = await operations.create(TENANT, 'ID_PHOTO', { ...wanted, backgrounds, release: 'LATER' }, ANYONE);
    await house.until(id, 'SUCCEEDED');
    return rowsOf(id);
  }
  const buy = (photos: readonly PhotoRow[], reference?: string) =>
    operations.create(TENANT, 'RELEASE', { photoIds: photos.map(({ id }) => id), reference }, ANYONE);
  const assets = (where: string, ...params: string[]) =>
    house.database.query<{ id: string; held: boolean; live: boolean; hours: number }>(
      `select id, held, purged_at is null as live, extract(epoch from expires_at - now())::float / 3600 as hours from assets where ${where}`,
      params,
    );

  test('ends with a preview; the clean photo lies beside it, and nothing finds it', async () => {
    const [photo] = await make();
    expect(photo).toMatchObject({ cleanAssetId: null, source: 'LOCAL', measured: { matteQuality: 0.9 } });
    const held = photo!.vendorRef!;
    expect(await assets('task_id = $1 and held', photo!.taskId)).toMatchObject([{ id: held, live: true }]);
    expect((await house.assets.find(TENANT, [held, photo!.previewAssetId!])).map(({ id }) => id)).toEqual([
      photo!.previewAssetId,
    ]);
    expect(await house.assets.findLinked(held)).toBeUndefined();
    expect(await house.assets.findServed(held)).toBeUndefined();
    expect(await house.files.read(held)).toEqual(CLEAN);
    expect(await house.files.read(photo!.previewAssetId!)).toEqual(PREVIEW);
    for (const work of [
      () => operations.create(TENANT, 'PRINT_SHEET', { items: [{ assetId: held }] }, ANYONE),
      () => operations.create(TENANT, 'BACKGROUND', { photo: { assetId: held }, background: { color: 'red' } }, ANYONE),
    ])
      expect(await refused(work)).toMatch(/^NOT_FOUND /);
  });

  test('is released with the same bytes, for nothing, and then only by its order number again', async () => {
    const photos = await make(['blue', 'red']);
    expect(
      await operations.quote(
        { tenantId: TENANT, apiKeyId: null, labels: [] },
        'RELEASE',
        photos.map(({ id }) => id),
      ),
    ).toMatchObject({ vendor: 'LOCAL', units: 0 });
    const first = await buy(photos, 'order 1');
    expect((await house.until(first.id, 'SUCCEEDED')).result!.pictures).toHaveLength(2);
    for (const row of await rowsOf(photos[0]!.taskId)) {
      expect(row.cleanAssetId).not.toBe(row.vendorRef);
      expect(await house.assets.bytesOf(TENANT, row.cleanAssetId!)).toEqual(CLEAN);
    }
    expect((await buy([...photos].reverse(), 'order 1')).id).toBe(first.id);
    for (const reference of ['order 2', undefined])
      expect(await refused(() => buy(photos, reference))).toBe('ALREADY_RELEASED input.photoIds.0 ALREADY_RELEASED');
    expect(await refused(() => buy(photos.slice(1), 'order 1'))).toBe(
      'ALREADY_RELEASED input.photoIds.0 ALREADY_RELEASED',
    );
    expect(
      await house.database.query('select 1 from task_attempts where task_id = $1 and (can_bill or units > 0)', [
        first.id,
      ]),
    ).toEqual([]);
  });

  test('of 20 releases at once with one order number there is one task, and one clean photo', async () => {
    const photos = await make();
    const tasks = await Promise.all(Array.from({ length: 20 }, () => buy(photos, 'order 3')));
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(1);
    await house.until(tasks[0]!.id, 'SUCCEEDED');
    expect(await assets('task_id = $1', tasks[0]!.id)).toHaveLength(1);
    const releases = `select 1 from tasks where operation = 'RELEASE' and reference = 'order 3'`;
    expect(await house.database.query(releases)).toHaveLength(1);
  });

  test('of 20 releases at once with 20 order numbers one is served, and the others are told', async () => {
    const photos = await make();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, order) =>
        buy(photos, `order 4-${order}`).then(
          ({ id }) => id,
          error => error.code,
        ),
      ),
    );
    expect(answers.filter(answer => answer === 'ALREADY_RELEASED')).toHaveLength(19);
    await house.until(
      answers.find(answer => answer !== 'ALREADY_RELEASED'),
      'SUCCEEDED',
    );
    expect((await rowsOf(photos[0]!.taskId))[0]!.cleanAssetId).not.toBeNull();
  });

  test('a worker that dies in the middle of a release leaves no half of it: the next one ends it, once', async () => {
    const photos = await make();
    let open = () => {};
    gate = new Promise(resolve => {
      open = resolve;
    });
    const task = await buy(photos, 'order 5');
    await house.until(task.id, 'RUNNING');
    expect((await buy(photos, 'order 5')).id).toBe(task.id);
    gate = Promise.resolve();
    // To everybody else its worker is dead: its lease is over, and another one takes the task.
    await releaseAllLeases(house.database);
    const other = house.runnerOf(local());
    other.start();
    await house.until(task.id, 'SUCCEEDED');
    open();
    expect((await buy(photos, 'order 5')).id).toBe(task.id);
    await other.stop(0);
    expect(await assets('task_id = $1', task.id)).toHaveLength(1);
    expect((await rowsOf(photos[0]!.taskId))[0]!.cleanAssetId).not.toBeNull();
  });

  test('a release that was canceled while it ran has cost nothing: the photo is free again, for any order', async () => {
    const photos = await make();
    let open = () => {};
    gate = new Promise(resolve => {
      open = resolve;
    });
    const first = await buy(photos, 'order 6');
    await house.until(first.id, 'RUNNING');
    await house.tasks.cancel(TENANT, first.id, ANYONE);
    gate = Promise.resolve();
    open();
    const second = await buy(photos, 'order 7');
    expect(second.id).not.toBe(first.id);
    await house.until(second.id, 'SUCCEEDED');
  });

  test('the source photo may be gone by then; at the end of its own time it can be released no more', async () => {
    const [photo] = await make();
    const { inputAssets } = await house.tasks.require(TENANT, photo!.taskId);
    await house.assets.purge(TENANT, inputAssets);
    await house.until((await buy([photo!], 'order 8')).id, 'SUCCEEDED');

    const [late] = await make();
    await house.database.query('update assets set expires_at = now() where id = $1', [late!.vendorRef]);
    await house.assets.purgeExpired();
    expect(await refused(() => buy([late!], 'order 9'))).toBe('RELEASE_EXPIRED input.photoIds.0 EXPIRED');
    expect((await rowsOf(late!.taskId))[0]!.releaseTaskId).toBeNull();
    await house.database.query('update photos set release_until = now() where id = $1', [late!.id]);
    expect(await refused(() => buy([late!], 'order 9'))).toBe('RELEASE_EXPIRED input.photoIds.0 EXPIRED');
  });

  test('what was accepted does not run out of time while it waits for a worker', async () => {
    const [photo] = await make();
    await house.database.query(`update assets set expires_at = now() + interval '1 minute' where id = $1`, [
      photo!.vendorRef,
    ]);
    gate = new Promise(() => {});
    const { id } = await buy([photo!], 'order 10');
    expect((await assets('id = $1', photo!.vendorRef!))[0]!.hours).toBeCloseTo(24, 1);
    await house.tasks.cancel(TENANT, id, ANYONE);
  });

  test('an erased task takes the held photo with it', async () => {
    const [photo] = await make();
    await house.erasure.deleteTask(TENANT, photo!.taskId, ANYONE);
    expect(await assets('id = $1', photo!.vendorRef!)).toMatchObject([{ live: false }]);
    expect(await house.files.read(photo!.vendorRef!)).toBeUndefined();
    expect(await refused(() => buy([photo!], 'order 11'))).toBe('NOT_FOUND input.photoIds.0 UNKNOWN');
  });

  test('a photo that came clean has nothing to release', async () => {
    const { id } = await operations.create(TENANT, 'ID_PHOTO', { ...wanted, release: 'NOW' }, ANYONE);
    await house.until(id, 'SUCCEEDED');
    const photos = await rowsOf(id);
    expect(photos[0]).toMatchObject({ previewAssetId: null, vendorRef: null, releaseUntil: null });
    expect(await refused(() => buy(photos))).toBe('BAD_USER_INPUT input.photoIds.0 NOTHING_TO_RELEASE');
  });
});
