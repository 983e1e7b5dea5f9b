import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../kernel/errors.js';
import { ROOT } from '../kernel/paths.js';
import type { Database, Sql } from './database.js';

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

/** Any number that no one else uses as an advisory lock: "dark" in ASCII. */
const LOCK = 0x6461726b;

/**
 * Brings the schema up to date: applies `NNN-name.sql` files in order, each in a transaction of its own, one migrator at
 * a time. Migrations only go forward.
 *
 * Errors: SCHEMA_NEWER when the database knows a version that the folder does not, SCHEMA_CHANGED when an applied file
 * has another content now, and whatever the database says of a bad migration; that one is rolled back whole.
 * @returns the versions applied now and the version of the schema.
 */
export async function migrate(
  database: Database,
  folder = MIGRATIONS,
): Promise<{ applied: number[]; version: number }> {
  const migrations = await readMigrations(folder);
  await database.transaction(async sql => {
    await lock(sql);
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
    if (version === undefined) return { applied, version: migrations.at(-1)?.version ?? 0 };
    applied.push(version);
  }
}

async function applyNext(sql: Sql, migrations: Migration[]): Promise<number | undefined> {
  await lock(sql);
  const done = await sql.query<Applied>('select version, name, sha256 from schema_migrations order by version');
  check(done, migrations);
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

async function lock(sql: Sql): Promise<void> {
  // Waiting for another migrator, and then the migration itself, may take as long as they need.
  await sql.script(`set local statement_timeout = 0; select pg_advisory_xact_lock(${LOCK})`);
}

function check(done: Applied[], migrations: Migration[]): void {
  const newest = done.at(-1)?.version ?? 0;
  const known = migrations.at(-1)?.version ?? 0;
  if (newest > known) {
    throw new DarkroomError(
      'SCHEMA_NEWER',
      `The database has schema version ${newest}; this version of Darkroom knows ${known}. Start the newer version.`,
    );
  }
  for (const [index, row] of done.entries()) {
    const migration = migrations[index];
    if (migration?.version === row.version && migration.sha256 === row.sha256) continue;
    throw new DarkroomError(
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
      // Git may write CRLF on Windows; that is no change.
      const sql = (await readFile(path.join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
      return { version: index + 1, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
