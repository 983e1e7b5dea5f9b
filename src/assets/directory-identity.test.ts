import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { DRIVERS, openTestDatabase } from '../../test/store-setup.js';
import { newId } from '../kernel/ids.js';
import { insertAssets } from '../store/asset-rows.js';
import type { Database } from '../store/database.js';
import { bindDirectory, checkDirectory, describeDatabase, directoryId } from './directory-identity.js';
import { DiskFiles } from './disk-files.js';
import { DiskMarks } from './marks.js';

const log = pino({ level: 'silent' });
const ANOTHER = { code: 'DIRECTORY_OF_ANOTHER_DATABASE' };
const EMPTY = { code: 'DIRECTORY_EMPTY' };

describe.each(DRIVERS)('on %s', driver => {
  let database: Database;
  let folder: string;
  beforeAll(async () => {
    database = await openTestDatabase(driver);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'darkroom-identity-'));
    await database.query('truncate settings, assets');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const at = (name: string) => path.join(folder, name);
  const start = (directory: string) =>
    checkDirectory({
      database,
      files: new DiskFiles(directory),
      marks: new DiskMarks(directory),
      description: 'the first one',
      log,
    });
  /** What the database holds of a start. Another database is one that holds other settings and rows. */
  const heldId = async () =>
    (await database.query<{ value: string }>(`select value from settings where name = 'database_id'`))[0]?.value;

  async function addRow(id: string): Promise<void> {
    await insertAssets(database, [
      {
        id,
        tenantId: 'default',
        kind: 'INPUT',
        taskId: null,
        mime: 'image/png',
        bytes: 1,
        width: 1,
        height: 1,
        dpi: null,
        sha256: '',
        sourceSha256: null,
        watermarked: false,
        aiLabel: false,
        aigc: null,
        companionOf: null,
        expiresAt: new Date(),
      },
    ]);
  }

  async function addPicture(directory: string, withRow: boolean): Promise<string> {
    const id = newId('asset');
    await new DiskFiles(directory).write(id, Buffer.from('photo'));
    if (withRow) await addRow(id);
    return id;
  }

  /** As if another database were configured, one that was never used. */
  const switchDatabase = () => database.query('truncate settings, assets');

  test('the first start binds both, and later ones find it so', async () => {
    const id = await start(at('a'));
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect([await heldId(), await directoryId(new DiskMarks(at('a')))]).toEqual([id, id]);
    expect((await stat(at('a/database-id'))).mode & 0o777).toBe(0o600);
    expect(await start(at('a'))).toBe(id);
  });

  test('replicas that start at once on an empty directory agree on one id', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => start(at('a'))));
    expect(new Set(ids).size).toBe(1);
  });

  test('data of a version without ids is bound without hands, if the database knows a picture', async () => {
    await addPicture(at('a'), false);
    await addPicture(at('a'), true);
    expect(await start(at('a'))).toBe(await directoryId(new DiskMarks(at('a'))));
  });

  test('a new database on a directory with pictures is refused, and so it stays', async () => {
    await start(at('a'));
    const id = await addPicture(at('a'), true);
    await switchDatabase();
    for (let tries = 0; tries < 2; tries += 1) await expect(start(at('a'))).rejects.toMatchObject(ANOTHER);
    await expect(start(at('a'))).rejects.toThrow(/Its own is the first one.*echo adopt > ".*a\/database-id"$/);
    expect(await new DiskFiles(at('a')).read(id)).toBeDefined();
    // The slip left nothing behind: with a directory of its own the new database starts.
    await start(at('b'));
  });

  test('so is one on pictures of a version without ids, none of which it knows', async () => {
    await addPicture(at('a'), false);
    await expect(start(at('a'))).rejects.toMatchObject(ANOTHER);
    await expect(start(at('a'))).rejects.toThrow(/knows none of them/);
    await addRow(newId('asset'));
    await expect(start(at('a'))).rejects.toMatchObject(ANOTHER);
  });

  test('a database with a directory of its own is refused on the one of another, with pictures or without', async () => {
    await start(at('a'));
    await switchDatabase();
    await start(at('b'));
    await expect(start(at('a'))).rejects.toMatchObject(ANOTHER);
    await addPicture(at('a'), true);
    await expect(start(at('a'))).rejects.toMatchObject(ANOTHER);
  });

  test('an empty directory of a database that is gone is free for the next one', async () => {
    const before = await start(at('a'));
    await switchDatabase();
    expect(await start(at('a'))).not.toBe(before);
    expect(await directoryId(new DiskMarks(at('a')))).toBe(await heldId());
  });

  test('an empty directory where the database knows pictures is a disk that is not mounted', async () => {
    await start(at('a'));
    await addPicture(at('a'), true);
    await expect(start(at('not-mounted'))).rejects.toMatchObject(EMPTY);
    await expect(start(at('not-mounted'))).rejects.toThrow(/knows 1 pictures.*mounted\?/);
    // Nor is a folder made, into which a backup could not be put back.
    await expect(stat(at('not-mounted'))).rejects.toMatchObject({ code: 'ENOENT' });
    // And of a version without ids.
    await database.query('truncate settings');
    await expect(start(at('not-mounted'))).rejects.toMatchObject(EMPTY);
  });

  test('on a server, the second host has to have the directory of the first, even before there are pictures', async () => {
    await start(at('a'));
    if (driver === 'pglite') await start(at('b'));
    else await expect(start(at('b'))).rejects.toMatchObject(EMPTY);
  });

  test.each(['of another database', 'that is empty'])('a directory %s is adopted by a word', async which => {
    await start(at('a'));
    await addPicture(at('a'), which === 'that is empty');
    const before = await heldId();
    const directory = which === 'that is empty' ? at('b') : at('a');
    if (which === 'of another database') await switchDatabase();
    await expect(start(directory)).rejects.toThrow(/echo adopt/);
    await mkdir(directory, { recursive: true });
    await writeFile(path.join(directory, 'database-id'), 'adopt\n');
    const id = await start(directory);
    expect([await heldId(), await directoryId(new DiskMarks(directory))]).toEqual([id, id]);
    expect(id).not.toBe(before);
    // It is a word for one start: what held the old id does not belong to it any more.
    if (which === 'that is empty') await expect(start(at('a'))).rejects.toMatchObject(ANOTHER);
  });

  test('a directory that lost its file is known by its pictures', async () => {
    const id = await start(at('a'));
    await addPicture(at('a'), true);
    await rm(at('a/database-id'));
    expect(await start(at('a'))).toBe(id);
  });

  test('a command that puts both together binds them anew, and the database from before is refused', async () => {
    await start(at('a'));
    const old = await heldId();
    await addPicture(at('a'), true);
    await bindDirectory(database, new DiskMarks(at('a')), 'the new one');
    await start(at('a'));
    expect(await readFile(at('a/database-id'), 'utf8')).toBe(`${await heldId()}\nthe new one\n`);
    await database.query(`update settings set value = $1 where name = 'database_id'`, [old]);
    await expect(start(at('a'))).rejects.toThrow(/Its own is the new one/);
  });
});

test.each([
  [undefined, 'the embedded database in the folder `database` beside them'],
  ['postgresql://me:word@db.example:6000/photos?sslmode=require', 'Postgres at db.example:6000, database photos'],
  ['postgres://me:word@db.example/photos', 'Postgres at db.example:5432, database photos'],
  ['postgresql:///photos?host=/var/run/postgresql&user=me', 'Postgres at /var/run/postgresql, database photos'],
  ['host=db.example password=word', 'a Postgres server'],
])('a database is described without its login: %s', (url, description) => {
  expect(describeDatabase(url)).toBe(description);
});
