import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ANYONE } from '../src/audit/acts.js';
import { newId } from '../src/kernel/ids.js';
import { checkBackup, pictureFile } from '../src/maintenance/backup-folder.js';
import { TABLES } from '../src/maintenance/rows.js';
import type { Database } from '../src/store/database.js';
import { findRestoredFrom } from '../src/store/restore-marks.js';
import { newPlace, type Place, SECRET } from './backup-house.js';
import { temporaryFolder } from './running-server.js';
import { DRIVERS, type Driver } from './store-setup.js';
import { openTaskHouse, PHOTO, ToySource } from './task-house.js';

const folder = temporaryFolder();
let names = 0;
async function freshPath(): Promise<string> {
  names += 1;
  return path.join((await folder).path, `${names}`);
}
const places: Place[] = [];
async function place(...given: Parameters<typeof newPlace>): Promise<Place> {
  const made = await newPlace(...given);
  places.push(made);
  return made;
}
afterAll(async () => {
  await Promise.all(places.map(made => made.remove()));
  await (await folder).remove();
});

/** A house that has made three tasks with a picture each, of which one is erased again. */
async function filledPlace(driver: Driver): Promise<Place> {
  const made = await place(driver, 'newest');
  const house = await openTaskHouse({}, {}, { database: await made.open(), dataDirectory: made.dataDirectory });
  house.runnerOf(new ToySource(true, async () => [PHOTO])).start();
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    const { id } = await house.create({
      // Node 24 takes U+2028 for the end of a line.
      reference: `order\u2028${index}`,
      labels: ['a "quoted"\n', '班级'],
    });
    ids.push((await house.until(id, 'SUCCEEDED')).id);
  }
  await house.erasure.deleteTask('default', ids[2]!, ANYONE);
  await house.close();
  return made;
}

async function rowsOf(database: Database): Promise<unknown[][]> {
  const all: unknown[][] = [];
  for (const table of TABLES) all.push(await database.query(`select * from ${table} order by 1, 2`));
  return all;
}

/** One backup a store for all tests that only read it, and its copy for those that damage one. */
const made = new Map<Driver, Promise<{ from: Place; backup: string }>>();
function backedUp(driver: Driver): Promise<{ from: Place; backup: string }> {
  const before = made.get(driver);
  if (before !== undefined) return before;
  const now = (async () => {
    const from = await filledPlace(driver);
    const backup = await freshPath();
    await from.backUp(backup);
    return { from, backup };
  })();
  made.set(driver, now);
  return now;
}
async function copyOfBackup(driver: Driver = 'pglite'): Promise<string> {
  const copy = await freshPath();
  await cp((await backedUp(driver)).backup, copy, { recursive: true });
  return copy;
}

const both = DRIVERS.flatMap(from => DRIVERS.map(to => [from, to] as const));

test.each(both)(
  'a backup of %s that is put into %s gives the same rows and pictures',
  async (driver, other) => {
    const { from, backup } = await backedUp(driver);
    const to = await place(other);
    const done = await to.restore(backup);
    expect(done).toMatchObject({ pictures: 2, review: 0, again: 0, secretKept: true });
    const [before, after] = [await from.open(), await to.open()];
    expect(await rowsOf(after)).toEqual(await rowsOf(before));
    expect((await findRestoredFrom(after))?.backupOf.toISOString()).toBe(done.manifest.takenAt);
    // The ledger's numbers go on.
    const [next] = await after.query<{ id: number }>(
      `insert into ledger (tenant_id, task_id, attempt, operation, source, labels, kind, billed, units)
     values ('default', 't', 1, 'x', 'x', '{}', 'INTENT', 'NO', 0) returning id`,
    );
    expect(next!.id).toBe(7);
    const assets = await after.query<{ id: string; sha256: string }>(
      'select id, sha256 from assets where purged_at is null',
    );
    for (const { id } of assets)
      expect(await readFile(path.join(to.dataDirectory, pictureFile(id)))).toEqual(
        await readFile(path.join(from.dataDirectory, pictureFile(id))),
      );
    expect(assets).toHaveLength(2);
    await Promise.all([before.close(), after.close()]);
  },
  60_000,
);

test.each(DRIVERS)('a backup of %s can be read by its owner alone, and holds no secret and no log', async driver => {
  const { backup } = await backedUp(driver);
  const entries = await readdir(backup, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const { mode } = await stat(path.join(entry.parentPath, entry.name));
    expect([entry.name, mode & 0o777]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600]);
  }
  expect((await stat(backup)).mode & 0o777).toBe(0o700);
  expect((await readdir(backup)).sort()).toEqual([
    'assets',
    'erasures.jsonl',
    'manifest.json',
    'manifest.json.sha256',
    'rows',
  ]);
  expect((await readdir(path.join(backup, 'rows'))).sort()).toEqual(TABLES.map(table => `${table}.jsonl`).sort());
  expect(await readdir(path.dirname(backup))).not.toContain(`${path.basename(backup)}.new`);
  for (const entry of entries.filter(entry => entry.isFile()))
    expect((await readFile(path.join(entry.parentPath, entry.name))).includes(SECRET)).toBe(false);
});

test('a backup says what it holds: versions, rows, pictures; and its check says that it is whole', async () => {
  const { from, backup } = await backedUp('postgres');
  const { manifest, faults } = await checkBackup(backup);
  expect(faults).toEqual([]);
  expect(manifest).toMatchObject({ format: 1, product: expect.stringMatching(/^\d+\.\d+/), lacking: [] });
  expect(manifest.tables).toMatchObject({ tasks: { rows: 2 }, assets: { rows: 3 }, ledger: { rows: 6 } });
  const checked = await from.run('restore', '--check', backup);
  expect(checked).toMatchObject({ code: 0, stderr: '' });
  expect(checked.stdout).toContain('2 tasks, 3 assets');
  expect(checked.stdout).toContain('The backup is whole.');
});

const picture = async (backup: string) =>
  path.join(backup, Object.keys((await checkBackup(backup)).manifest.files).find(name => name.startsWith('assets/'))!);
async function flip(file: string, at = 10): Promise<void> {
  const bytes = await readFile(file);
  bytes[at]! ^= 1;
  await writeFile(file, bytes);
}
async function cut(file: string): Promise<void> {
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, bytes.length - 5));
}

test.each<[string, (backup: string) => Promise<void>, RegExp]>([
  ['a byte of a picture', async backup => flip(await picture(backup)), /assets\/.*: not as it was written/],
  ['a picture that is gone', async backup => rm(await picture(backup)), /assets\/.*: missing/],
  [
    'rows that were cut',
    backup => cut(path.join(backup, 'rows', 'ledger.jsonl')),
    /rows\/ledger\.jsonl: not \d+ bytes/,
  ],
  ['a byte of a row', backup => flip(path.join(backup, 'rows', 'tasks.jsonl')), /rows\/tasks\.jsonl: not as/],
  ['a file that is too many', backup => writeFile(path.join(backup, 'more'), ''), /more: does not belong here/],
  [
    'a byte of the manifest',
    backup => flip(path.join(backup, 'manifest.json')),
    /manifest\.json is not as it was written/,
  ],
  ['a manifest that is gone', backup => rm(path.join(backup, 'manifest.json')), /it has no manifest\.json/],
  ['a list of erasures that is gone', backup => rm(path.join(backup, 'erasures.jsonl')), /erasures\.jsonl: missing/],
])(
  '%s is found by the check, and nothing is restored',
  async (_, damage, words) => {
    const backup = await copyOfBackup();
    await damage(backup);
    const to = await place('pglite');
    const checked = await to.run('restore', '--check', backup);
    expect(checked.code).toBe(1);
    expect(`${checked.stdout}${checked.stderr}`).toMatch(words);
    await expect(to.restore(backup)).rejects.toThrow(words);
    await expect(stat(to.dataDirectory)).rejects.toMatchObject({ code: 'ENOENT' });
  },
  30_000,
);

test('what an interrupted backup left is replaced, and one that fails leaves nothing', async () => {
  const { from } = await backedUp('postgres');
  const backup = await freshPath();
  await mkdir(`${backup}.new`);
  await writeFile(path.join(`${backup}.new`, 'half'), '');
  await from.backUp(backup);
  expect(await readdir(backup)).not.toContain('half');
  await expect(from.backUp(backup)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });

  // The list of erasures cannot be read: a folder stands in its place.
  const list = path.join(from.dataDirectory, 'erasures.jsonl');
  await rename(list, `${list}.away`);
  await mkdir(list);
  const failing = await freshPath();
  await expect(from.backUp(failing)).rejects.toThrow();
  await rm(list, { recursive: true });
  await rename(`${list}.away`, list);
  for (const name of [failing, `${failing}.new`]) await expect(stat(name)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('an embedded house is backed up while its server is stopped, and a folder without one is no house', async () => {
  const { from } = await backedUp('pglite');
  const database = await from.open();
  await expect(from.backUp(await freshPath())).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED' });
  await database.close();
  const none = await place('pglite');
  await expect(none.backUp(await freshPath())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(stat(none.dataDirectory)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a picture that the house has lost is told, by the backup and by its check; the rest is kept', async () => {
  const from = await filledPlace('postgres');
  const database = await from.open();
  const [lost, changed] = await database.query<{ id: string }>('select id from assets where purged_at is null');
  await database.close();
  await rm(path.join(from.dataDirectory, pictureFile(lost!.id)));
  await flip(path.join(from.dataDirectory, pictureFile(changed!.id)), 100);
  const backup = await freshPath();
  const done = await from.run('backup', backup);
  expect(done.code).toBe(1);
  for (const { id } of [lost!, changed!]) expect(done.stdout).toContain(id);
  const checked = await from.run('restore', '--check', backup);
  expect(checked.code).toBe(1);
  expect(checked.stdout).toContain('The backup is whole.');
  expect(checked.stdout).toContain(lost!.id);
  expect(await (await place('postgres')).restore(backup)).toMatchObject({ pictures: 0 });
}, 90_000);

test('a backup into the data directory, with which it would be lost, is refused', async () => {
  const { from } = await backedUp('pglite');
  for (const name of ['.', 'backup', 'assets/backup'])
    await expect(from.backUp(path.join(from.dataDirectory, name))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await readdir(from.dataDirectory)).not.toContain('backup');
  expect(await from.backUp(`${from.dataDirectory}-backup`)).toMatchObject({ lacking: [] });
});

test('a house that holds rows or pictures is not restored into', async () => {
  const { from, backup } = await backedUp('postgres');
  await expect(from.restore(backup)).rejects.toThrow(/holds rows in tasks/);
  const to = await place('postgres', 'newest');
  const id = newId('asset');
  await mkdir(path.dirname(path.join(to.dataDirectory, pictureFile(id))), { recursive: true });
  await writeFile(path.join(to.dataDirectory, pictureFile(id)), 'a picture');
  await expect(to.restore(backup)).rejects.toThrow(/holds pictures already/);
  await rm(path.join(to.dataDirectory, 'assets'), { recursive: true });
  // An empty one may be migrated already.
  expect(await to.restore(backup)).toMatchObject({ pictures: 2 });
});
