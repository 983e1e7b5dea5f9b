import type { Sql } from './database.js';

/** Tasks of a tenant on which there is work, counted up to a limit. */
export async function countQueued(sql: Sql, tenantId: string, upTo: number): Promise<number> {
  const [row] = await sql.query<{ tasks: number }>(
    'select count(*) as tasks from (select 1 from task_queue where tenant_id = $1 limit $2) as queued',
    [tenantId, upTo],
  );
  return row!.tasks;
}

/** Bytes of all pictures that a tenant keeps. */
export async function sumKeptBytes(sql: Sql, tenantId: string): Promise<number> {
  const [row] = await sql.query<{ bytes: number }>(
    'select coalesce(sum(bytes), 0)::float8 as bytes from assets where tenant_id = $1 and purged_at is null',
    [tenantId],
  );
  return row!.bytes;
}
