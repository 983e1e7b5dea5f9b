import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { type DarkroomError, OperatorError } from '../kernel/errors.js';
import { Secrets } from '../kernel/secrets.js';
import type { ChangeFeed } from './change-feed.js';
import type { Database, StoreLog } from './database.js';
import { openPglite } from './drivers/pglite.js';
import { openPostgres } from './drivers/postgres.js';
import { PostgresFeed } from './drivers/postgres-feed.js';
import { measured } from './measured.js';
import { explainRefusal, migrate } from './migrate.js';
import { refuseMarkedDirectory, refuseUnfinishedRestore } from './restore-marks.js';
import { readSecretTexts, secretFile } from './secret-files.js';
import { claimFingerprint, findFingerprint, replaceFingerprint } from './secret-rows.js';

export interface StoreOptions {
  /** URL of a Postgres server. Undefined: the embedded database in the data directory. */
  databaseUrl: string | undefined;
  /** The same database past a pooler, for what a pooler cannot do: to listen, and to migrate. */
  databaseDirectUrl?: string | undefined;
  dataDirectory: string;
  /** Required with `databaseUrl`. Embedded, an undefined secret is read from the data directory, or created there. */
  secret: string | undefined;
  /** What may have been made under other secrets is read with these. */
  previousSecrets?: readonly string[];
  /** See `TransactionScope`. */
  production?: boolean | undefined;
  log: StoreLog;
  /** Called once when the embedded database has ended itself. */
  onStopped(error: DarkroomError): void;
  /** Wraps the database, in tests. */
  tap?: ((database: Database) => Database) | undefined;
}

export interface Store {
  database: Database;
  secrets: Secrets;
  /** Of the schema, which this build knows. */
  schemaVersion: number;
  /** How other replicas hear of commits. Undefined when embedded: there are none. */
  feed: ChangeFeed | undefined;
  close(): Promise<void>;
}

/**
 * Opens the configured database, brings its schema up to date, and reads the secrets that belong to it.
 * Errors: those of the drivers and of `migrate`; RESTORE_UNFINISHED; SECRET_DIFFERS where a Postgres database was first
 * used with another secret, or that of an embedded one is gone.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { databaseUrl: url, dataDirectory, log, production, tap = same => same } = options;
  refuseMarkedDirectory(dataDirectory);
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const opened =
    url === undefined
      ? await openPglite({ directory: dataDirectory, log, production, onStopped: options.onStopped })
      : await openPostgres({ url, log, production });
  const database = tap(measured(opened));
  try {
    await refuseUnfinishedRestore(opened);
    const schemaVersion = await bringUpToDate(database, options);
    if (url === undefined) {
      const secrets = await embeddedSecrets(opened, options);
      return { database, secrets, schemaVersion, feed: undefined, close: () => database.close() };
    }
    const secrets = await sharedSecrets(database, options);
    const feed = new PostgresFeed({ url: options.databaseDirectUrl ?? url, database, log });
    const close = async () => {
      await feed.close();
      await database.close();
    };
    return { database, secrets, schemaVersion, feed, close };
  } catch (error) {
    await database.close();
    throw explainRefusal(error);
  }
}

/** @returns the version of the schema. A wrong direct URL stops the start here, and not only the events later on. */
async function bringUpToDate(database: Database, { databaseDirectUrl: url, log }: StoreOptions): Promise<number> {
  if (url === undefined) return migrated(database, log);
  const direct = await openPostgres({ url, variable: 'DATABASE_DIRECT_URL', log, connections: 1 });
  try {
    const [one, other] = await Promise.all([database, direct].map(identityOf));
    if (one !== other)
      throw new OperatorError('DATABASE_UNUSABLE', 'DATABASE_DIRECT_URL: it is another database than DATABASE_URL.');
    return await migrated(direct, log);
  } finally {
    await direct.close();
  }
}

async function migrated(database: Database, log: StoreLog): Promise<number> {
  const { version, newer } = await migrate(database);
  if (newer !== undefined)
    log.warn({ schema: newer, known: version }, 'the schema is of a newer version; this one works beside it');
  return version;
}

/** The same on every way to one database, and on no other one. */
async function identityOf(database: Database): Promise<string> {
  const [row] = await database.query<{ identity: string }>(
    `select current_database() || ' ' || current_schema() || ' ' || extract(epoch from pg_postmaster_start_time()) as identity`,
  );
  return row!.identity;
}

/**
 * The secret of an embedded store: the configured one, or that of the data directory, created once and readable by its
 * owner only. A database that had one gets no other by itself: whoever restored it with the variable set once, or lost
 * the file, would find out by links that end and sealed input that does not open.
 */
async function embeddedSecrets(database: Database, options: StoreOptions): Promise<Secrets> {
  const { secret, dataDirectory, log } = options;
  const file = secretFile(dataDirectory);
  const held = await findFingerprint(database);
  if (secret === undefined && !existsSync(file)) {
    if (held !== undefined) throw secretGone(file);
    await writeFile(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  }
  const secrets = new Secrets((await readSecretTexts(options)).map(text => Buffer.from(text)));
  if (held !== undefined && secrets.activate(held)) return tellUnfinished(secrets, log);
  if (held !== undefined)
    log.warn(
      {},
      'the secret is another one than before: links that were given out end, open tasks with a name or an ID number fail, ' +
        'and photos that were sealed cannot be opened',
    );
  await replaceFingerprint(database, secrets.configured);
  return secrets;
}

/** Until the rotation the database goes on with the secret that it has. */
function tellUnfinished(secrets: Secrets, log: StoreLog): Secrets {
  if (secrets.active !== secrets.configured)
    log.warn({}, 'the secret of before is used until `npm run rotate-secret` makes the new one the active one');
  return secrets;
}

function secretGone(file: string): OperatorError {
  return new OperatorError(
    'SECRET_DIFFERS',
    `The secret that this database was used with is not there: put it back as ${file}, or set DARKROOM_SECRET to it. If ` +
      `it is lost, make a new one: (umask 077; openssl rand -hex 32 > "${file}"). Links that were given out then end, ` +
      'open tasks with a name or an ID number fail, and photos that were sealed cannot be opened.',
  );
}

/**
 * Replicas with different secrets would reject the links of each other, and could not open what the other one has
 * sealed.
 */
async function sharedSecrets(database: Database, options: StoreOptions): Promise<Secrets> {
  const { secret, previousSecrets = [], log } = options;
  const secrets = new Secrets([secret!, ...previousSecrets].map(text => Buffer.from(text)));
  if (secrets.activate(await claimFingerprint(database, secrets.configured))) return tellUnfinished(secrets, log);
  throw new OperatorError(
    'SECRET_DIFFERS',
    'DARKROOM_SECRET is not the one that this database is used with. Set the one of the other replicas. To change it, set ' +
      'the one of before as DARKROOM_PREVIOUS_SECRETS and run `npm run rotate-secret`. If it is lost, stop all replicas ' +
      "and run: DELETE FROM settings WHERE name = 'secret_fingerprint'. Links that were given out then end, open tasks " +
      'with a name or an ID number fail, and photos that were sealed cannot be opened.',
  );
}
