import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DiskFiles } from '../assets/disk-files.js';
import { ERASURES, ErasureFile } from '../assets/erasure-file.js';
import type { ErasureList } from '../assets/erasures.js';
import { Pictures } from '../assets/pictures.js';
import { DarkroomError, OperatorError } from '../kernel/errors.js';
import { Sealer } from '../kernel/seal.js';
import { Secrets, secretFingerprint } from '../kernel/secrets.js';
import { syncPath } from '../kernel/sync-path.js';
import { VERSION } from '../kernel/version.js';
import { writeSynced } from '../kernel/whole-files.js';
import { openPlaces, type Places } from '../places.js';
import { type DataKeys, keyFile } from '../sealing/data-keys.js';
import { DiskKeys } from '../sealing/disk-keys.js';
import { isSealed } from '../sealing/sealed-bytes.js';
import { assetFates } from '../store/asset-rows.js';
import type { Database, Sql } from '../store/database.js';
import { appliedVersion, knownVersion } from '../store/migrate.js';
import { refuseUnfinishedRestore } from '../store/restore-marks.js';
import { readSecretTexts } from '../store/secret-files.js';
import { findFingerprint } from '../store/secret-rows.js';
import {
  ASSETS,
  copyAll,
  type FileFacts,
  KEYS,
  type Manifest,
  pictureFile,
  rowsFile,
  SECRET,
  sha256,
  writeManifest,
} from './backup-folder.js';
import { type HousePlace, openDatabase, requireHouse } from './open-house.js';
import { columnsOf, inSnapshot, readRows, type Table, type TextRow, tablesOf } from './rows.js';

export interface BackupOptions extends HousePlace {
  /** `DARKROOM_SECRET`; undefined: the one in the data directory. */
  secret: string | undefined;
  previousSecrets?: readonly string[];
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
  const texts = await readSecretTexts(options);
  if (texts.length === 0)
    throw new DarkroomError(
      'BAD_USER_INPUT',
      `There is no secret in ${options.dataDirectory}, and DARKROOM_SECRET is not set.`,
    );
  const database = await openDatabase(options);
  const places = openPlaces(options);
  const building = `${target}.new`;
  try {
    await refuseUnfinishedRestore(database);
    await requireKnownSchema(database);
    await rm(building, { recursive: true, force: true });
    await mkdir(path.join(building, 'rows'), { recursive: true, mode: 0o700 });
    const secrets = await openSecrets(database, texts);
    const manifest = await write({ ...options, places, database, secrets }, building);
    await syncPath(path.join(building, 'rows'));
    await syncPath(building);
    await rename(building, target);
    await syncPath(path.dirname(path.resolve(target)));
    return manifest;
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  } finally {
    await places.close();
    await database.close();
  }
}

function isWithin(folder: string, target: string): boolean {
  const way = path.relative(path.resolve(folder), path.resolve(target));
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

interface Opened extends BackupOptions {
  places: Places;
  database: Database;
  secrets: Secrets;
}

/** Throws SECRET_DIFFERS where the house has another secret: its pictures could not be compared with their rows. */
async function openSecrets(database: Database, texts: readonly string[]): Promise<Secrets> {
  const secrets = new Secrets(texts.map(text => Buffer.from(text)));
  const active = await findFingerprint(database);
  if (active !== undefined && !secrets.activate(active))
    throw new OperatorError('SECRET_DIFFERS', 'DARKROOM_SECRET is not the secret of this house; set its own.');
  return secrets;
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
  const { places, secrets, withSecret } = options;
  const files: Record<string, FileFacts> = {};
  const rows = await writeRows(options.database, building, files);
  const keys = keyCopier(options, building, files);
  // One that is gone was erased since the rows were read.
  await copyAll(rows.sealedTasks, async id => void (await keys.copy(id)));
  const lacking = await writePictures(options, building, { ...rows, keys }, files);
  // Last, so that what was erased while the backup was made is in the list.
  await append(path.join(building, ERASURES), places.erasures);
  files[ERASURES] = factsOf(await readFile(path.join(building, ERASURES)));
  if (withSecret) {
    const texts = await readSecretTexts(options);
    const active = texts.find(text => secretFingerprint(Buffer.from(text)) === secrets.active)!;
    await writeSynced(path.join(building, SECRET), active);
    files[SECRET] = factsOf(Buffer.from(active));
  }
  const { schema, takenAt, tables } = rows;
  const manifest: Manifest = {
    format: 1,
    product: VERSION,
    schema,
    takenAt,
    secretFingerprint: secrets.active,
    tables,
    files,
    lacking,
  };
  await writeManifest(building, manifest);
  return manifest;
}

interface Picture {
  id: string;
  tenantId: string;
  sha256: string;
}

interface KeyCopier {
  from: DataKeys;
  /** False where there is none. */
  copy(id: string): Promise<boolean>;
}

function keyCopier({ places, secrets }: Opened, building: string, files: Record<string, FileFacts>): KeyCopier {
  const from = places.keys(secrets);
  const to = new DiskKeys(path.join(building, KEYS), new Sealer(secrets, 'data keys'));
  return {
    from,
    copy: async id => {
      const bytes = await from.readWrapped(id);
      if (bytes === undefined) return false;
      await to.writeWrapped(id, bytes);
      files[`${KEYS}/${keyFile(id)}`] = factsOf(bytes);
      return true;
    },
  };
}

async function writeRows(database: Database, building: string, files: Record<string, FileFacts>) {
  return inSnapshot(database, async sql => {
    const [{ now }] = (await sql.query<{ now: Date }>('select now() as now')) as [{ now: Date }];
    const tables: Manifest['tables'] = {};
    const pictures: Picture[] = [];
    const sealedTasks: string[] = [];
    const note: Partial<Record<Table, (row: Record<string, string | null>) => void>> = {
      assets: ({ id, tenant_id: tenantId, sha256, purged_at: purgedAt }) => {
        if (purgedAt === null) pictures.push({ id: id!, tenantId: tenantId!, sha256: sha256! });
      },
      tasks: ({ id, sealed }) => {
        if (sealed?.startsWith('v2.')) sealedTasks.push(id!);
      },
    };
    for (const table of await tablesOf(sql)) tables[table] = await writeTable(sql, table, building, files, note[table]);
    return { schema: await appliedVersion(sql), takenAt: now.toISOString(), tables, pictures, sealedTasks };
  });
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

/**
 * Each file as it lies there: a sealed one goes with its key, and is opened to be compared with its row.
 * @returns the ids of pictures that the house does not have as their rows say, though nobody erased them
 */
async function writePictures(
  { database, places: { files: from } }: Opened,
  building: string,
  { pictures, keys }: { pictures: readonly Picture[]; keys: KeyCopier },
  files: Record<string, FileFacts>,
): Promise<string[]> {
  const to = new DiskFiles(path.join(building, ASSETS));
  const opener = new Pictures(from, keys.from, false);
  const broken: string[] = [];
  await copyAll(pictures, async ({ sha256: expected, ...picture }) => {
    const bytes = await from.read(picture.id);
    const plain = bytes && (await opener.plainOf(picture, bytes).catch(() => undefined));
    const whole = plain !== undefined && sha256(plain) === expected;
    if (!whole || (isSealed(bytes!) && !(await keys.copy(picture.id)))) {
      broken.push(picture.id);
      return;
    }
    await to.write(picture.id, bytes!);
    files[pictureFile(picture.id)] = factsOf(bytes!);
  });
  for (const folder of [ASSETS, KEYS]) {
    await rm(path.join(building, folder, 'temporary'), { recursive: true, force: true });
    if (existsSync(path.join(building, folder))) await syncPath(path.join(building, folder));
  }
  const fates = await assetFates(database, broken);
  await new ErasureFile(path.join(building, ERASURES)).note({ assets: broken.filter(id => fates.get(id) !== 'LIVE') });
  return broken.filter(id => fates.get(id) === 'LIVE');
}

/** Creates `to` where it is missing. */
async function append(to: string, from: ErasureList): Promise<void> {
  await (await open(to, 'a', 0o600)).close();
  await new ErasureFile(to).note(await from.read());
}

function factsOf(bytes: Uint8Array): FileFacts {
  return { bytes: bytes.byteLength, sha256: sha256(bytes) };
}
