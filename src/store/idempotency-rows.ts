import type { Sql } from './database.js';

export interface IdempotencyRow {
  fingerprint: string;
  taskId: string;
}

export async function findKey(sql: Sql, tenantId: string, key: string): Promise<IdempotencyRow | undefined> {
  const rows = await sql.query<IdempotencyRow>(
    `select fingerprint, task_id as "taskId" from idempotency_keys where tenant_id = $1 and key = $2 and expires_at > now()`,
    [tenantId, key],
  );
  return rows[0];
}

/** Takes the key for this task; false where a live row holds it already. The task's row has to stand first. */
export async function takeKey(
  sql: Sql,
  entry: { tenantId: string; key: string; fingerprint: string; taskId: string; keepMs: number },
): Promise<boolean> {
  const rows = await sql.query(
    `insert into idempotency_keys as k (tenant_id, key, fingerprint, task_id, expires_at)
     values ($1, $2, $3, $4, now() + make_interval(secs => $5))
     on conflict (tenant_id, key) do update
       set fingerprint = excluded.fingerprint, task_id = excluded.task_id, expires_at = excluded.expires_at
       where k.expires_at <= now()
     returning 1`,
    [entry.tenantId, entry.key, entry.fingerprint, entry.taskId, entry.keepMs / 1_000],
  );
  return rows.length === 1;
}

export async function dropExpiredKeys(sql: Sql): Promise<void> {
  await sql.query('delete from idempotency_keys where expires_at <= now()');
}
