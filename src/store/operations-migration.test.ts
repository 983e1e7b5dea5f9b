import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DRIVERS, openTestDatabase } from '../../test/store-setup.js';
import type { SheetOptions } from '../engine/picture.js';
import { layOutSheet } from '../engine/sheet-layout.js';
import type { Database } from './database.js';
import { MIGRATIONS, migrate } from './migrate.js';

/** A database with the schema of before, as the version of then left it. */
async function openBefore(driver: (typeof DRIVERS)[number]): Promise<Database> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-migrations-'));
  for (const name of ['001-tasks.sql', '002-settings.sql'])
    await copyFile(path.join(MIGRATIONS, name), path.join(folder, name));
  const database = await openTestDatabase(driver, folder);
  await rm(folder, { recursive: true });
  return database;
}

/** As they stood: the photo and what is sealed under keys of the input. */
const INPUTS = {
  task_photo: { operation: 'RESTORATION', input: { photo: 'asset_1', steps: 'SR' } },
  task_face: {
    operation: 'FACE_VERIFICATION',
    input: { photo: 'asset_2', sealed: 'v1.k.iv.data', consent: { reference: 'C', purpose: '入职' } },
  },
  task_erased: {
    operation: 'FACE_VERIFICATION',
    input: { photo: 'asset_3', consent: { reference: 'D', purpose: 'x' } },
  },
  task_painting: { operation: 'PAINTING', input: { text: 'photo', style: '油画', resolution: '1024*1024', count: 1 } },
  task_sheet: {
    operation: 'PRINT_SHEET',
    input: { photo: 'asset_4', widthPx: 358, heightPx: 441, dpi: 350, paper: 'SIX_INCH', count: null },
  },
  task_release: {
    operation: 'RELEASE',
    input: {
      photos: ['photo_b', 'photo_a'].map(photoId => ({ photoId, taskId: 'task_photo', vendorRef: photoId })),
    },
  },
};
/** By id: the task that buys it, or has bought it. */
const PHOTOS = { photo_a: 'task_release', photo_b: 'task_release', photo_free: null, photo_other: 'task_photo' };

async function write(database: Database): Promise<void> {
  for (const [id, { operation, input }] of Object.entries(INPUTS))
    await database.query(
      `insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, input)
       values ($1, 'default', $2, 'RUNNING', 'VENDOR', 'QUEUED', 'NONE', 'LEQI', '{LEQI}', $3::jsonb)`,
      [id, operation, JSON.stringify(input)],
    );
  for (const [index, [id, buyer]] of Object.entries(PHOTOS).entries())
    await database.query(
      `insert into photos (id, tenant_id, task_id, index, source, vendor_ref, release_task_id)
       values ($1, 'default', 'task_photo', $2, 'LEQI', $1, $3)`,
      [id, index, buyer],
    );
}

describe.each(DRIVERS)('003 on %s', driver => {
  let database: Database;
  beforeAll(async () => {
    database = await openBefore(driver);
    await write(database);
    expect(await migrate(database)).toMatchObject({ applied: expect.arrayContaining([3]) });
  });
  afterAll(() => database.close());

  test('photos and personal data of a task stand in columns, and no longer in its input', async () => {
    const rows = await database.query<{ id: string }>('select id, input, input_assets, sealed from tasks order by id');
    expect(Object.fromEntries(rows.map(({ id, ...row }) => [id, row]))).toEqual({
      task_photo: { input: { steps: 'SR' }, input_assets: ['asset_1'], sealed: null },
      task_face: {
        input: {},
        input_assets: ['asset_2'],
        sealed: 'v1.k.iv.data',
      },
      task_erased: {
        input: {},
        input_assets: ['asset_3'],
        sealed: null,
      },
      task_painting: { input: INPUTS.task_painting.input, input_assets: [], sealed: null },
      task_sheet: { input: expect.anything(), input_assets: ['asset_4'], sealed: null },
      task_release: { input: INPUTS.task_release.input, input_assets: [], sealed: null },
    });
  });

  test('a print sheet of one photo is a sheet of several: the layout takes it', async () => {
    const [row] = await database.query<{ input: SheetOptions }>(`select input from tasks where id = 'task_sheet'`);
    expect(row!.input.items).toEqual([{ widthPx: 358, heightPx: 441, dpi: 350, count: null }]);
    expect(layOutSheet(row!.input)).toMatchObject({ width: 2_094, height: 1_406, counts: [12] });
  });

  test('a consent stands beside its task', async () => {
    expect(await database.query('select task_id, purpose, reference, given_by from consents order by id')).toEqual([
      { task_id: 'task_erased', purpose: 'x', reference: 'D', given_by: 'PERSON' },
      { task_id: 'task_face', purpose: '入职', reference: 'C', given_by: 'PERSON' },
    ]);
  });

  test('a photo that is bought says which call of its release buys it; the others say nothing', async () => {
    const rows = await database.query<{ id: string; part: number | null }>(
      'select id, release_part as part from photos',
    );
    expect(Object.fromEntries(rows.map(({ id, part }) => [id, part]))).toEqual({
      photo_b: 0,
      photo_a: 1,
      photo_free: null,
      photo_other: null,
    });
  });

  test.each([
    ['waiting_on', 'CALLER'],
    ['progress_source', 'ESTIMATED'],
  ])('%s can be %s no more', async (column, value) => {
    await expect(database.query(`update tasks set ${column} = $1`, [value])).rejects.toMatchObject({
      sqlState: '23514',
    });
  });

  test('what comes after has neither photos nor personal data unless it says so', async () => {
    await database.query(
      `insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, input)
       values ('task_new', 'other', 'PAINTING', 'QUEUED', 'VENDOR', 'QUEUED', 'NONE', 'LEQI', '{LEQI}', '{}')`,
    );
    const rows = await database.query(`select input_assets, sealed from tasks where id = 'task_new'`);
    expect(rows).toEqual([{ input_assets: [], sealed: null }]);
    await database.query(`delete from tasks where id = 'task_new'`);
  });
});
