import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLog } from '../../test/store-setup.js';
import { openPglite } from './drivers/pglite.js';
import { appliedVersion, knownVersion } from './migrate.js';
import { createCluster, sweepUnfinished } from './template.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-template-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a cluster is readable for this user only and leaves nothing beside it', async () => {
  await createCluster(path.join(folder, 'database'), { durable: true });
  expect(await readdir(folder)).toEqual(['database']);
  expect((await stat(path.join(folder, 'database'))).mode & 0o777).toBe(0o700);
});

test('a new database has the newest schema at once, or none where it is asked to be empty', async () => {
  const versions = [];
  for (const empty of [false, true]) {
    const database = await openPglite({
      directory: path.join(folder, `${empty}`),
      log: silentLog,
      durable: false,
      empty,
    });
    versions.push(await appliedVersion(database));
    await database.close();
  }
  expect(versions).toEqual([await knownVersion(), 0]);
});

test('the sweep removes unfinished clusters of this directory and nothing else', async () => {
  for (const name of ['database', 'database.new-abc', 'database2.new-abc', 'assets'])
    await mkdir(path.join(folder, name));
  await sweepUnfinished(path.join(folder, 'database'));
  expect((await readdir(folder)).sort()).toEqual(['assets', 'database', 'database2.new-abc']);
});
