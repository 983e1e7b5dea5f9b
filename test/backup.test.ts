import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { backUp, restore } from '../src/maintenance/backup.js';
import { copyDatabase, TABLES } from '../src/maintenance/copy-database.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { migrate } from '../src/store/migrate.js';
import { temporaryFolder } from './running-server.js';
import { DRIVERS, openTestDatabase, silentLog } from './store-setup.js';
import { openTaskHouse, PHOTO, TENANT, ToySource } from './task-house.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function dataDirectory(): Promise<string> {
  const directory = path.join(folder.path, 'data');
  await mkdir(path.join(directory, 'assets'), { recursive: true });
  await writeFile(path.join(directory, 'secret'), 'a secret');
  await writeFile(path.join(directory, 'assets', 'a picture'), 'bytes');
  const database = await openPglite({ directory, log: silentLog, durable: false });
  await migrate(database);
  await database.query(
    `insert into assets (id, tenant_id, kind, mime, bytes, width, height, sha256, expires_at) values ('asset_x', 'default', 'INPUT', 'image/jpeg', 1, 1, 1, '', now())`,
  );
  await database.close();
  return directory;
}

test('a backup that is put back gives the same rows, pictures and secret', async () => {
  const directory = await dataDirectory();
  const backup = path.join(folder.path, 'backup');
  expect((await backUp(directory, backup)).files).toBeGreaterThan(3);
  await rm(directory, { recursive: true });
  await restore(backup, directory);
  expect((await readdir(directory)).sort()).toEqual(['assets', 'database', 'secret']);
  const database = await openPglite({ directory, log: silentLog, durable: false });
  expect(await database.query('select id from assets')).toEqual([{ id: 'asset_x' }]);
  await database.close();
});

test('a backup is refused while a server runs, and where its folder exists', async () => {
  const directory = await dataDirectory();
  await expect(backUp(directory, folder.path)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  const database = await openPglite({ directory, log: silentLog, durable: false });
  await expect(backUp(directory, path.join(folder.path, 'backup'))).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED' });
  await database.close();
});

test('a damaged backup, or a data directory that holds data, is refused and nothing is changed', async () => {
  const directory = await dataDirectory();
  const backup = path.join(folder.path, 'backup');
  await backUp(directory, backup);
  await expect(restore(backup, directory)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await writeFile(path.join(backup, 'assets', 'a picture'), 'other');
  const target = path.join(folder.path, 'target');
  await expect(restore(backup, target)).rejects.toThrow(/damaged: assets\/a picture/);
  await expect(restore(folder.path, target)).rejects.toThrow(/no manifest.json|has no manifest/);
});

test('every table of the schema is moved', async () => {
  const database = await openTestDatabase();
  const rows = await database.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  expect(
    rows
      .map(({ name }) => name)
      // What belongs to a database and not to its rows.
      .filter(name => name !== 'schema_migrations' && name !== 'settings')
      .sort(),
  ).toEqual([...TABLES].sort());
  await database.close();
});

test.each(DRIVERS)(
  'a database is copied row by row into an empty one on %s, and never into one that is not',
  async driver => {
    const house = await openTaskHouse();
    const target = await openTestDatabase(driver);
    house.runnerOf(new ToySource(true, async () => [PHOTO])).start();
    for (let index = 0; index < 3; index += 1) {
      const { id } = await house.create({
        reference: `order ${index}`,
        labels: ['a "quoted" label', '班级'],
        idempotencyKey: `key ${index}`,
      });
      await house.until(id, 'SUCCEEDED');
    }
    const counts = await copyDatabase(house.database, target);
    expect(counts).toMatchObject({
      tasks: 3,
      assets: 3,
      task_attempts: 3,
      ledger: 6,
      photos: 3,
      idempotency_keys: 3,
      task_queue: 0,
    });
    for (const table of TABLES) {
      const all = `select * from ${table} order by 1, 2`;
      expect(await target.query(all)).toEqual(await house.database.query(all));
    }
    expect(
      await target.query(
        `insert into ledger (tenant_id, task_id, attempt, operation, source, labels, kind, billed, units) values ('${TENANT}', 't', 1, 'x', 'x', '{}', 'INTENT', 'NO', 0) returning id`,
      ),
    ).toEqual([{ id: 7 }]);
    await expect(copyDatabase(house.database, target)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await target.close();
    await house.close();
  },
);
