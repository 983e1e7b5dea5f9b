import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { ERASURES, ErasureFile } from '../src/assets/erasure-file.js';
import { ANYONE } from '../src/audit/acts.js';
import { newId } from '../src/kernel/ids.js';
import { ROOT } from '../src/kernel/paths.js';
import { Sealer } from '../src/kernel/seal.js';
import { Secrets } from '../src/kernel/secrets.js';
import { checkBackup, type Manifest, pictureFile, writeManifest } from '../src/maintenance/backup-folder.js';
import { release } from '../src/operations/release.js';
import { openStore } from '../src/store/open-store.js';
import { keepPhoto } from '../src/store/photo-rows.js';
import { markDirectory } from '../src/store/restore-marks.js';
import { maintain, newPlace, type Place, SECRET } from './backup-house.js';
import { findIn } from './personal-traces.js';
import { refused } from './refused.js';
import { temporaryFolder } from './running-server.js';
import { DRIVERS, silentLog } from './store-setup.js';
import { openTaskHouse, PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';

const folder = temporaryFolder();
const places: Place[] = [];
async function place(...given: Parameters<typeof newPlace>): Promise<Place> {
  const made = await newPlace(...given);
  places.push(made);
  return made;
}
let names = 0;
async function freshPath(): Promise<string> {
  names += 1;
  return path.join((await folder).path, `${names}`);
}
afterAll(async () => {
  await Promise.all(places.map(made => made.remove()));
  await (await folder).remove();
});

async function inHouse<T>(at: Place, work: (house: TaskHouse) => Promise<T>): Promise<T> {
  const house = await openTaskHouse({}, {}, { database: await at.open(), dataDirectory: at.dataDirectory });
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}
async function makePhoto(house: TaskHouse): Promise<string> {
  const { id } = await house.create();
  return (await house.until(id, 'SUCCEEDED')).id;
}
const resultOf = async (house: TaskHouse, task: string) =>
  (await house.tasks.find(TENANT, task))!.result!.pictures[0]!.assetId;
/** A house with two tasks that have a picture each, and its backup. */
async function backedUp(driver: 'pglite' | 'postgres') {
  const from = await place(driver, 'newest');
  const [kept, other, picture] = await inHouse(from, async house => {
    house.runnerOf(new ToySource(false, async () => [PHOTO])).start();
    const ids = [await makePhoto(house), await makePhoto(house)] as const;
    return [...ids, await resultOf(house, ids[1])] as const;
  });
  const backup = await freshPath();
  await from.backUp(backup);
  return { from, backup, kept, other, picture };
}
const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

describe.each(DRIVERS)('a restore on %s', driver => {
  test('erases again what was erased after the backup, with the list of the house that is gone', async () => {
    const { from, backup, kept, other, picture } = await backedUp(driver);
    await inHouse(from, house => house.erasure.deleteTask(TENANT, other, ANYONE));
    const list = path.join(from.dataDirectory, ERASURES);

    const without = await place(driver);
    await without.restore(backup);
    expect(await isThere(path.join(without.dataDirectory, pictureFile(picture)))).toBe(true);

    const given = await place(driver);
    expect(await given.restore(backup, { erasures: list })).toMatchObject({ pictures: 1, erased: 2 });
    const survived = await place(driver);
    await mkdir(survived.dataDirectory, { recursive: true });
    await copyFile(list, path.join(survived.dataDirectory, ERASURES));
    await survived.restore(backup);
    for (const to of [given, survived]) {
      expect(await isThere(path.join(to.dataDirectory, pictureFile(picture)))).toBe(false);
      await inHouse(to, async house => {
        expect(await house.tasks.find(TENANT, other)).toBeUndefined();
        expect(await house.tasks.find(TENANT, kept)).toBeDefined();
        await expect(house.assets.bytesOf(TENANT, picture)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
        expect((await house.erasures.read()).tasks).toEqual([other]);
      });
    }
    await expect(given.restore(backup, { erasures: `${list}.none` })).rejects.toThrow(/no list of erasures/);
  }, 240_000);

  test('does not put back what has expired since', async () => {
    const { from, kept, picture } = await backedUp(driver);
    const database = await from.open();
    await database.query(`update assets set expires_at = now() where id = $1`, [picture]);
    await database.close();
    const backup = await freshPath();
    await from.backUp(backup);
    const to = await place(driver);
    expect(await to.restore(backup)).toMatchObject({ pictures: 1 });
    expect(await isThere(path.join(to.dataDirectory, pictureFile(picture)))).toBe(false);
    await inHouse(to, async house => {
      await expect(house.assets.bytesOf(TENANT, picture)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
      expect((await house.assets.bytesOf(TENANT, await resultOf(house, kept))).byteLength).toBeGreaterThan(0);
    });
  }, 240_000);

  test('that was interrupted leaves a house that does not start, and is done again', async () => {
    const { backup } = await backedUp(driver);
    const to = await place(driver);
    const obstacle = path.join(to.dataDirectory, 'assets', 'temporary');
    await mkdir(path.dirname(obstacle), { recursive: true });
    // In the place of a folder: the rows are in when this is met.
    await writeFile(obstacle, '');
    await expect(to.restore(backup)).rejects.toThrow();
    const start = () =>
      openStore({
        databaseUrl: to.databaseUrl,
        dataDirectory: to.dataDirectory,
        secret: SECRET,
        log: silentLog,
        onStopped: () => {},
      });
    await expect(start()).rejects.toMatchObject({ code: 'RESTORE_UNFINISHED' });
    await expect(to.backUp(await freshPath())).rejects.toMatchObject({ code: 'RESTORE_UNFINISHED' });
    await rm(obstacle);
    expect(await to.restore(backup)).toMatchObject({ pictures: 2 });
    const store = await start();
    expect(await store.database.query('select count(*) as count from tasks')).toEqual([{ count: 2 }]);
    await store.close();
    await expect(to.restore(backup)).rejects.toThrow(/holds rows/);
  }, 240_000);

  test('that was interrupted before there was a database leaves no place for a new house', async () => {
    const { backup } = await backedUp(driver);
    const to = await place(driver);
    await mkdir(to.dataDirectory, { recursive: true });
    await markDirectory(to.dataDirectory);
    const { dataDirectory, databaseUrl } = to;
    const start = () => openStore({ databaseUrl, dataDirectory, secret: SECRET, log: silentLog, onStopped: () => {} });
    await expect(start()).rejects.toMatchObject({ code: 'RESTORE_UNFINISHED' });
    expect(await to.restore(backup)).toMatchObject({ pictures: 2 });
    await (await start()).close();
  }, 240_000);

  test('of an older schema goes through the migrations that came after it', async () => {
    const from = await place(driver, 2);
    const database = await from.open();
    const id = newId('task');
    await database.query(
      `insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, input)
       values ($1, 'default', 'ID_PHOTO', 'QUEUED', 'CALLER', 'QUEUED', 'ESTIMATED', 'LOCAL', '{LOCAL}', $2::jsonb)`,
      [id, JSON.stringify({ photo: 'asset_x', specId: null })],
    );
    await database.query(`insert into task_queue (task_id, tenant_id, source) values ($1, 'default', 'LOCAL')`, [id]);
    // As migration 003 expects it of rows that were written before.
    await database.query(`update tasks set waiting_on = 'VENDOR', progress_source = 'NONE'`);
    await database.close();
    const backup = await freshPath();
    expect(await from.backUp(backup)).toMatchObject({ schema: 2 });
    const to = await place(driver);
    // Interrupted when the schema is up to date already, it begins anew all the same.
    const obstacle = path.join(to.dataDirectory, 'assets', 'database-id');
    await mkdir(obstacle, { recursive: true });
    await expect(to.restore(backup)).rejects.toThrow('EISDIR');
    await rm(obstacle, { recursive: true });
    expect(await to.restore(backup)).toMatchObject({ again: 1 });
    await inHouse(to, async house => {
      expect(await house.tasks.find(TENANT, id)).toMatchObject({ inputAssets: ['asset_x'], input: { specId: null } });
    });
    // A database whose schema is ahead already cannot take those rows.
    await expect((await place(driver, 'newest')).restore(backup)).rejects.toThrow(/restore into a new database/);
  }, 240_000);

  test('wants a yes before a preview is bought that may have been bought since', async () => {
    const from = await place(driver, 'newest');
    const [sold, expired, held] = [newId('photo'), newId('photo'), newId('photo')];
    await inHouse(from, async house => {
      house.runnerOf(new ToySource(false, async () => [PHOTO], { vendor: 'LEQI' })).start();
      const { id: taskId } = await house.create({ route: ['LEQI'] });
      await house.until(taskId, 'SUCCEEDED');
      await house.database.query('delete from photos');
      const row = { tenantId: TENANT, taskId, source: 'LEQI' as const, measured: null, previewAssetId: null };
      const rest = { sheetPreviewAssetId: null, cleanAssetId: null, sheetAssetId: null, vendorRef: 'leqi/1.jpg' };
      const soon = new Date(Date.now() + 600_000);
      await keepPhoto(house.database, { ...row, ...rest, id: sold, index: 0, releaseUntil: soon });
      await keepPhoto(house.database, { ...row, ...rest, id: expired, index: 1, releaseUntil: new Date(0) });
      // What LOCAL holds costs nothing, so nothing of it is in doubt.
      await keepPhoto(house.database, { ...row, ...rest, source: 'LOCAL', id: held, index: 2, releaseUntil: soon });
    });
    const backup = await freshPath();
    await from.backUp(backup);
    const to = await place(driver);
    expect(await to.restore(backup)).toMatchObject({ photos: 1 });
    await inHouse(to, async house => {
      const buy = async (acceptPossibleCharge: boolean) => {
        const { id } = await house.create({ route: ['LEQI'] });
        const request = { photoIds: [sold], acceptPossibleCharge };
        await house.database.transaction(sql => release.reserve!(sql, { id, tenantId: TENANT }, request));
      };
      expect(await refused(() => buy(false))).toBe('ALREADY_RELEASED input.photoIds.0 ALREADY_RELEASED');
      await buy(true);
      // Nobody asked for it in the backup: it is no call of the books.
      const day = 86_400_000;
      expect(await house.usage.sum(TENANT, new Date(Date.now() - day), new Date(Date.now() + day), [])).toEqual([]);
    });
  }, 240_000);

  test('holds personal data of open tasks sealed, and drops what no call will need', async () => {
    const person = { name: '钟离匿名', idNumber: '110101190001010006' };
    const from = await place(driver, 'newest');
    const sealed = new Sealer(new Secrets([Buffer.alloc(32, 9)]), 'seals').seal(
      JSON.stringify(person),
      'default FACE_VERIFICATION',
    );
    const id = await inHouse(from, async house => (await house.create({ route: ['FEGINE'], sealed })).id);
    const backup = await freshPath();
    await from.backUp(backup);
    expect(findIn(backup, '', Object.values(person))).toEqual([]);
    expect(await readFile(path.join(backup, 'rows', 'tasks.jsonl'), 'utf8')).toContain(sealed);
    const to = await place(driver);
    await to.restore(backup);
    await inHouse(to, async house => {
      expect(await house.tasks.find(TENANT, id)).toMatchObject({ state: 'NEEDS_REVIEW', sealed: null });
    });
  }, 240_000);
});

test('a newer schema is refused, by the backup and by the restore', async () => {
  const { from, backup } = await backedUp('postgres');
  const { manifest } = await checkBackup(backup);
  for (const name of ['manifest.json', 'manifest.json.sha256']) await rm(path.join(backup, name));
  await writeManifest(backup, { ...manifest, schema: 999 } satisfies Manifest);
  const to = await place('pglite');
  await expect(to.restore(backup)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
  expect(await isThere(to.dataDirectory)).toBe(false);
  const database = await from.open();
  await database.query(`insert into schema_migrations (version, name, sha256) values (999, 'later', '')`);
  await database.close();
  await expect(from.backUp(await freshPath())).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
});

describe('the secret', () => {
  const file = (at: Place) => path.join(at.dataDirectory, 'secret');

  test('of an embedded house is put back from a backup that has it, for the owner alone', async () => {
    const from = await place('pglite', 'newest');
    await writeFile(file(from), 'the own secret of this embedded house');
    const backup = await freshPath();
    await from.backUp(backup, { secret: undefined, withSecret: true });
    const to = await place('pglite');
    expect(await to.restore(backup, { secret: undefined })).toMatchObject({ secretKept: true });
    expect(await readFile(file(to), 'utf8')).toBe('the own secret of this embedded house');
    expect((await stat(file(to))).mode & 0o777).toBe(0o600);
    // Postgres has it from the environment.
    const other = await place('postgres');
    await expect(other.restore(backup)).rejects.toThrow(/DARKROOM_SECRET_FILE=.*secret/);
  });

  test('is asked for where the backup does not have it: by the variable, or in the data directory', async () => {
    const { backup } = await backedUp('pglite');
    const to = await place('pglite');
    const wrong = 'another secret, of another house';
    for (const secret of [undefined, wrong])
      await expect(to.restore(backup, { secret })).rejects.toMatchObject({ code: 'SECRET_DIFFERS' });
    expect(await isThere(to.dataDirectory)).toBe(false);
    await mkdir(to.dataDirectory, { recursive: true });
    await writeFile(file(to), SECRET);
    expect(await to.restore(backup, { secret: undefined })).toMatchObject({ secretKept: true });
    const lost = await place('pglite');
    expect(await lost.restore(backup, { secret: wrong, newSecret: true })).toMatchObject({ secretKept: false });
  });

  test('of an embedded house that came by the variable is not replaced by a start without it', async () => {
    const { backup } = await backedUp('pglite');
    const to = await place('pglite');
    const restored = await maintain({ ...to.environment, DARKROOM_SECRET: SECRET }, ['restore', backup]);
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining(`write it to ${file(to)}`) });
    const start = (secret: string | undefined) =>
      openStore({
        databaseUrl: undefined,
        dataDirectory: to.dataDirectory,
        secret,
        log: silentLog,
        onStopped: () => {},
      });
    await expect(start(undefined)).rejects.toMatchObject({ code: 'SECRET_DIFFERS' });
    expect(await isThere(file(to))).toBe(false);
    await (await start(SECRET)).close();
  }, 150_000);

  test('that is new is told, with what is lost', async () => {
    const { backup } = await backedUp('pglite');
    const to = await place('pglite');
    const bare = { ...to.environment, DARKROOM_SECRET: '' };
    const without = await maintain(bare, ['restore', backup]);
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('--new-secret') });
    const renewed = await maintain(bare, ['restore', '--new-secret', backup]);
    expect(renewed).toMatchObject({ code: 0, stdout: expect.stringContaining('links that were given out have ended') });
  }, 150_000);
});

/** A lock that stops a command where it comes to this table. */
async function holdTable(
  databaseUrl: string,
  table: string,
  mode: 'share' | 'access exclusive',
): Promise<{ reached(): Promise<void>; release(): Promise<void> }> {
  const holder = new Client(databaseUrl);
  await holder.connect();
  await holder.query(`begin; lock table ${table} in ${mode} mode`);
  return {
    reached: async () => {
      for (;;) {
        const { rows } = await holder.query(`select 1 from pg_locks where not granted and relation = $1::regclass`, [
          table,
        ]);
        if (rows.length > 0) return;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    },
    release: () => holder.end(),
  };
}

test('beside a live house: what comes after the snapshot is not in the backup, and what is erased meanwhile breaks nothing', async () => {
  const { from, other, picture } = await backedUp('postgres');
  const backup = await freshPath();
  // The last table: the snapshot is taken, and no picture is copied yet.
  const held = await holdTable(from.databaseUrl!, 'idempotency_keys', 'access exclusive');
  const making = from.backUp(backup);
  await held.reached();
  const later = await inHouse(from, async house => {
    house.runnerOf(new ToySource(false, async () => [PHOTO])).start();
    const id = await makePhoto(house);
    await house.assets.purge(TENANT, [picture]);
    return { id, picture: await resultOf(house, id) };
  });
  await held.release();
  const manifest = await making;
  expect(manifest.lacking).toEqual([]);
  expect(manifest.tables.tasks!.rows).toBe(2);
  const files = Object.keys(manifest.files).filter(name => name.startsWith('assets/'));
  expect(files).toHaveLength(1);
  expect(files).not.toContain(pictureFile(later.picture));
  expect(await checkBackup(backup)).toMatchObject({ faults: [] });
  expect((await new ErasureFile(path.join(backup, ERASURES)).read()).assets).toEqual([picture]);
  const to = await place('pglite');
  expect(await to.restore(backup)).toMatchObject({ pictures: 1 });
  await inHouse(to, async house => {
    expect(await house.tasks.find(TENANT, later.id)).toBeUndefined();
    expect(await house.tasks.find(TENANT, other)).toBeDefined();
    await expect(house.assets.bytesOf(TENANT, picture)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
  });
}, 240_000);

test('a restore that is killed before its rows are in is done again', async () => {
  const { backup } = await backedUp('postgres');
  const to = await place('postgres', 'newest');
  // It can see that the table is empty, and not write into it.
  const held = await holdTable(to.databaseUrl!, 'photos', 'share');
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/src/maintenance/maintain.js'), 'restore', backup], {
    env: { PATH: process.env.PATH, ...to.environment },
    stdio: 'ignore',
  });
  await held.reached();
  child.kill('SIGKILL');
  await new Promise(resolve => child.once('exit', resolve));
  await held.release();
  await expect(to.backUp(await freshPath())).rejects.toMatchObject({ code: 'RESTORE_UNFINISHED' });
  expect(await to.restore(backup)).toMatchObject({ pictures: 2 });
}, 240_000);
