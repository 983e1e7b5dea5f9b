import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OperatorError } from '../kernel/errors.js';
import type { Sql } from './database.js';

/** Which backup a database came from. */
export interface RestoredFrom {
  /** What was acknowledged before this time is in it. */
  backupOf: Date;
  restoredAt: Date;
}

/** Written before anything else of a restore, and gone when it is complete. */
const UNFINISHED = 'restore_unfinished';
const RESTORED_FROM = 'restored_from';

/** The same in the data directory, while there is no database yet that could hold it. */
const UNFINISHED_FILE = 'restore-unfinished';

/** For a data directory that has held nothing so far. */
export async function markDirectory(dataDirectory: string): Promise<void> {
  await writeFile(path.join(dataDirectory, UNFINISHED_FILE), '', { mode: 0o600 });
}

export async function unmarkDirectory(dataDirectory: string): Promise<void> {
  await rm(path.join(dataDirectory, UNFINISHED_FILE), { force: true });
}

/** Asked before a database is opened, which would be made where there is none. Throws RESTORE_UNFINISHED. */
export function refuseMarkedDirectory(dataDirectory: string): void {
  if (existsSync(path.join(dataDirectory, UNFINISHED_FILE))) throw unfinished();
}

function unfinished(): OperatorError {
  return new OperatorError(
    'RESTORE_UNFINISHED',
    'A restore into this database was interrupted. Run the same `npm run restore` again: it begins anew.',
  );
}

export async function beginRestore(sql: Sql): Promise<void> {
  await sql.query(`insert into settings (name, value) values ($1, now()::text) on conflict (name) do nothing`, [
    UNFINISHED,
  ]);
}

export async function endRestore(sql: Sql): Promise<void> {
  await sql.query('delete from settings where name = $1', [UNFINISHED]);
}

/** Asked before the schema is brought up to date, so there may be no settings yet. */
export async function isRestoreUnfinished(sql: Sql): Promise<boolean> {
  return (await findSetting(sql, UNFINISHED)) !== undefined;
}

/** A house with half of its rows or pictures must not work. Throws RESTORE_UNFINISHED. */
export async function refuseUnfinishedRestore(sql: Sql): Promise<void> {
  if (await isRestoreUnfinished(sql)) throw unfinished();
}

/** By the clock of the database, as the times of its tasks: one that was created before came with the backup. */
export async function noteRestoredFrom(sql: Sql, backupOf: Date): Promise<void> {
  const [clock] = await sql.query<{ now: Date }>('select now() as now');
  await writeSetting(sql, RESTORED_FROM, JSON.stringify({ backupOf, restoredAt: clock!.now }));
}

/** For a move of the rows to another database. */
export async function copyRestoredFrom(from: Sql, to: Sql): Promise<void> {
  const value = await findSetting(from, RESTORED_FROM);
  if (value !== undefined) await writeSetting(to, RESTORED_FROM, value);
}

export async function findRestoredFrom(sql: Sql): Promise<RestoredFrom | undefined> {
  const value = await findSetting(sql, RESTORED_FROM);
  if (value === undefined) return undefined;
  const { backupOf, restoredAt } = JSON.parse(value) as Record<keyof RestoredFrom, string>;
  return { backupOf: new Date(backupOf), restoredAt: new Date(restoredAt) };
}

async function writeSetting(sql: Sql, name: string, value: string): Promise<void> {
  await sql.query(
    'insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [name, value],
  );
}

async function findSetting(sql: Sql, name: string): Promise<string | undefined> {
  const [table] = await sql.query<{ there: boolean }>(`select to_regclass('settings') is not null as there`);
  if (!table!.there) return undefined;
  return (await sql.query<{ value: string }>('select value from settings where name = $1', [name]))[0]?.value;
}
