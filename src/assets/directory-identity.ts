import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Logger } from 'pino';
import { OperatorError } from '../kernel/errors.js';
import { assetFates, countLiveAssets } from '../store/asset-rows.js';
import type { Database, Sql } from '../store/database.js';
import { claimDatabaseId, findDatabaseId, replaceDatabaseId } from '../store/setting-rows.js';
import type { AssetFiles } from './files.js';
import type { Marks } from './marks.js';

/**
 * Pictures and rows belong together: with the wrong database, a start would take every picture for the rest of a crash,
 * and with the wrong directory or bucket, it would miss every picture. So both hold the same random id: the database in
 * `settings`, the pictures in this mark beside them. Its second line says, for people, which database that is.
 */
const FILE = 'database-id';
/** Written into it by an operator: take these pictures for the database that is started with them. */
const ADOPT = 'adopt';
/** What the mark of a place says, for people, into which pictures are being moved. */
export const FINISHED_BY =
  'none yet: pictures are being moved there, and `npm run move-assets` has to be run to its end';
/** Pictures that are looked up to see whether the database knows any. */
const SAMPLE = 500;

export interface DirectoryParts {
  database: Database;
  files: AssetFiles;
  /** Beside the pictures. */
  marks: Marks;
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
  const { database, marks, description, log } = parts;
  // Without a lock: a start on a network disk that hangs must not hold up those who run.
  const held = await findDatabaseId(database);
  if (held !== undefined && (await directoryId(marks)) === held) return held;
  // In one transaction, so that replicas that start at once on an empty directory see each other's file.
  return database.transaction(async sql => {
    const proposed = randomBytes(16).toString('hex');
    const { id, isNew } = await claimDatabaseId(sql, proposed);
    const mark = await readMark(marks);
    if (mark?.id === id) return id;
    if (mark?.id === ADOPT) {
      log.warn({}, 'the data directory was adopted, as its file database-id asks');
      await replaceDatabaseId(sql, proposed);
      await writeMark(marks, { id: proposed, description });
      return proposed;
    }
    await refuseForeign(parts, sql, mark, isNew ? undefined : id);
    log.info({}, 'database and data directory now know each other');
    await writeMark(marks, { id, description });
    return id;
  });
}

/**
 * Gives both a new id, whatever they held: for a command that has just put them together. What held the old id, such as
 * the database from which the rows were moved, does not start on this directory any more.
 */
export async function bindDirectory(database: Database, marks: Marks, description: string): Promise<void> {
  const id = randomBytes(16).toString('hex');
  await replaceDatabaseId(database, id);
  await writeMark(marks, { id, description });
}

/** The id beside the pictures. Undefined where there is none: those of no database, or the empty place of a mount. */
export async function directoryId(marks: Marks): Promise<string | undefined> {
  return (await readMark(marks))?.id;
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
  { database, files, marks, description }: DirectoryParts,
  sql: Sql,
  mark: Mark | undefined,
  id: string | undefined,
): Promise<void> {
  const pictures = await sampleOf(files);
  const live = await countLiveAssets(sql);
  const { place } = marks;
  const variable = marks.isBucket ? 'DARKROOM_ASSETS' : 'DARKROOM_DATA_DIR';
  const adopt = (consequence: string) =>
    `To use the two together all the same (${consequence}), stop all servers and ${adoption(marks)}`;
  if (mark !== undefined) {
    if (id === undefined && pictures.length === 0 && live === 0) return;
    throw new OperatorError(
      'DIRECTORY_OF_ANOTHER_DATABASE',
      `${place} belongs to another database than the configured one. Its own is ${mark.description}; configured is ` +
        `${description}${id === undefined ? ', which is a new one or an older copy' : ''}. Start with its own ` +
        `(DATABASE_URL; or put the folder \`database\` back from a backup), or set ${variable} to the pictures of the ` +
        `configured one. ${adopt('pictures that the database does not know are set aside')}`,
    );
  }
  if (pictures.length > 0) {
    if ((await assetFates(sql, pictures)).size > 0) return;
    throw new OperatorError(
      'DIRECTORY_OF_ANOTHER_DATABASE',
      `${place} holds pictures, and the configured database (${description}) knows none of them. Start with the ` +
        'database that belongs to them (DATABASE_URL; or put the folder `database` back from a backup), or set ' +
        `${variable} to another place. ${adopt('the pictures are set aside')}`,
    );
  }
  const isShared = database.kind === 'postgres' && id !== undefined;
  if (live === 0 && !isShared) return;
  throw new OperatorError(
    'DIRECTORY_EMPTY',
    `${place} is empty, and the database ${live > 0 ? `knows ${live} pictures` : 'is used with pictures elsewhere'}. ` +
      `${whereElse(marks)}, or put the pictures back from a backup. ${adopt('the pictures that the database knows are missing')}`,
  );
}

function whereElse({ isBucket }: Marks): string {
  return isBucket
    ? 'Do they lie on the disk or in another bucket? `npm run move-assets` brings them here; all replicas need the same ' +
        'DARKROOM_ASSETS: set it to the one of the others'
    : 'Is its disk mounted? All replicas need the same directory: mount the one of the others at DARKROOM_DATA_DIR, set ' +
        'DARKROOM_ASSETS if the pictures were moved to a bucket';
}

/** The command stands last and has no full stop: it is made to be copied. */
function adoption({ place, isBucket }: Marks): string {
  if (isBucket) return `put an object ${place}/${FILE} with the content: ${ADOPT}`;
  return `run: mkdir -p "${place}" && echo ${ADOPT} > "${path.join(place, FILE)}"`;
}

async function sampleOf(files: AssetFiles): Promise<string[]> {
  const sample: string[] = [];
  for await (const id of files.list()) {
    sample.push(id);
    if (sample.length === SAMPLE) break;
  }
  return sample;
}

async function readMark(marks: Marks): Promise<Mark | undefined> {
  const text = await marks.read(FILE);
  if (text === undefined) return undefined;
  const [id = '', description = ''] = text.split('\n').map(line => line.trim());
  return { id, description: description === '' ? 'not named' : description };
}

async function writeMark(marks: Marks, { id, description }: Mark): Promise<void> {
  await marks.write(FILE, `${id}\n${description}\n`);
}
