import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../../test/eventually.js';
import { createPostgresDatabase, silentLog } from '../../test/store-setup.js';
import type { Database } from '../store/database.js';
import { openPostgres } from '../store/drivers/postgres.js';
import { MIGRATIONS } from '../store/migrate.js';
import { DirectoryBeat } from './directory-beat.js';
import { DiskMarks } from './marks.js';

const BEAT_MS = 100;

let made: { url: string; drop(): Promise<void> };
let folder: string;
const opened: { database: Database; beat: DirectoryBeat }[] = [];
const errors: string[] = [];

beforeEach(async () => {
  made = await createPostgresDatabase(MIGRATIONS);
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-beat-'));
  errors.length = 0;
});
afterEach(async () => {
  for (const { database, beat } of opened.splice(0)) {
    await beat.close();
    await database.close();
  }
  await made.drop();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => path.join(folder, name);

/** One more replica, with connections of its own. */
async function join(directory: string): Promise<DirectoryBeat> {
  const database = await openPostgres({ url: made.url, log: silentLog, connections: 2 });
  const log = { ...silentLog, error: (_: unknown, text?: string) => void errors.push(text ?? '') };
  try {
    const beat = await DirectoryBeat.start({
      database,
      marks: new DiskMarks(directory),
      secrets: [],
      log,
      beatMs: BEAT_MS,
    });
    opened.push({ database, beat });
    return beat;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function beats(): Promise<number[]> {
  const rows = await opened[0]!.database.query<{ beat: number }>('select beat from replicas order by started_at');
  return rows.map(({ beat }) => beat);
}

const allBeat = (count: number) => eventually(async () => (await beats()).every(beat => beat >= count));

test('replicas that share a directory go on, and leave neither row nor file when they stop', async () => {
  const replicas = [await join(at('a')), await join(at('a')), await join(at('a'))];
  await allBeat(6);
  expect(replicas.map(({ apart }) => apart)).toEqual([false, false, false]);
  expect(errors).toEqual([]);
  for (const replica of replicas.slice(1)) await replica.close();
  expect(await beats()).toHaveLength(1);
  expect(await readdir(at('a/replicas'))).toHaveLength(1);
});

test('a replica with a copy that was made before the others started is refused', async () => {
  await (await join(at('a'))).close();
  await cp(at('a'), at('b'), { recursive: true });
  await join(at('a'));
  await expect(join(at('b'))).rejects.toMatchObject({ code: 'DIRECTORY_NOT_SHARED' });
});

test('so is one with a copy of the running directory that is a little old', async () => {
  await join(at('a'));
  await cp(at('a'), at('b'), { recursive: true });
  await allBeat(5);
  await expect(join(at('b'))).rejects.toThrow(/uses the same database with pictures elsewhere/);
});

test('a fresh copy is noticed while it runs, by the replica that came later, until it has the right directory', async () => {
  const elder = await join(at('a'));
  await cp(at('a'), at('b'), { recursive: true });
  const later = await join(at('b'));
  await eventually(() => later.apart);
  expect(elder.apart).toBe(false);
  expect(errors).toEqual([expect.stringContaining('does not share the data directory')]);
  await rm(at('b/replicas'), { recursive: true });
  await cp(at('a/replicas'), at('b/replicas'), { recursive: true });
  const [file] = await readdir(at('b/replicas'));
  await writeFile(path.join(at('b/replicas'), file!), '999999999999');
  await eventually(() => !later.apart);
});

test('a replica that was killed holds nobody up: its last count stays in the directory that it shared', async () => {
  await join(at('a'));
  const [{ database }] = opened as [(typeof opened)[0]];
  await allBeat(3);
  // As a kill leaves it: row and file stay as they are.
  const [file] = await readdir(at('a/replicas'));
  await opened.shift()!.beat.close();
  await writeFile(path.join(at('a/replicas'), file!), '000000000003');
  await database.query(`insert into replicas (id, host, beat) values ($1, 'gone', 3)`, [file!]);
  await database.close();
  expect((await join(at('a'))).apart).toBe(false);
});

test('one that has been silent does not count', async () => {
  await join(at('a'));
  const [{ database }] = opened as [(typeof opened)[0]];
  await database.query(
    `insert into replicas (id, host, started_at, beat_at, beat) values ('x', 'gone', now() - interval '1 h', now() - interval '61 s', 7)`,
  );
  await join(at('a'));
  await database.query(`update replicas set beat_at = now() - interval '25 h' where id = 'x'`);
  await eventually(async () => (await beats()).length === 2);
});
