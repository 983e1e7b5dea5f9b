import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ERASURES, ErasureList } from '../assets/erasures.js';
import { AssetFiles } from '../assets/files.js';
import { DarkroomError, OperatorError } from '../kernel/errors.js';
import { syncPath } from '../kernel/sync-path.js';
import { assetFates } from '../store/asset-rows.js';
import type { Database, Sql } from '../store/database.js';
import { appliedVersion, knownVersion } from '../store/migrate.js';
import { secretFingerprint } from '../store/open-store.js';
import { refuseUnfinishedRestore } from '../store/restore-marks.js';
import {
  ASSETS,
  copyAll,
  type FileFacts,
  type Manifest,
  pictureFile,
  productVersion,
  readText,
  rowsFile,
  SECRET,
  sha256,
  writeManifest,
  writeSynced,
} from './backup-folder.js';
import { type HousePlace, openDatabase, requireHouse } from './open-house.js';
import { columnsOf, inSnapshot, readRows, type Table, type TextRow, tablesOf } from './rows.js';

export interface BackupOptions extends HousePlace {
  /** `DARKROOM_SECRET`; undefined: the one in the data directory. */
  secret: string | undefined;
  /** The secret goes into the backup as well. */
  withSecret: boolean;
  /** A new folder. It appears complete or not at all. */
  target: string;
}

/**
 * Rows first, of one snapshot, then the pictures that its rows stand for. In this order a picture that came after the
 * snapshot is not in the backup, and no row is without its picture but for what was purged meanwhile: that is asked of
 * the live rows, and listed as erased. Pictures first would miss those that came between the two.
 * Errors: those of `openDatabase`; BAD_USER_INPUT, SCHEMA_NEWER, RESTORE_UNFINISHED.
 */
export async function backUp(options: BackupOptions): Promise<Manifest> {
  const { target } = options;
  if (existsSync(target))
    throw new DarkroomError('BAD_USER_INPUT', `The folder ${target} exists already; name a new one.`);
  if (isWithin(options.dataDirectory, target))
    throw new DarkroomError(
      'BAD_USER_INPUT',
      `${target} lies in the data directory, and would be lost with it; name a folder elsewhere.`,
    );
  requireHouse(options);
  const secret = options.secret ?? (await readText(path.join(options.dataDirectory, SECRET)));
  if (secret === undefined)
    throw new DarkroomError(
      'BAD_USER_INPUT',
      `There is no secret in ${options.dataDirectory}, and DARKROOM_SECRET is not set.`,
    );
  const database = await openDatabase(options);
  const building = `${target}.new`;
  try {
    await refuseUnfinishedRestore(database);
    await requireKnownSchema(database);
    await rm(building, { recursive: true, force: true });
    await mkdir(path.join(building, 'rows'), { recursive: true, mode: 0o700 });
    const manifest = await write({ ...options, database, secret }, building);
    await syncPath(path.join(building, 'rows'));
    await syncPath(building);
    await rename(building, target);
    await syncPath(path.dirname(path.resolve(target)));
    return manifest;
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  } finally {
    await database.close();
  }
}

function isWithin(folder: string, target: string): boolean {
  const way = path.relative(path.resolve(folder), path.resolve(target));
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

interface Opened extends BackupOptions {
  database: Database;
  secret: string;
}

/** A newer version may have tables that this one would leave out. */
async function requireKnownSchema(database: Database): Promise<void> {
  const [schema, known] = [await appliedVersion(database), await knownVersion()];
  if (schema === 0) throw new DarkroomError('BAD_USER_INPUT', 'The database holds no house of Darkroom.');
  if (schema > known)
    throw new OperatorError(
      'SCHEMA_NEWER',
      `The database has schema version ${schema}; this version of Darkroom knows ${known}. Use the newer version.`,
    );
}

async function write(options: Opened, building: string): Promise<Manifest> {
  const { dataDirectory, secret, withSecret } = options;
  const files: Record<string, FileFacts> = {};
  const rows = await writeRows(options.database, building, files);
  const lacking = await writePictures(options, building, rows.pictures, files);
  // Last, so that what was erased while the backup was made is in the list.
  await append(path.join(building, ERASURES), path.join(dataDirectory, ERASURES));
  files[ERASURES] = factsOf(await readFile(path.join(building, ERASURES)));
  if (withSecret) {
    await writeSynced(path.join(building, SECRET), secret);
    files[SECRET] = factsOf(Buffer.from(secret));
  }
  const { schema, takenAt, tables } = rows;
  const manifest: Manifest = {
    format: 1,
    product: productVersion(),
    schema,
    takenAt,
    secretFingerprint: secretFingerprint(Buffer.from(secret)),
    tables,
    files,
    lacking,
  };
  await writeManifest(building, manifest);
  return manifest;
}

interface Picture {
  id: string;
  sha256: string;
}

async function writeRows(database: Database, building: string, files: Record<string, FileFacts>) {
  return inSnapshot(database, async sql => {
    const [{ now }] = (await sql.query<{ now: Date }>('select now() as now')) as [{ now: Date }];
    const tables: Manifest['tables'] = {};
    const pictures: Picture[] = [];
    for (const table of await tablesOf(sql)) {
      const seen = table === 'assets' ? (row: Record<string, string | null>) => notePicture(pictures, row) : undefined;
      tables[table] = await writeTable(sql, table, building, files, seen);
    }
    return { schema: await appliedVersion(sql), takenAt: now.toISOString(), tables, pictures };
  });
}

function notePicture(pictures: Picture[], row: Record<string, string | null>): void {
  if (row.purged_at === null) pictures.push({ id: row.id!, sha256: row.sha256! });
}

async function writeTable(
  sql: Sql,
  table: Table,
  building: string,
  files: Record<string, FileFacts>,
  seen?: (row: Record<string, string | null>) => void,
): Promise<{ columns: string[]; rows: number }> {
  const columns = await columnsOf(sql, table);
  const names = columns.map(({ name }) => name);
  const hash = createHash('sha256');
  let [rows, bytes] = [0, 0];
  const handle = await open(path.join(building, rowsFile(table)), 'wx', 0o600);
  try {
    for await (const batch of readRows(sql, table, columns)) {
      const text = Buffer.from(batch.map(row => `${JSON.stringify(row)}\n`).join(''));
      await handle.writeFile(text);
      hash.update(text);
      rows += batch.length;
      bytes += text.byteLength;
      if (seen !== undefined) for (const row of batch) seen(named(names, row));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  files[rowsFile(table)] = { bytes, sha256: hash.digest('hex') };
  return { columns: names, rows };
}

function named(names: readonly string[], row: TextRow): Record<string, string | null> {
  return Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]));
}

/** @returns the ids of pictures that the house does not have as their rows say, though nobody erased them */
async function writePictures(
  { database, dataDirectory }: Opened,
  building: string,
  pictures: readonly Picture[],
  files: Record<string, FileFacts>,
): Promise<string[]> {
  const [from, to] = [new AssetFiles(path.join(dataDirectory, ASSETS)), new AssetFiles(path.join(building, ASSETS))];
  const broken: string[] = [];
  await copyAll(pictures, async ({ id, sha256: expected }) => {
    const bytes = await from.read(id);
    if (bytes === undefined || sha256(bytes) !== expected) {
      broken.push(id);
      return;
    }
    await to.write(id, bytes);
    files[pictureFile(id)] = { bytes: bytes.byteLength, sha256: expected };
  });
  await rm(path.join(building, ASSETS, 'temporary'), { recursive: true, force: true });
  if (existsSync(path.join(building, ASSETS))) await syncPath(path.join(building, ASSETS));
  const fates = await assetFates(database, broken);
  await new ErasureList(path.join(building, ERASURES)).note({ assets: broken.filter(id => fates.get(id) !== 'LIVE') });
  return broken.filter(id => fates.get(id) === 'LIVE');
}

/** Creates `to` where it is missing. */
async function append(to: string, from: string): Promise<void> {
  const text = (await readText(from)) ?? '';
  const handle = await open(to, 'a', 0o600);
  try {
    await handle.writeFile(text === '' ? '' : `${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function factsOf(bytes: Uint8Array): FileFacts {
  return { bytes: bytes.byteLength, sha256: sha256(bytes) };
}
