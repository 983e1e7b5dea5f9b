import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError, OperatorError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { ROOT } from '../kernel/paths.js';
import { type Database, type Sql, SqlError } from './database.js';

export const MIGRATIONS = path.join(ROOT, 'src', 'store', 'migrations');

interface Migration {
  version: number;
  name: string;
  sql: string;
  sha256: string;
  /** Replicas that do not know it go on beside it. */
  besideOlder: boolean;
}

interface Applied {
  version: number;
  name: string;
  sha256: string;
  besideOlder: boolean;
}

/** What is known of the schema; the column is added where an older program made the table. */
const OWN_TABLE = `
  create table if not exists schema_migrations (
    version int primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now(),
    -- whether a program that does not know it can go on
    beside_older boolean not null default false
  );
  alter table schema_migrations add column if not exists beside_older boolean not null default false`;

/** Up to here no version could run beside a newer one. */
const LAST_ALONE = 24;
/** A line of a migration that older replicas must not see applied under them. */
const NEEDS_STOP = /^-- Needs a stop: \S/m;

/** Key of the advisory lock: any number that no other program uses. "dark" in ASCII. */
const ADVISORY_LOCK_KEY = 0x6461726b;

/**
 * Brings the schema up to date: applies `NNN-name.sql` files in order, each in its own transaction, one migrator at a
 * time. There are no down migrations. Where nothing is to be applied it only reads, as a role does that may not create.
 *
 * Errors: SCHEMA_NEWER where the database has a version that the folder lacks and beside which an older program cannot
 * work. SCHEMA_OLDER where the role may not bring it up to date. SCHEMA_CHANGED where the content of an applied file has
 * changed. REPLICAS_RUNNING where a migration needs that older replicas are stopped, and one is alive. The SqlError of a
 * bad migration, which is rolled back completely.
 * @param through the last version to be applied: a restore needs the schema of its backup first
 * @returns the versions applied now, the version that this program knows, and that of the schema where it is newer
 */
export async function migrate(
  database: Database,
  folder = MIGRATIONS,
  through = Number.POSITIVE_INFINITY,
): Promise<{ applied: number[]; version: number; newer?: number }> {
  const migrations = (await readMigrations(folder)).filter(({ version }) => version <= through);
  const version = migrations.at(-1)?.version ?? 0;
  const standing = await standingVersion(database, migrations);
  if (standing === version) return { applied: [], version };
  if (standing !== undefined && standing > version) return { applied: [], version, newer: standing };
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
    await sql.script(OWN_TABLE);
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

/** Of all that makes the schema, in hex: another one means another schema. */
export async function schemaHash(folder = MIGRATIONS): Promise<string> {
  const hash = createHash('sha256').update(OWN_TABLE);
  for (const { sha256 } of await readMigrations(folder)) hash.update(sha256);
  return hash.digest('hex').slice(0, 16);
}

async function applyNext(sql: Sql, migrations: Migration[]): Promise<number | undefined> {
  await takeAdvisoryLock(sql);
  const done = await appliedIn(sql);
  checkApplied(done, migrations);
  const next = migrations[done.length];
  if (!next) return undefined;
  if (!next.besideOlder) await requireStopped(sql, next);
  await sql.script(next.sql);
  await sql.query('insert into schema_migrations (version, name, sha256, beside_older) values ($1, $2, $3, $4)', [
    next.version,
    next.name,
    next.sha256,
    next.besideOlder,
  ]);
  return next.version;
}

/** A replica of the version before would go on with columns that are gone, or write what the new one does not read. */
async function requireStopped(sql: Sql, { version, name }: Migration): Promise<void> {
  const [table] = await sql.query<{ there: boolean }>(`select to_regclass('replicas') is not null as there`);
  if (!table!.there) return;
  const { aliveMs } = LIMITS.store.replica;
  const alive = await sql.query<{ host: string }>(
    `select host from replicas where beat_at > now() - $1::int * interval '1 ms' order by host`,
    [aliveMs],
  );
  if (alive.length === 0) return;
  throw new OperatorError(
    'REPLICAS_RUNNING',
    `Migration ${version} (${name}) needs that all replicas are stopped first, and ${alive.length} of them ` +
      `${alive.length === 1 ? 'is' : 'are'} alive (${alive.map(({ host }) => host).join(', ')}). Stop them and start ` +
      `again; one that was killed counts for ${aliveMs / 1_000} s.`,
  );
}

/** Of a table that an older program made, which has no such column, every migration stands alone. */
const BESIDE_OLDER = `coalesce((to_jsonb(m) ->> 'beside_older')::boolean, false)`;

function appliedIn(sql: Sql): Promise<Applied[]> {
  return sql.query<Applied>(
    `select version, name, sha256, ${BESIDE_OLDER} as "besideOlder" from schema_migrations m order by version`,
  );
}

/** The version of the schema as it stands, and whether a program that knows `known` can work on it. */
export async function workableVersion(sql: Sql, known: number): Promise<{ version: number; isWorkable: boolean }> {
  const [row] = await sql.query<{ version: number; isWorkable: boolean }>(
    `select max(version) as version,
       max(version) >= $1::int and coalesce(bool_and(${BESIDE_OLDER}) filter (where version > $1::int), true) as "isWorkable"
     from schema_migrations m`,
    [known],
  );
  return row!;
}

async function takeAdvisoryLock(sql: Sql): Promise<void> {
  // No timeout: another migrator and the migration itself may take as long as they need.
  await sql.script(`set local statement_timeout = 0; select pg_advisory_xact_lock(${ADVISORY_LOCK_KEY})`);
}

function checkApplied(done: Applied[], migrations: Migration[]): void {
  const newest = done.at(-1)?.version ?? 0;
  const known = migrations.at(-1)?.version ?? 0;
  if (done.some(({ version, besideOlder }) => version > known && !besideOlder)) {
    throw new OperatorError(
      'SCHEMA_NEWER',
      `The database has schema version ${newest}; this version of Darkroom knows ${known} and cannot work beside ` +
        'what came after. Start the newer version, or restore a backup from before it.',
    );
  }
  for (const [index, row] of done.entries()) {
    if (row.version > known) continue;
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
      const sha256 = createHash('sha256').update(sql).digest('hex');
      return { version: index + 1, name, sql, sha256, besideOlder: index >= LAST_ALONE && !NEEDS_STOP.test(sql) };
    }),
  );
}
