import type { Sql } from './database.js';
import type { LedgerKind } from './ledger-rows.js';
import type { Task } from './task.js';

/** Tasks of one reference, oldest first. */
export async function findTaskIdsOf(sql: Sql, tenantId: string, reference: string, limit: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    'select id from tasks where tenant_id = $1 and reference = $2 order by created_at, id limit $3',
    [tenantId, reference, limit],
  );
  return rows.map(({ id }) => id);
}

/** Tasks that worked on a picture that one of these made. */
export async function findTasksOnResultsOf(sql: Sql, tenantId: string, taskIds: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `with made as (
       select array_agg(id) as ids, min(created_at) as since from assets
       where tenant_id = $1 and task_id = any($2::text[]) and purged_at is null
     )
     select t.id from made join tasks t on t.tenant_id = $1 and t.created_at >= made.since - interval '1 minute'
     where t.input_assets && made.ids`,
    [tenantId, taskIds],
  );
  return rows.map(({ id }) => id);
}

/** Tasks that buy or have bought a photo that one of these made, each with all the tasks whose photos it buys. */
export function findReleasesOf(
  sql: Sql,
  tenantId: string,
  taskIds: readonly string[],
): Promise<{ id: string; makers: string[] }[]> {
  return sql.query(
    `select t.id, array(select distinct item ->> 'taskId' from jsonb_array_elements(t.input -> 'photos') as item) as makers
     from tasks t where t.tenant_id = $1 and t.operation = 'RELEASE'
       and t.id in (select release_task_id from photos where tenant_id = $1 and task_id = any($2::text[]))`,
    [tenantId, taskIds],
  );
}

/** The pictures that were bought of these tasks' photos; they belong to the task that bought them. */
export async function findBoughtAssets(sql: Sql, tenantId: string, taskId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select bought.id from photos p cross join lateral unnest(array[p.clean_asset_id, p.sheet_asset_id]) as bought (id)
     where p.tenant_id = $1 and p.task_id = $2 and bought.id is not null`,
    [tenantId, taskId],
  );
  return rows.map(({ id }) => id);
}

/** Removes an ended task with its attempts and photos; its entries in the ledger stay. False where it is gone or open. */
export async function deleteEndedTask(sql: Sql, tenantId: string, id: string): Promise<boolean> {
  const gone = await sql.query(
    `delete from tasks where tenant_id = $1 and id = $2 and state in ('SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED')
     returning id`,
    [tenantId, id],
  );
  return gone.length > 0;
}

/** Which of these photos that were sent in are still there. */
export async function findLiveInputs(sql: Sql, tenantId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from assets where tenant_id = $1 and id = any($2::text[]) and kind = 'INPUT' and purged_at is null`,
    [tenantId, ids],
  );
  return rows.map(({ id }) => id);
}

/** What the ledger has of these tasks. */
export interface LedgerRow extends Pick<Task, 'operation' | 'source'> {
  taskId: string;
  attempt: number;
  at: Date;
  kind: LedgerKind;
  billed: 'YES' | 'NO' | 'UNKNOWN';
  units: number;
}

export function findLedgerOf(sql: Sql, tenantId: string, taskIds: readonly string[]): Promise<LedgerRow[]> {
  return sql.query<LedgerRow>(
    `select task_id as "taskId", attempt, at, operation, source, kind, billed, units from ledger
     where tenant_id = $1 and task_id = any($2::text[]) order by id`,
    [tenantId, taskIds],
  );
}

/** Pictures of these tasks, sent in and made, also those that are gone. */
export async function findAssetIdsOf(sql: Sql, tenantId: string, taskIds: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from assets where tenant_id = $1 and purged_at is null
       and (task_id = any($2::text[]) or id in (select unnest(input_assets) from tasks where tenant_id = $1 and id = any($2::text[])))
     order by created_at, id`,
    [tenantId, taskIds],
  );
  return rows.map(({ id }) => id);
}
