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
export async function probeWrite(sql: Sql): Promise<{ databaseId: string | undefined }> {
  const [held] = await sql.query<{ id: string }>('select value as id from settings where name = $1 for update', [
    DATABASE_ID,
  ]);
  return { databaseId: held?.id };
}

/** How many slices of the data directory were taken up by now, since the first start. */
const SWEEP_SLICES = 'sweep_slices';

export async function countSweepSlices(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ slices: number }>('select value::int as slices from settings where name = $1', [
    SWEEP_SLICES,
  ]);
  return row?.slices ?? 0;
}

/** Takes up the next slice, which no other replica takes then. Undefined where `goal` were taken up. */
export async function takeSweepSlice(sql: Sql, goal: number): Promise<number | undefined> {
  const [row] = await sql.query<{ slices: number }>(
    `insert into settings as s (name, value) values ($1, '1') on conflict (name) do update
     set value = (s.value::int + 1)::text where s.value::int < $2 returning value::int as slices`,
    [SWEEP_SLICES, goal],
  );
  return row && row.slices - 1;
}

export async function replaceDatabaseId(sql: Sql, id: string): Promise<void> {
  await sql.query(
    'insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [DATABASE_ID, id],
  );
}
