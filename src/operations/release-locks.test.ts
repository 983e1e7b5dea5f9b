import { createPostgresDatabase, silentLog } from '../../test/store-setup.js';
import { openTaskHouse, TENANT } from '../../test/task-house.js';
import { newId } from '../kernel/ids.js';
import type { Database } from '../store/database.js';
import { openPostgres } from '../store/drivers/postgres.js';
import { MIGRATIONS } from '../store/migrate.js';
import { keepPhoto } from '../store/photo-rows.js';
import { insertTask, type NewTask } from '../store/task-rows.js';
import { release } from './release.js';

let made: { url: string; drop(): Promise<void> };
let house: Awaited<ReturnType<typeof openTaskHouse>>;
let database: Database;
beforeAll(async () => {
  made = await createPostgresDatabase(MIGRATIONS);
  database = await openPostgres({ url: made.url, log: silentLog });
  house = await openTaskHouse({}, {}, { database });
});
afterAll(async () => {
  await house.close();
  await made.drop();
});

async function preview(): Promise<string> {
  const { id: taskId } = await house.create({ route: ['LEQI'] });
  const id = newId('photo');
  const none = { measured: null, sheetPreviewAssetId: null, cleanAssetId: null, sheetAssetId: null };
  const sold = { vendorRef: 'leqi/1.jpg', releaseUntil: new Date(Date.now() + 60_000) };
  const previewAssetId = newId('asset');
  await keepPhoto(database, {
    id,
    tenantId: TENANT,
    taskId,
    index: 0,
    source: 'LEQI',
    previewAssetId,
    ...none,
    ...sold,
  });
  return id;
}

/** The row of a release, which is written in the same transaction. */
const RELEASE: Omit<NewTask, 'id'> = {
  tenantId: TENANT,
  operation: 'RELEASE',
  source: 'LEQI',
  route: ['LEQI'],
  ignoredOptions: [],
  input: { photos: [] },
  inputAssets: [],
  sealed: null,
  reference: null,
  labels: [],
  apiKeyId: null,
  unitPrices: [],
  retryOf: null,
  traceparent: null,
  webhookId: null,
};

const CREATED = {
  tenantId: TENANT,
  act: 'TASK_CREATED',
  actorKind: 'OPEN',
  actorId: null,
  operation: 'RELEASE',
  taskId: null,
  objectId: null,
  subject: null,
  outcome: null,
};

/** A release whose transaction stays open until `commit` resolves. */
async function buy(photoIds: string[], commit: Promise<void>, reserved: () => void = () => {}): Promise<string> {
  return database
    .transaction(async sql => {
      const id = newId('task');
      await insertTask(sql, { ...RELEASE, id }, CREATED, { vendors: [], ids: [] });
      await release.reserve!(sql, { id, tenantId: TENANT }, { photoIds });
      reserved();
      await commit;
      return 'BOUGHT';
    })
    .catch(error => error.code as string);
}

/** Resolves when somebody waits for a lock of somebody else. */
async function somebodyWaits(): Promise<void> {
  const waiting = 'select 1 from pg_locks where not granted';
  while ((await database.query(waiting)).length === 0) await new Promise(resolve => setTimeout(resolve, 5));
}

test('of two releases of one photo at once the second waits for the first, and buys nothing', async () => {
  const photo = await preview();
  let commit = () => {};
  const committed = new Promise<void>(resolve => {
    commit = resolve;
  });
  let first: Promise<string> = Promise.resolve('');
  await new Promise<void>(reserved => {
    first = buy([photo], committed, reserved);
  });
  const second = buy([photo], Promise.resolve());
  await somebodyWaits();
  commit();
  expect(await Promise.all([first, second])).toEqual(['BOUGHT', 'ALREADY_RELEASED']);
});

test('releases of the same photos in different orders do not wait for each other for ever', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [a, b] = [await preview(), await preview()];
    const tries = [
      [a, b],
      [b, a],
      [a, b],
      [b, a],
    ].map(photos => buy(photos, Promise.resolve()));
    expect((await Promise.all(tries)).sort()).toEqual([...Array(3).fill('ALREADY_RELEASED'), 'BOUGHT']);
  }
});

test('what a release has brought is written in the order in which photos are locked', async () => {
  const ids = [await preview(), await preview(), await preview()].sort().reverse();
  const written: unknown[] = [];
  const sql = {
    query: async (_text: string, [id]: unknown[] = []) => {
      written.push(id);
      return [];
    },
  };
  const input = { photos: ids.map(photoId => ({ photoId })) };
  const pictures = ids.map((_, index) => ({ role: 'CLEAN', index, assetId: 'asset' }));
  await release.record!(sql as never, { input } as never, { pictures } as never);
  expect(written).toEqual([...ids].sort());
});
