import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lend } from '../test/shared-house.js';
import { DRIVERS, openTestDatabase } from '../test/store-setup.js';
import { checkDirectory } from './assets/directory-identity.js';
import { DiskFiles } from './assets/disk-files.js';
import { DiskMarks } from './assets/marks.js';
import { LIMITS } from './kernel/limits.js';
import { Readiness, type ReadinessParts } from './readiness.js';
import type { Database } from './store/database.js';

const ROOM = 10 * LIMITS.asset.freeBytes;

describe.each(DRIVERS)('on %s', driver => {
  let database: Database;
  let schemaVersion: number;
  let folder: string;
  let parts: ReadinessParts;
  const logged: Record<string, unknown>[] = [];

  beforeAll(async () => {
    database = await openTestDatabase(driver);
    const [newest] = await database.query<{ version: number }>('select max(version) as version from schema_migrations');
    schemaVersion = newest!.version;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'darkroom-ready-'));
    logged.length = 0;
    await database.query('truncate settings');
    const directory = path.join(folder, 'assets');
    const files = new DiskFiles(directory);
    const log = {
      info: (fields: unknown) => void logged.push(fields as Record<string, unknown>),
      error: (fields: unknown) => void logged.push(fields as Record<string, unknown>),
    } as ReadinessParts['log'];
    const marks = new DiskMarks(directory);
    parts = {
      database,
      schemaVersion,
      files,
      marks,
      folders: driver === 'pglite' ? [directory, folder] : [directory],
      log,
      freeBytes: async () => ROOM,
    };
    const silent = { info: () => {}, warn: () => {} };
    await checkDirectory({ database, files, marks, description: '', log: silent });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** As a probe sees it, without what is kept from the one before. */
  const look = async (over: Partial<ReadinessParts> = {}) =>
    (await new Readiness({ ...parts, ...over }).obstacles()).map(({ code, message }) => `${code} ${message}`);

  test('a server that can take a task is ready, and leaves nothing behind', async () => {
    const size = async () => (await database.query(`select pg_relation_size('settings') as size`))[0];
    const before = await size();
    for (let looks = 0; looks < 300; looks += 1) expect(await look()).toEqual([]);
    expect(await size()).toEqual(before);
    const left: string[] = [];
    for await (const id of parts.files.list()) left.push(id);
    expect(left).toEqual([]);
  });

  test('one whose database takes no writes is not, and is again once it does', async () => {
    const readiness = new Readiness(parts);
    await database
      .transaction(async sql => {
        await sql.script('set transaction read only');
        const readOnly = { ...lend(database), query: sql.query.bind(sql) };
        const [obstacle] = await look({ database: readOnly });
        expect(obstacle).toMatch(/^NOT_READY DATABASE_READ_ONLY: /);
        throw new Error('roll back');
      })
      .catch(error => expect(error.message).toMatch('roll back'));
    expect(await readiness.obstacles()).toEqual([]);
  });

  test('one whose schema was migrated by a newer version is not', async () => {
    const newer = schemaVersion + 1;
    await database.query(`insert into schema_migrations (version, name, sha256) values ($1, 'later', '')`, [newer]);
    const versions = `version ${newer}; this server knows ${schemaVersion}`;
    expect(await look()).toEqual([`NOT_READY SCHEMA_DIFFERS: The schema of the database has ${versions}.`]);
    await database.query('delete from schema_migrations where version = $1', [newer]);
    expect(await look()).toEqual([]);
  });

  test('one whose schema got an additive migration of a newer version is', async () => {
    await database.query(
      `insert into schema_migrations (version, name, sha256, beside_older) values ($1, 'later', '', true)`,
      [schemaVersion + 1],
    );
    expect(await look()).toEqual([]);
    await database.query('delete from schema_migrations where version = $1', [schemaVersion + 1]);
  });

  test('one whose directory cannot be written is not, and the log has why', async () => {
    // A file where a folder should be: that stops root too, as whom tests may run.
    await rm(path.join(path.join(folder, 'assets'), 'temporary'), { recursive: true, force: true });
    await writeFile(path.join(path.join(folder, 'assets'), 'temporary'), '');
    const [obstacle] = await look();
    expect(obstacle).toMatch(/^NOT_READY DIRECTORY_NOT_WRITABLE: /);
    expect(obstacle).not.toContain(folder);
    expect(logged).toMatchObject([{ obstacle: 'DIRECTORY_NOT_WRITABLE', err: { cause: { code: 'EEXIST' } } }]);
  });

  test('one with too little room is not, be it for the pictures or for the database', async () => {
    const full = ['STORAGE_FULL The data directory has less than 100 MB of room.'];
    const fullAt = (place: string) => async (asked: string) => (asked === place ? LIMITS.asset.freeBytes - 1 : ROOM);
    expect(await look({ freeBytes: fullAt(path.join(folder, 'assets')) })).toEqual(full);
    // Only embedded the database lies on this machine, in the folder above.
    expect(await look({ freeBytes: fullAt(folder) })).toEqual(driver === 'pglite' ? full : []);
  });

  test('one whose disk was unmounted under it is not', async () => {
    await rm(path.join(path.join(folder, 'assets'), 'database-id'));
    expect(await look()).toEqual([expect.stringMatching(/^NOT_READY DIRECTORY_CHANGED: /)]);
  });

  test('one that does not share the directory of the other replicas is not', async () => {
    expect(await look({ beat: { apart: false } })).toEqual([]);
    expect(await look({ beat: { apart: true } })).toEqual([expect.stringMatching(/^NOT_READY DIRECTORY_NOT_SHARED: /)]);
  });

  test('all that is in the way is named', async () => {
    await database.query(`insert into schema_migrations (version, name, sha256) values (999, 'later', '')`);
    expect(await look({ freeBytes: async () => 0 })).toHaveLength(2);
    await database.query('delete from schema_migrations where version = 999');
  });

  test('many probes at once are one look, a good answer is kept for a second, a bad one is not', async () => {
    let looks = 0;
    let free = ROOM;
    const freeBytes = async () => {
      looks += 1;
      return free;
    };
    const readiness = new Readiness({ ...parts, freeBytes });
    await Promise.all(Array.from({ length: 50 }, () => readiness.obstacles()));
    await readiness.obstacles();
    // The pictures' disk, and embedded the database's.
    const oneLook = driver === 'pglite' ? 2 : 1;
    expect(looks).toBe(oneLook);
    free = 0;
    const later = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + LIMITS.http.readyKeptMs);
    expect(await readiness.obstacles()).toHaveLength(1);
    expect(await readiness.obstacles()).toHaveLength(1);
    free = ROOM;
    expect(await readiness.obstacles()).toEqual([]);
    later.mockRestore();
    // A look ends at the first disk that is full.
    expect(looks).toBe(2 * oneLook + 2);
    // Told when it came and when it went, not at each look.
    expect(logged).toMatchObject([{ obstacle: 'STORAGE_FULL' }, { were: ['STORAGE_FULL'] }]);
  });

  test('a database or a disk that does not answer is an obstacle after 3 s, and is not asked twice meanwhile', async () => {
    let asked = 0;
    const hung = () => {
      asked += 1;
      return new Promise<never>(() => {});
    };
    const started = performance.now();
    const readiness = new Readiness({ ...parts, database: { ...lend(database), query: hung }, freeBytes: hung });
    for (let tries = 0; tries < 2; tries += 1) {
      const codes = (await readiness.obstacles()).map(({ message }) => message);
      expect(codes).toEqual([
        'The database did not answer within 3 s.',
        'DIRECTORY_NOT_WRITABLE: The data directory did not answer within 3 s.',
      ]);
    }
    expect(performance.now() - started).toBeGreaterThan(5_900);
    expect(asked).toBe(2);
  }, 20_000);

  test('an error that nobody expected is in the log and not in the answer', async () => {
    const query = () => Promise.reject(new Error('SELECT secret'));
    expect(await look({ database: { ...lend(database), query } })).toEqual([
      'NOT_READY DATABASE_FAILS: The database refuses a write; the log says why.',
    ]);
    expect(logged).toMatchObject([{ obstacle: 'DATABASE_FAILS', err: { message: 'SELECT secret' } }]);
  });
});
