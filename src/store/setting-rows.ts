import type { Sql } from './database.js';

/** The id of the database, which its data directory holds too. */
const DATABASE_ID = 'database_id';

export async function findDatabaseId(sql: Sql): Promise<string | undefined> {
  const [held] = await sql.query<{ value: string }>('select value from settings where name = $1', [DATABASE_ID]);
  return held?.value;
}

/** Gives the database this id if it has none. Until the end of the transaction, others that ask wait. */
export async function claimDatabaseId(sql: Sql, proposed: string): Promise<{ id: string; isNew: boolean }> {
  const made = await sql.query(
    'insert into settings (name, value) values ($1, $2) on conflict (name) do nothing returning name',
    [DATABASE_ID, proposed],
  );
  const [held] = await sql.query<{ value: string }>('select value from settings where name = $1 for update', [
    DATABASE_ID,
  ]);
  return { id: held!.value, isNew: made.length > 0 };
}

/**
 * Writes to the database what leaves no trace: the lock of a row is a write with a commit of its own, and makes no dead
 * row, however often it is done. A server that takes no writes refuses it.
 */
export async function probeWrite(sql: Sql): Promise<{ databaseId: string | undefined; schemaVersion: number }> {
  const [held] = await sql.query<{ id: string }>('select value as id from settings where name = $1 for update', [
    DATABASE_ID,
  ]);
  const [newest] = await sql.query<{ version: number }>('select max(version) as version from schema_migrations');
  return { databaseId: held?.id, schemaVersion: newest!.version };
}

export async function replaceDatabaseId(sql: Sql, id: string): Promise<void> {
  await sql.query(
    'insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [DATABASE_ID, id],
  );
}
