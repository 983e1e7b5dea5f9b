import type { Sql } from './database.js';

/** What was taken in a window, by all replicas, and what is left of its time. */
export interface RateRow {
  operations: number;
  cost: number;
  leftMs: number;
}

/**
 * Adds to what was taken of a rate, and begins a new window where the last one is over. It is one statement, so that two
 * replicas never take the same part twice; by the clock of the database, which they share. The time before the wait for
 * the row's lock counts: whoever waited may find a window that began after its own time. A window that ends later than
 * in two of its lengths was written before the clock went back.
 */
export async function takeRate(
  sql: Sql,
  subject: string,
  windowMs: number,
  { operations, cost }: { operations: number; cost: number },
): Promise<RateRow> {
  const runs = `r.ends_at > excluded.ends_at - $2::float8 * interval '1 ms'
    and r.ends_at <= excluded.ends_at + $2::float8 * interval '1 ms'`;
  const rows = await sql.query<RateRow>(
    `insert into rates as r (subject, ends_at, operations, cost)
     values ($1, clock_timestamp() + $2::float8 * interval '1 ms', $3, $4)
     on conflict (subject) do update set
       ends_at = case when ${runs} then r.ends_at else excluded.ends_at end,
       operations = case when ${runs} then r.operations + excluded.operations else excluded.operations end,
       cost = case when ${runs} then r.cost + excluded.cost else excluded.cost end
     returning operations, cost,
       (extract(epoch from ends_at - clock_timestamp()) * 1000)::float8 as "leftMs"`,
    [subject, windowMs, operations, cost],
  );
  return rows[0]!;
}

/** Windows that ended so long ago. */
export async function dropOldRates(sql: Sql, olderThanMs: number): Promise<void> {
  await sql.query(`delete from rates where ends_at < now() - $1::float8 * interval '1 ms'`, [olderThanMs]);
}
