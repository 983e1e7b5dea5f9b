import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { OperatorError } from '../kernel/errors.js';
import { syncPath } from '../kernel/sync-path.js';
import { assetFates, countLiveAssets } from '../store/asset-rows.js';
import type { Database, Sql } from '../store/database.js';
import { claimDatabaseId, findDatabaseId, replaceDatabaseId } from '../store/setting-rows.js';
import type { AssetFiles } from './files.js';

/**
 * Pictures and rows belong together: with the wrong database, a start would take every picture for the rest of a crash,
 * and with the wrong directory, it would miss every picture. So both hold the same random id: the database in
 * `settings`, the directory in this file beside the pictures. Its second line says, for people, which database that is.
 */
const FILE = 'database-id';
/** Written into the file by an operator: take this directory for the database that it is started with. */
const ADOPT = 'adopt';
/** Pictures that are looked up to see whether the database knows any. */
const SAMPLE = 500;

export interface DirectoryParts {
  database: Database;
  files: AssetFiles;
  /** Where the pictures lie. */
  directory: string;
  /** Which database it is, for people: see `describeDatabase`. */
  description: string;
  log: Pick<Logger, 'info' | 'warn'>;
}

interface Mark {
  id: string;
  description: string;
}

/**
 * Checks that database and directory belong together; the first start on both binds them. Also of a version that knew no
 * ids: there they belong together if the database knows one of the pictures.
 * Errors: DIRECTORY_OF_ANOTHER_DATABASE, and DIRECTORY_EMPTY where a disk is not mounted, or not the one of the others.
 * @returns the id
 */
export async function checkDirectory(parts: DirectoryParts): Promise<string> {
  const { database, directory, description, log } = parts;
  // Without a lock: a start on a network disk that hangs must not hold up those who run.
  const held = await findDatabaseId(database);
  if (held !== undefined && (await directoryId(directory)) === held) return held;
  // In one transaction, so that replicas that start at once on an empty directory see each other's file.
  return database.transaction(async sql => {
    const proposed = randomBytes(16).toString('hex');
    const { id, isNew } = await claimDatabaseId(sql, proposed);
    const mark = await readMark(directory);
    if (mark?.id === id) return id;
    if (mark?.id === ADOPT) {
      log.warn({}, 'the data directory was adopted, as its file database-id asks');
      await replaceDatabaseId(sql, proposed);
      await writeMark(directory, { id: proposed, description });
      return proposed;
    }
    await refuseForeign(parts, sql, mark, isNew ? undefined : id);
    log.info({}, 'database and data directory now know each other');
    await writeMark(directory, { id, description });
    return id;
  });
}

/**
 * Gives both a new id, whatever they held: for a command that has just put them together. What held the old id, such as
 * the database from which the rows were moved, does not start on this directory any more.
 */
export async function bindDirectory(database: Database, directory: string, description: string): Promise<void> {
  const id = randomBytes(16).toString('hex');
  await replaceDatabaseId(database, id);
  await writeMark(directory, { id, description });
}

/** The id in the directory. Undefined where there is none: the directory of no database, or the empty place of a mount. */
export async function directoryId(directory: string): Promise<string | undefined> {
  return (await readMark(directory))?.id;
}

/** Without user and password. */
export function describeDatabase(url: string | undefined): string {
  if (url === undefined) return 'the embedded database in the folder `database` beside them';
  if (!URL.canParse(url)) return 'a Postgres server';
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = hostname === '' ? (searchParams.get('host') ?? 'a socket') : `${hostname}:${port || 5432}`;
  return `Postgres at ${host}, database ${pathname.slice(1)}`;
}

/** @param id of the database, if it had one before this start */
async function refuseForeign(
  { database, files, directory, description }: DirectoryParts,
  sql: Sql,
  mark: Mark | undefined,
  id: string | undefined,
): Promise<void> {
  const pictures = await sampleOf(files);
  const live = await countLiveAssets(sql);
  // The command stands last and has no full stop: it is made to be copied.
  const adopt = (consequence: string) =>
    `To use the two together all the same (${consequence}), stop all servers and run: ` +
    `mkdir -p "${directory}" && echo ${ADOPT} > "${path.join(directory, FILE)}"`;
  if (mark !== undefined) {
    if (id === undefined && pictures.length === 0 && live === 0) return;
    throw new OperatorError(
      'DIRECTORY_OF_ANOTHER_DATABASE',
      `${directory} belongs to another database than the configured one. Its own is ${mark.description}; configured is ` +
        `${description}${id === undefined ? ', which is a new one or an older copy' : ''}. Start with its own ` +
        '(DATABASE_URL; or put the folder `database` back from a backup), or set DARKROOM_DATA_DIR to the directory of ' +
        `the configured one. ${adopt('pictures that the database does not know are set aside')}`,
    );
  }
  if (pictures.length > 0) {
    if ((await assetFates(sql, pictures)).size > 0) return;
    throw new OperatorError(
      'DIRECTORY_OF_ANOTHER_DATABASE',
      `${directory} holds pictures, and the configured database (${description}) knows none of them. Start with the ` +
        'database that belongs to them (DATABASE_URL; or put the folder `database` back from a backup), or set ' +
        `DARKROOM_DATA_DIR to another directory. ${adopt('the pictures are set aside')}`,
    );
  }
  const isShared = database.kind === 'postgres' && id !== undefined;
  if (live === 0 && !isShared) return;
  throw new OperatorError(
    'DIRECTORY_EMPTY',
    `${directory} is empty, and the database ${live > 0 ? `knows ${live} pictures` : 'is used with another directory'}. ` +
      'Is its disk mounted? All replicas need the same directory: mount the one of the others at DARKROOM_DATA_DIR, or ' +
      `put the pictures back from a backup. ${adopt('the pictures that the database knows are missing')}`,
  );
}

async function sampleOf(files: AssetFiles): Promise<string[]> {
  const sample: string[] = [];
  for await (const id of files.list()) {
    sample.push(id);
    if (sample.length === SAMPLE) break;
  }
  return sample;
}

async function readMark(directory: string): Promise<Mark | undefined> {
  const text = await readFile(path.join(directory, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const [id = '', description = ''] = text.split('\n').map(line => line.trim());
  return { id, description: description === '' ? 'not named' : description };
}

async function writeMark(directory: string, { id, description }: Mark): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, FILE);
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${id}\n${description}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  await syncPath(directory);
}
