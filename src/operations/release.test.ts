import { refused } from '../../test/refused.js';
import { FILE, openTaskHouse, type TaskHouse, TENANT } from '../../test/task-house.js';
import { ANYONE } from '../audit/acts.js';
import { newId } from '../kernel/ids.js';
import { RuleBook } from '../specs/rules/rule-book.js';
import { openAttempt } from '../store/attempt-rows.js';
import { findPhotos, keepPhoto, keepReport, type PhotoRow } from '../store/photo-rows.js';
import type { TaskOf } from '../store/task.js';
import type { Lookup } from './operation.js';
import { release } from './release.js';

let house: TaskHouse;
beforeAll(async () => {
  house = await openTaskHouse();
});
afterAll(() => house.close());

type Sold = Omit<PhotoRow, 'releaseTaskId'>;

/** A photo of an ID-photo task of Leqi, with a preview that can be bought. */
async function preview(over: Partial<Sold> = {}): Promise<string> {
  const task = await house.create({ route: ['LEQI'] });
  const row: Sold = {
    id: newId('photo'),
    tenantId: TENANT,
    taskId: task.id,
    index: 0,
    source: 'LEQI',
    measured: null,
    previewAssetId: newId('asset'),
    sheetPreviewAssetId: null,
    cleanAssetId: null,
    sheetAssetId: null,
    vendorRef: 'leqi/1.jpg',
    releaseUntil: new Date(Date.now() + 60_000),
    ...over,
  };
  await keepPhoto(house.database, row);
  return row.id;
}
const released = { cleanAssetId: 'asset_clean' };
const find = async (id: string) => (await findPhotos(house.database, TENANT, [id]))[0]!;

const lookup: Lookup = {
  rules: new RuleBook(),
  asset: () => Promise.reject(new Error('a release has no photo of its own')),
  idPhotos: ids => findPhotos(house.database, TENANT, ids),
  tasks: ids => house.tasks.findMany(TENANT, ids),
};
const order = (photoIds: string[]) => release.order({ photoIds }, lookup);
/** A task that buys these, as far as it gets. */
async function buy(photoIds: string[], acceptPossibleCharge?: boolean): Promise<string> {
  const { id } = await house.create({ route: ['LEQI'] });
  const request = { photoIds, acceptPossibleCharge };
  await house.database.transaction(sql => release.reserve!(sql, { id, tenantId: TENANT }, request));
  return id;
}

const WANTED = { widthPx: 295, heightPx: 413, dpi: 300, transparent: false };

test('what was bought is measured by what its maker was asked for; the sheet beside it is not', () => {
  const photos = [{ photoId: 'photo_1', taskId: 'task_1', vendorRef: 'leqi/1.jpg', wanted: WANTED }];
  const deviations = (role: 'CLEAN' | 'SHEET', over: object) =>
    release.deviations!(
      { input: { photos } } as TaskOf<'RELEASE'>,
      { role, index: 0, from: { url: '' } },
      { ...FILE, mime: 'image/jpeg', widthPx: 295, heightPx: 413, ...over },
    );
  expect(deviations('CLEAN', {})).toEqual([]);
  expect(deviations('CLEAN', { widthPx: 48, heightPx: 60 })).toEqual(['SIZE_DIFFERS']);
  expect(deviations('CLEAN', { mime: 'image/png' })).toEqual(['FORMAT_DIFFERS']);
  expect(deviations('SHEET', { mime: 'image/png', widthPx: 1 })).toEqual([]);
});

describe('order', () => {
  test('is of the vendor that made the previews, one call a photo, in the order asked for', async () => {
    const [first, second] = [await preview(), await preview({ vendorRef: 'leqi/2.jpg' })];
    expect(await order([second, first])).toEqual({
      job: {
        photos: [
          { photoId: second, taskId: (await find(second)).taskId, vendorRef: 'leqi/2.jpg', wanted: WANTED },
          { photoId: first, taskId: (await find(first)).taskId, vendorRef: 'leqi/1.jpg', wanted: WANTED },
        ],
      },
      photos: {},
      source: 'LEQI',
    });
  });

  test.each<[string, () => Promise<string[]>, string]>([
    ['no photo', async () => [], 'BAD_USER_INPUT input.photoIds COUNT'],
    ['seven', async () => Array.from({ length: 7 }, () => newId('photo')), 'BAD_USER_INPUT input.photoIds COUNT'],
    ['one twice', async () => Array(2).fill(await preview()), 'BAD_USER_INPUT input.photoIds COUNT'],
    ['one that is not there', async () => [await preview(), newId('photo')], 'NOT_FOUND input.photoIds.1 UNKNOWN'],
    ["another tenant's", async () => [await preview({ tenantId: 'another' })], 'NOT_FOUND input.photoIds.0 UNKNOWN'],
    [
      'one that was never for sale and is clean',
      async () => [await preview({ vendorRef: null, ...released })],
      'BAD_USER_INPUT input.photoIds.0 NOTHING_TO_RELEASE',
    ],
    [
      'one that is neither clean nor for sale',
      async () => [await preview({ vendorRef: null })],
      'BAD_USER_INPUT input.photoIds.0 NOTHING_TO_RELEASE',
    ],
    [
      'photos of two vendors',
      async () => [await preview(), await preview({ source: 'LEQI@SANDBOX' })],
      'BAD_USER_INPUT input.photoIds.1 OTHER_VENDOR',
    ],
  ])('refuses %s', async (_, photos, why) => {
    const ids = await photos();
    expect(await refused(() => order(ids))).toBe(why);
  });
});

describe('reserve', () => {
  test('takes each photo for this task, and says which call buys it', async () => {
    const [first, second] = [await preview(), await preview()];
    const task = await buy([second, first]);
    const rows = await house.database.query(
      'select release_task_id, release_part::int from photos where id = any($1)',
      [[first, second]],
    );
    expect(rows).toHaveLength(2);
    expect(rows).toEqual(
      expect.arrayContaining([
        { release_task_id: task, release_part: 0 },
        { release_task_id: task, release_part: 1 },
      ]),
    );
  });

  test.each<[string, Partial<Sold>, string]>([
    ['was released', released, 'ALREADY_RELEASED input.photoIds.1 ALREADY_RELEASED'],
    ['is past its time', { releaseUntil: new Date(0) }, 'RELEASE_EXPIRED input.photoIds.1 EXPIRED'],
  ])('refuses a photo that %s, and then takes none', async (_, over, why) => {
    const [good, bad] = [await preview(), await preview(over)];
    expect(await refused(() => buy([good, bad]))).toBe(why);
    expect((await find(good)).releaseTaskId).toBeNull();
  });

  test('a photo whose vendor names no time can be bought', async () => {
    const id = await preview({ releaseUntil: null });
    expect((await find(id)).releaseTaskId).toBeNull();
    await buy([id]);
    expect((await find(id)).releaseTaskId).not.toBeNull();
  });

  test('a photo that is being bought is taken; one whose release ended for free is not', async () => {
    const id = await preview();
    const first = await buy([id]);
    expect(await refused(() => buy([id]))).toBe('ALREADY_RELEASED input.photoIds.0 ALREADY_RELEASED');
    await house.tasks.cancel(TENANT, first, ANYONE);
    const second = await buy([id]);
    expect((await find(id)).releaseTaskId).toBe(second);
  });

  test('a photo that may have been paid for wants a yes, and the others of that release do not', async () => {
    const [paid, free] = [await preview(), await preview()];
    const first = await buy([free, paid]);
    const call = { taskId: first, number: 1, tenantId: TENANT, source: 'LEQI' as const, units: 1, canBill: true };
    await openAttempt(house.database, { ...call, part: 1, cost: null, unitsLeftBefore: null });
    await house.tasks.cancel(TENANT, first, ANYONE);
    await buy([free]);
    expect(await refused(() => buy([paid]))).toBe('ALREADY_RELEASED input.photoIds.0 ALREADY_RELEASED');
    const third = await buy([paid], true);
    expect((await find(paid)).releaseTaskId).toBe(third);
  });
});

test('what was bought stands on the photos, each by its place in the order', async () => {
  const [first, second] = [await preview(), await preview()];
  const input = { photos: [first, second].map(photoId => ({ photoId, taskId: '', vendorRef: '' })) };
  const pictures = [
    { role: 'CLEAN', assetId: 'asset_2', index: 1 },
    { role: 'SHEET', assetId: 'asset_3', index: 1 },
    { role: 'CLEAN', assetId: 'asset_1', index: 0 },
  ] as const;
  const result = { pictures: [...pictures], facts: {}, missing: [] };
  await release.record!(house.database, { input } as TaskOf<'RELEASE'>, result);
  expect(await find(first)).toMatchObject({ cleanAssetId: 'asset_1', sheetAssetId: null });
  expect(await find(second)).toMatchObject({ cleanAssetId: 'asset_2', sheetAssetId: 'asset_3' });
});

test('a report is kept beside a photo that is still there, and a later release does not take it away', async () => {
  const { database } = house;
  const cleanAssetId = newId('asset');
  const id = await preview({ cleanAssetId });
  const report = { verdict: 'PASS', stage: 'FINISHED', widthPx: 1, heightPx: 1, head: null, checks: [] } as const;
  const keep = () => keepReport(database, { tenantId: TENANT, id, cleanAssetId }, { ...report, checks: [] });
  await keep();
  expect((await find(id)).measured).toBeNull();
  await database.query(
    `insert into assets (id, tenant_id, kind, mime, bytes, width, height, sha256, watermarked, ai_label, expires_at)
     values ($1, $2, 'RESULT', 'image/jpeg', 1, 1, 1, '', false, false, now())`,
    [cleanAssetId, TENANT],
  );
  await keep();
  await keepPhoto(database, { ...(await find(id)), measured: null });
  expect((await find(id)).measured).toEqual({ report });
  await database.query(`update assets set purged_at = now() where id = $1`, [cleanAssetId]);
  await database.query(`update photos set measured = null where id = $1`, [id]);
  await keep();
  expect((await find(id)).measured).toBeNull();
});
