import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../src/kernel/paths.js';
import { backUp, restore } from '../src/maintenance/backup.js';
import { copyDatabase } from '../src/maintenance/copy-database.js';
import { TABLES } from '../src/maintenance/rows.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { migrate } from '../src/store/migrate.js';
import { temporaryFolder } from './running-server.js';
import { createPostgresDatabase, DRIVERS, openTestDatabase, silentLog } from './store-setup.js';
import { openTaskHouse, PHOTO, TENANT, ToySource } from './task-house.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let original: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  original = await temporaryFolder();
  await fill(original.path);
});
afterAll(() => original.remove());
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function dataDirectory(): Promise<string> {
  const directory = path.join(folder.path, 'data');
  await cp(original.path, directory, { recursive: true });
  return directory;
}

/** As a server that has stopped leaves it. */
async function fill(directory: string): Promise<void> {
  await mkdir(path.join(directory, 'assets'), { recursive: true });
  await writeFile(path.join(directory, 'secret'), 's'.repeat(64));
  await writeFile(path.join(directory, 'assets', 'a picture'), 'bytes');
  const database = await openPglite({ directory, log: silentLog, durable: false });
  await migrate(database);
  await database.query(
    `insert into assets (id, tenant_id, kind, mime, bytes, width, height, sha256, expires_at) values ('asset_x', 'default', 'INPUT', 'image/jpeg', 1, 1, 1, '', now())`,
  );
  await database.close();
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

test('npm run move-to-postgres moves the embedded database, once, and only into an empty one', async () => {
  const directory = await dataDirectory();
  const target = await createPostgresDatabase();
  const move = (over: Record<string, string>) =>
    promisify(execFile)(
      process.execPath,
      [path.join(ROOT, 'dist', 'src', 'maintenance', 'maintain.js'), 'move-to-postgres'],
      {
        env: { PATH: process.env.PATH, DARKROOM_DATA_DIR: directory, ...over },
      },
    );
  await expect(move({})).rejects.toMatchObject({ stderr: expect.stringContaining('DATABASE_URL') });
  const other = { DATABASE_URL: target.url, DARKROOM_SECRET: 'x'.repeat(64) };
  await expect(move(other)).rejects.toMatchObject({ stderr: expect.stringContaining('DARKROOM_SECRET_FILE') });
  const right = { DATABASE_URL: target.url, DARKROOM_SECRET_FILE: path.join(directory, 'secret') };
  expect((await move(right)).stdout).toContain('1 assets');
  const moved = await openPostgres({ url: target.url, log: silentLog });
  expect(await moved.query('select id from assets')).toEqual([{ id: 'asset_x' }]);
  await moved.close();
  await expect(move(right)).rejects.toMatchObject({
    stderr: expect.stringContaining('holds rows'),
  });
  await target.drop();
});
