import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { bindDirectory, describeDatabase } from '../assets/directory-identity.js';
import { DiskFiles } from '../assets/disk-files.js';
import { ERASURES, ErasureFile } from '../assets/erasure-file.js';
import type { Erased, ErasureList } from '../assets/erasures.js';
import type { AssetFiles } from '../assets/files.js';
import { DarkroomError, OperatorError } from '../kernel/errors.js';
import { Sealer } from '../kernel/seal.js';
import { Secrets, secretFingerprint } from '../kernel/secrets.js';
import { writeSynced } from '../kernel/whole-files.js';
import { openPlaces, type Places } from '../places.js';
import { keyFile } from '../sealing/data-keys.js';
import { DiskKeys } from '../sealing/disk-keys.js';
import { purgeAssets, purgeBrief, purgeExpiredAssets, purgeOriginals } from '../store/asset-rows.js';
import { revokeAllTokens } from '../store/browser-token-rows.js';
import type { Database, Sql } from '../store/database.js';
import { appliedVersion, knownVersion, MIGRATIONS, migrate } from '../store/migrate.js';
import {
  beginRestore,
  endRestore,
  isRestoreUnfinished,
  markDirectory,
  noteRestoredFrom,
  unmarkDirectory,
} from '../store/restore-marks.js';
import { readSecretTexts } from '../store/secret-files.js';
import { replaceFingerprint } from '../store/secret-rows.js';
import {
  ASSETS,
  checkBackup,
  copyAll,
  KEYS,
  type Manifest,
  pictureFile,
  readText,
  rowsOf,
  SECRET,
  tablesIn,
} from './backup-folder.js';
import { type HousePlace, openDatabase } from './open-house.js';
import { type Parked, parkOpenTasks } from './park-restored.js';
import {
  columnsOf,
  continueNumbers,
  dropTables,
  insertRows,
  requireEmpty,
  type Table,
  type TextRow,
  writingTexts,
} from './rows.js';

/**
 * Where to: a database without rows of Darkroom, and a data directory without pictures. A list of erasures that survived
 * there counts.
 */
export interface RestoreOptions extends HousePlace {
  /** The folder of the backup. */
  source: string;
  /** `DARKROOM_SECRET`. */
  secret: string | undefined;
  previousSecrets?: readonly string[];
  /** Goes on without the secret of the house: sealed texts and links are given up. */
  newSecret: boolean;
  /** A list of erasures that is newer than the backup. */
  erasures: string | undefined;
}

export interface Restored extends Parked {
  manifest: Manifest;
  pictures: number;
  /** Tasks and pictures of the backup that were erased after it, and now again. */
  erased: number;
  /** The house has the secret of the one that was backed up. */
  secretKept: boolean;
}

/** The first version whose settings can say that a restore is unfinished. */
const OLDEST_SCHEMA = 2;

/**
 * Puts a backup into an empty database and an empty data directory. It writes down first that it has begun, and a house
 * does not start until it has ended; after an interruption it begins anew. Keys and pictures come last: those that are
 * erased again never reach the disk.
 * Errors: BAD_USER_INPUT, BACKUP_DAMAGED, SCHEMA_NEWER, SECRET_DIFFERS.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { manifest, faults } = await checkBackup(options.source);
  requireWhole(faults);
  const known = await knownVersion();
  if (manifest.schema > known)
    throw new OperatorError(
      'SCHEMA_NEWER',
      `The backup has schema version ${manifest.schema}; this version of Darkroom knows ${known}. Restore it with the newer one.`,
    );
  const places = openPlaces(options);
  try {
    return await restoreInto(options, places, manifest);
  } finally {
    await places.close();
  }
}

async function restoreInto(options: RestoreOptions, places: Places, manifest: Manifest): Promise<Restored> {
  const { source, dataDirectory } = options;
  const secret = await chooseSecret(options, manifest);
  const erased = await readErased(options, places);
  if (isUntouched(dataDirectory)) {
    await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
    await markDirectory(dataDirectory);
  }
  const database = await openDatabase(options);
  try {
    await requireEmptyHouse(database, places, manifest).catch(async error => {
      // Nothing was begun, so nothing is unfinished.
      await unmarkDirectory(dataDirectory);
      throw error;
    });
    // Into the schema that its rows had; from there it is brought up to date as any house.
    await migrate(database, MIGRATIONS, manifest.schema);
    await beginRestore(database);
    await writeRows(database, source, manifest);
    await migrate(database);
    const { parked, live, sealed, again } = await settle(database, manifest, erased, secret.kept);
    await writeKeys(source, places, manifest, [...live, ...sealed]);
    const pictures = await writePictures(source, places.files, manifest, live);
    await bindDirectory(database, places.marks, describeDatabase(options.databaseUrl));
    await keepErasures(places.erasures, erased);
    // A start without this secret is refused then, and makes no other one.
    if (secret.kept) await replaceFingerprint(database, manifest.secretFingerprint);
    if (secret.fromBackup !== undefined) await writeSecret(path.join(dataDirectory, SECRET), secret.fromBackup);
    await endRestore(database);
    await unmarkDirectory(dataDirectory);
    return { ...parked, manifest, pictures, erased: again, secretKept: secret.kept };
  } finally {
    await database.close();
  }
}

/** A directory in which there was never a server: one that started there now would make a new house. */
function isUntouched(dataDirectory: string): boolean {
  return !existsSync(path.join(dataDirectory, 'database')) && !existsSync(path.join(dataDirectory, ASSETS));
}

function requireWhole([first, ...others]: readonly string[]): void {
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more; \`npm run restore -- --check\` lists them)`;
  throw new OperatorError('BACKUP_DAMAGED', `The backup is damaged: ${first}${more}`);
}

async function requireEmptyHouse(database: Database, { files, marks }: Places, { schema }: Manifest): Promise<void> {
  const there = await appliedVersion(database);
  const isUnfinished = await isRestoreUnfinished(database);
  if (schema < OLDEST_SCHEMA || (there > schema && !isUnfinished))
    throw new DarkroomError(
      'BAD_USER_INPUT',
      `The database has schema version ${there} already, and the backup ${schema}; restore into a new database.`,
    );
  // The restore that was interrupted had brought the schema up to date already; it begins in that of its rows.
  if (isUnfinished && there > schema) await dropTables(database);
  if (isUnfinished) return;
  await requireEmpty(database);
  for await (const _id of files.list())
    throw new DarkroomError(
      'BAD_USER_INPUT',
      `${marks.place} holds pictures already; move them away or set ${marks.isBucket ? 'DARKROOM_ASSETS to another prefix' : 'DARKROOM_DATA_DIR to another folder'}.`,
    );
}

interface Secret {
  kept: boolean;
  /** To be written into the data directory. */
  fromBackup?: string;
}

/** Throws SECRET_DIFFERS where the house would have another secret than the one that was backed up. */
async function chooseSecret(options: RestoreOptions, manifest: Manifest): Promise<Secret> {
  const { databaseUrl, secret, newSecret, source } = options;
  const fits = (text: string | undefined) =>
    text !== undefined && secretFingerprint(Buffer.from(text)) === manifest.secretFingerprint;
  const inBackup = await readText(path.join(source, SECRET));
  // A Postgres house has its secret from the environment, and so may an embedded one.
  const own = databaseUrl === undefined || secret !== undefined ? await readSecretTexts(options) : [];
  if (own.some(fits)) return { kept: true };
  if (own.length === 0 && databaseUrl === undefined && inBackup !== undefined)
    return { kept: true, fromBackup: inBackup };
  if (newSecret) return { kept: false };
  const where =
    inBackup === undefined
      ? 'Set DARKROOM_SECRET, or DARKROOM_SECRET_FILE, to the one of the house that was backed up'
      : `It is in the backup: set DARKROOM_SECRET_FILE=${path.join(source, SECRET)}`;
  throw new OperatorError(
    'SECRET_DIFFERS',
    `The secret of the backup is needed. ${where}; or, if it is lost, add --new-secret: names and ID numbers of open ` +
      'tasks and sealed photos can then not be opened any more, links that were given out end, and an idempotencyKey ' +
      'that is used again is refused.',
  );
}

async function readErased({ source, erasures }: RestoreOptions, places: Places): Promise<Erased> {
  if (erasures !== undefined && (await readText(erasures)) === undefined)
    throw new DarkroomError('BAD_USER_INPUT', `There is no list of erasures ${erasures}.`);
  const files = [path.join(source, ERASURES), ...(erasures ? [erasures] : [])].map(file => new ErasureFile(file));
  const lists = await Promise.all([...files, places.erasures].map(list => list.read()));
  return {
    tasks: [...new Set(lists.flatMap(({ tasks }) => tasks))],
    assets: [...new Set(lists.flatMap(({ assets }) => assets))],
  };
}

async function writeRows(database: Database, source: string, manifest: Manifest): Promise<void> {
  await writingTexts(database, async sql => {
    const tables = tablesIn(manifest);
    await sql.query(`truncate ${tables.join(', ')}`);
    for (const table of tables) await writeTable(sql, table, source, manifest.tables[table]!.columns);
    await continueNumbers(sql);
  });
}

async function writeTable(sql: Sql, table: Table, source: string, names: readonly string[]): Promise<void> {
  const types = new Map((await columnsOf(sql, table)).map(({ name, type }) => [name, type]));
  const columns = names.map(name => ({ name, type: types.get(name)! }));
  let batch: TextRow[] = [];
  for await (const row of rowsOf(source, table)) {
    batch.push(row);
    if (batch.length < 500) continue;
    await insertRows(sql, table, columns, batch);
    batch = [];
  }
  if (batch.length > 0) await insertRows(sql, table, columns, batch);
}

/** What has changed since the backup, as far as it is known: what was erased is erased again, what expired has expired. */
async function settle(
  database: Database,
  { takenAt }: Manifest,
  erased: Erased,
  secretKept: boolean,
): Promise<{ parked: Parked; live: Set<string>; sealed: string[]; again: number }> {
  const backupOf = new Date(takenAt);
  return database.transaction(async sql => {
    await sql.script('set local statement_timeout = 0');
    const again = await eraseAgain(sql, erased);
    const parked = await parkOpenTasks(sql, backupOf);
    while ((await purgeExpiredAssets(sql, 1_000)).length > 0);
    // Verifications of the backup were parked, and need their photos no more.
    await purgeBrief(sql, ['FACE_VERIFICATION']);
    // They are sealed in any house; the upright copies are enough to go on with.
    if (!secretKept) await purgeOriginals(sql);
    await revokeAllTokens(sql);
    await noteRestoredFrom(sql, backupOf);
    const rows = await sql.query<{ id: string }>('select id from assets where purged_at is null');
    const tasks = await sql.query<{ id: string }>(`select id from tasks where sealed like 'v2.%'`);
    return { parked, again, live: new Set(rows.map(({ id }) => id)), sealed: tasks.map(({ id }) => id) };
  });
}

/** The tasks, and the pictures that they made; their own photos were listed where no other task needed them. */
async function eraseAgain(sql: Sql, { tasks, assets }: Erased): Promise<number> {
  const found = await sql.query<{ tenantId: string; ids: string[] }>(
    `select tenant_id as "tenantId", array_agg(id) as ids from assets
     where id = any($1::text[]) or task_id = any($2::text[]) group by tenant_id`,
    [assets, tasks],
  );
  let again = 0;
  for (const { tenantId, ids } of found) again += (await purgeAssets(sql, tenantId, ids)).length;
  const gone = await sql.query('delete from tasks where id = any($1::text[]) returning id', [tasks]);
  await sql.query('update consents set reference = null where task_id = any($1::text[])', [tasks]);
  return again + gone.length;
}

async function writePictures(source: string, to: AssetFiles, manifest: Manifest, live: Set<string>): Promise<number> {
  const from = new DiskFiles(path.join(source, ASSETS));
  const pictures = [...live].filter(id => manifest.files[pictureFile(id)] !== undefined);
  await copyAll(pictures, async id => to.write(id, (await from.read(id))!));
  return pictures.length;
}

/** Of what stands now: the key of what was erased does not come back. */
async function writeKeys(source: string, places: Places, manifest: Manifest, ids: readonly string[]): Promise<void> {
  // They are copied as they are, and not opened.
  const unused = new Secrets([Buffer.alloc(32)]);
  const from = new DiskKeys(path.join(source, KEYS), new Sealer(unused, 'data keys'));
  const to = places.keys(unused);
  const there = ids.filter(id => manifest.files[`${KEYS}/${keyFile(id)}`] !== undefined);
  await copyAll(there, async id => to.writeWrapped(id, (await from.readWrapped(id))!));
}

/** Appends what the list that survived does not have yet: it is never without the lines that it had. */
async function keepErasures(list: ErasureList, { tasks, assets }: Erased): Promise<void> {
  const held = await list.read();
  const listed = new Set([...held.tasks, ...held.assets]);
  await list.note({ tasks: tasks.filter(id => !listed.has(id)), assets: assets.filter(id => !listed.has(id)) });
}

async function writeSecret(file: string, secret: string): Promise<void> {
  await rm(file, { force: true });
  await writeSynced(file, secret);
}
