import type { Sql } from './database.js';

/** How far the tasks of a tenant were looked at, in the order of their ends; null: not at all. */
export interface OldTaskPlace {
  tenantId: string;
  /** As text: it has microseconds. */
  endedAt: string | null;
  id: string | null;
}

export interface OldTask {
  id: string;
  endedAt: string;
  /** Something of it is left to be done or seen. */
  isHeld: boolean;
}

/** The next tenant that has tasks. Undefined after the last one. */
export async function nextTenant(sql: Sql, after: string): Promise<string | undefined> {
  const rows = await sql.query<{ tenantId: string }>(
    'select tenant_id as "tenantId" from tasks where tenant_id > $1 order by tenant_id limit 1',
    [after],
  );
  return rows[0]?.tenantId;
}

/**
 * Why a task stays although its time is over: a call is under way or in doubt; a picture of it, or one that it worked on,
 * is kept; a photo of it can still be released, or was bought by a task that is there; a message about it waits. Values
 * and no conditions: of `not exists` the planner makes joins, and reads all that is due for each batch.
 */
const HELD = [
  `select true from task_attempts a where a.task_id = k.id and (a.ended_at is null or (a.can_bill and a.billed = 'UNKNOWN'))`,
  'select true from assets a where a.task_id = k.id and a.purged_at is null',
  'select true from assets a where a.id = any(k.input_assets) and a.purged_at is null',
  `select true from photos p where p.task_id = k.id and p.release_until > now() - interval '1 day'`,
  'select true from photos p join tasks buyer on buyer.id = p.release_task_id where p.task_id = k.id and buyer.id <> k.id',
  `select true from webhook_deliveries d where d.task_id = k.id and d.state = 'PENDING'`,
].map(held => `(${held} limit 1)`);

/**
 * The next tasks of a tenant that ended so long ago, oldest first, locked until the end of the transaction. What another
 * replica deletes is passed by.
 */
export function lockOldTasks(sql: Sql, place: OldTaskPlace, keptMs: number, most: number): Promise<OldTask[]> {
  return sql.query<OldTask>(
    `with due as materialized (
       select id, ended_at, input_assets from tasks
       where tenant_id = $1 and ended_at >= coalesce($2::timestamptz, '-infinity')
         and (ended_at, id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3, ''))
         and ended_at < now() - make_interval(secs => $4)
       order by ended_at, id limit $5 for update skip locked
     )
     select id, ended_at::text as "endedAt", coalesce(${HELD.join(', ')}, false) as "isHeld"
     from due k order by ended_at, id`,
    [place.tenantId, place.endedAt, place.id, keptMs / 1_000, most],
  );
}

/**
 * Deletes tasks that were locked, with their calls, photos, messages and idempotency keys, and with what they hold of
 * budgets: what was taken stands in the sums of those. The ledger and the audit trail stay.
 */
export async function deleteOldTasks(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query('delete from budget_holds where task_id = any($1::text[])', [ids]);
  await sql.query('delete from tasks where id = any($1::text[])', [ids]);
}

/** Deletes the rows of pictures that went so long ago, however they went; at most `most` of them, how many those were. */
export async function deleteOldAssets(sql: Sql, keptMs: number, most: number): Promise<number> {
  const rows = await sql.query(
    `delete from assets where id = any(array(
       select id from assets a where purged_at < now() - make_interval(secs => $1)
         and (select true from tasks t where t.id = a.task_id) is null
       order by purged_at limit $2 for update skip locked
     )) returning id`,
    [keptMs / 1_000, most],
  );
  return rows.length;
}
