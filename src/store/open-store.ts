import { createHmac, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DarkroomError, OperatorError } from '../kernel/errors.js';
import type { ChangeFeed } from './change-feed.js';
import type { Database, StoreLog } from './database.js';
import { openPglite } from './drivers/pglite.js';
import { openPostgres } from './drivers/postgres.js';
import { PostgresFeed } from './drivers/postgres-feed.js';
import { explainRefusal, migrate } from './migrate.js';
import { refuseUnfinishedRestore } from './restore-marks.js';

export interface StoreOptions {
  /** URL of a Postgres server. Undefined: the embedded database in the data directory. */
  databaseUrl: string | undefined;
  /** The same database past a pooler, for what a pooler cannot do: to listen, and to migrate. */
  databaseDirectUrl?: string | undefined;
  dataDirectory: string;
  /** Required with `databaseUrl`. Embedded, an undefined secret is read from the data directory, or created there. */
  secret: string | undefined;
  log: StoreLog;
  /** Called once when the embedded database has ended itself. */
  onStopped(error: DarkroomError): void;
  /** Wraps the database, in tests. */
  tap?: ((database: Database) => Database) | undefined;
}

export interface Store {
  database: Database;
  secret: Buffer;
  /** Of the schema, which this build knows. */
  schemaVersion: number;
  /** How other replicas hear of commits. Undefined when embedded: there are none. */
  feed: ChangeFeed | undefined;
  close(): Promise<void>;
}

/**
 * Opens the configured database, brings its schema up to date, and reads the secret that belongs to it.
 * Errors: those of the drivers and of `migrate`; RESTORE_UNFINISHED; SECRET_DIFFERS where the database was first used with another secret.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { databaseUrl: url, dataDirectory, log, tap = same => same } = options;
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const opened =
    url === undefined
      ? await openPglite({ directory: dataDirectory, log, onStopped: options.onStopped })
      : await openPostgres({ url, log });
  const database = tap(opened);
  try {
    await refuseUnfinishedRestore(opened);
    const schemaVersion = await bringUpToDate(database, options);
    const secret = options.secret === undefined ? await embeddedSecret(dataDirectory) : Buffer.from(options.secret);
    if (url === undefined) return { database, secret, schemaVersion, feed: undefined, close: () => database.close() };
    await checkSecret(database, secret);
    const feed = new PostgresFeed({ url: options.databaseDirectUrl ?? url, database, log });
    const close = async () => {
      await feed.close();
      await database.close();
    };
    return { database, secret, schemaVersion, feed, close };
  } catch (error) {
    await database.close();
    throw explainRefusal(error);
  }
}

/** @returns the version of the schema. A wrong direct URL stops the start here, and not only the events later on. */
async function bringUpToDate(database: Database, { databaseDirectUrl: url, log }: StoreOptions): Promise<number> {
  if (url === undefined) return (await migrate(database)).version;
  const direct = await openPostgres({ url, variable: 'DATABASE_DIRECT_URL', log, connections: 1 });
  try {
    const [one, other] = await Promise.all([database, direct].map(identityOf));
    if (one !== other)
      throw new OperatorError('DATABASE_UNUSABLE', 'DATABASE_DIRECT_URL: it is another database than DATABASE_URL.');
    return (await migrate(direct)).version;
  } finally {
    await direct.close();
  }
}

/** The same on every way to one database, and on no other one. */
async function identityOf(database: Database): Promise<string> {
  const [row] = await database.query<{ identity: string }>(
    `select current_database() || ' ' || current_schema() || ' ' || extract(epoch from pg_postmaster_start_time()) as identity`,
  );
  return row!.identity;
}

/** The secret of an embedded store: created once in the data directory, readable by its owner only. */
async function embeddedSecret(directory: string): Promise<Buffer> {
  const file = path.join(directory, 'secret');
  if (!existsSync(file)) await writeFile(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  // Used as text, so that DARKROOM_SECRET=$(cat secret) is the same secret after a move to Postgres.
  return Buffer.from((await readFile(file, 'utf8')).trim());
}

/** Tells secrets apart, and tells nothing of them. */
export function secretFingerprint(secret: Buffer): string {
  return createHmac('sha256', secret).update('darkroom secret fingerprint').digest('hex').slice(0, 32);
}

/**
 * Replicas with different secrets would reject the links of each other, and could not open what the other one has
 * sealed.
 */
async function checkSecret(database: Database, secret: Buffer): Promise<void> {
  const own = secretFingerprint(secret);
  await database.query(
    `insert into settings (name, value) values ('secret_fingerprint', $1) on conflict (name) do nothing`,
    [own],
  );
  const [held] = await database.query<{ value: string }>(
    `select value from settings where name = 'secret_fingerprint'`,
  );
  if (held?.value === own) return;
  throw new OperatorError(
    'SECRET_DIFFERS',
    'DARKROOM_SECRET is not the one that this database was first used with. Set the one of the other replicas. To ' +
      "change it for good, stop all of them and run: DELETE FROM settings WHERE name = 'secret_fingerprint'. Links that " +
      'were given out then end, and open tasks with a name or an ID number fail.',
  );
}
