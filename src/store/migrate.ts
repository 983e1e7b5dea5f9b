import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError, OperatorError } from '../kernel/errors.js';
import { ROOT } from '../kernel/paths.js';
import { type Database, type Sql, SqlError } from './database.js';

export const MIGRATIONS = path.join(ROOT, 'src', 'store', 'migrations');

interface Migration {
  version: number;
  name: string;
  sql: string;
  sha256: string;
}

interface Applied {
  version: number;
  name: string;
  sha256: string;
}

/** Key of the advisory lock: any number that no other program uses. "dark" in ASCII. */
const ADVISORY_LOCK_KEY = 0x6461726b;

/**
 * Brings the schema up to date: applies `NNN-name.sql` files in order, each in its own transaction, one migrator at a
 * time. There are no down migrations. Where nothing is to be applied it only reads, as a role does that may not create.
 *
 * Errors: SCHEMA_NEWER where the database has a version that the folder lacks. SCHEMA_OLDER where the role may not bring
 * it up to date. SCHEMA_CHANGED where the content of an applied file has changed. The SqlError of a bad migration, which
 * is rolled back completely.
 * @param through the last version to be applied: a restore needs the schema of its backup first
 * @returns the versions applied now, and the version of the schema
 */
export async function migrate(
  database: Database,
  folder = MIGRATIONS,
  through = Number.POSITIVE_INFINITY,
): Promise<{ applied: number[]; version: number }> {
  const migrations = (await readMigrations(folder)).filter(({ version }) => version <= through);
  const version = migrations.at(-1)?.version ?? 0;
  const standing = await standingVersion(database, migrations);
  if (standing === version) return { applied: [], version };
  try {
    return { applied: await applyAll(database, migrations), version };
  } catch (error) {
    throw isRefused(error) ? schemaOlder(standing, version) : error;
  }
}

/** The version of the schema; undefined where the database has none. */
async function standingVersion(database: Database, migrations: Migration[]): Promise<number | undefined> {
  return database.transaction(async sql => {
    const [table] = await sql.query<{ exists: boolean }>(
      `select to_regclass('schema_migrations') is not null as exists`,
    );
    if (!table!.exists) return undefined;
    const done = await appliedIn(sql).catch(error => {
      throw explainRefusal(error);
    });
    checkApplied(done, migrations);
    return done.length;
  });
}

function isRefused(error: unknown): boolean {
  return error instanceof SqlError && error.sqlState === '42501';
}

function schemaOlder(standing: number | undefined, version: number): OperatorError {
  const stands = standing === undefined ? 'has no schema yet' : `has schema version ${standing}`;
  return new OperatorError(
    'SCHEMA_OLDER',
    `The database ${stands}; this version of Darkroom needs ${version}, and the role of the URL may not make it. Stop ` +
      'all replicas and run `npm run migrate` with the URL of the owner of the tables.',
  );
}

/** Of a role that lacks the rights on tables which stand: in words for the operator. Any other error stays as it is. */
export function explainRefusal(error: unknown): unknown {
  if (!isRefused(error)) return error;
  return new OperatorError(
    'DATABASE_UNUSABLE',
    'The role of the URL may not use the tables; as their owner, run: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL ' +
      'TABLES IN SCHEMA public TO the role.',
  );
}

async function applyAll(database: Database, migrations: Migration[]): Promise<number[]> {
  await database.transaction(async sql => {
    await takeAdvisoryLock(sql);
    await sql.script(`create table if not exists schema_migrations (
      version int primary key,
      name text not null,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`);
  });
  const applied: number[] = [];
  for (;;) {
    const version = await database.transaction(sql => applyNext(sql, migrations));
    if (version === undefined) return applied;
    applied.push(version);
  }
}

/** Of the schema as it stands; 0 where there is none. */
export async function appliedVersion(sql: Sql): Promise<number> {
  const [table] = await sql.query<{ there: boolean }>(`select to_regclass('schema_migrations') is not null as there`);
  if (!table!.there) return 0;
  const [newest] = await sql.query<{ version: number }>(
    'select coalesce(max(version), 0)::int as version from schema_migrations',
  );
  return newest!.version;
}

/** The newest that this program has. */
export async function knownVersion(folder = MIGRATIONS): Promise<number> {
  return (await readMigrations(folder)).length;
}

/** Of all migrations, in hex: another one means another schema. */
export async function schemaHash(folder = MIGRATIONS): Promise<string> {
  const hash = createHash('sha256');
  for (const { sha256 } of await readMigrations(folder)) hash.update(sha256);
  return hash.digest('hex').slice(0, 16);
}

async function applyNext(sql: Sql, migrations: Migration[]): Promise<number | undefined> {
  await takeAdvisoryLock(sql);
  const done = await appliedIn(sql);
  checkApplied(done, migrations);
  const next = migrations[done.length];
  if (!next) return undefined;
  await sql.script(next.sql);
  await sql.query('insert into schema_migrations (version, name, sha256) values ($1, $2, $3)', [
    next.version,
    next.name,
    next.sha256,
  ]);
  return next.version;
}

function appliedIn(sql: Sql): Promise<Applied[]> {
  return sql.query<Applied>('select version, name, sha256 from schema_migrations order by version');
}

async function takeAdvisoryLock(sql: Sql): Promise<void> {
  // No timeout: another migrator and the migration itself may take as long as they need.
  await sql.script(`set local statement_timeout = 0; select pg_advisory_xact_lock(${ADVISORY_LOCK_KEY})`);
}

function checkApplied(done: Applied[], migrations: Migration[]): void {
  const newest = done.at(-1)?.version ?? 0;
  const known = migrations.at(-1)?.version ?? 0;
  if (newest > known) {
    throw new OperatorError(
      'SCHEMA_NEWER',
      `The database has schema version ${newest}; this version of Darkroom knows ${known}. Start the newer version.`,
    );
  }
  for (const [index, row] of done.entries()) {
    const migration = migrations[index];
    if (migration?.version === row.version && migration.sha256 === row.sha256) continue;
    throw new OperatorError(
      'SCHEMA_CHANGED',
      `Migration ${row.version} (${row.name}) was applied with another content; add a new migration instead.`,
    );
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const [, number, name] = /^(\d{3})-([a-z0-9-]+)\.sql$/.exec(file) ?? [];
      if (!name || Number(number) !== index + 1) {
        throw new DarkroomError('INTERNAL', `Migrations are numbered 001-name.sql without gaps; ${file} is not.`);
      }
      // Git on Windows may write CRLF, which is no change of the migration.
      const sql = (await readFile(path.join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
      return { version: index + 1, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
