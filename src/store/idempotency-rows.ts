import type { Parameter, Sql } from './database.js';

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

/** A key for a task that is about to be written. */
export interface NewKey {
  key: string;
  fingerprint: string;
  keepMs: number;
}

/** As a part of the statement that writes the task, behind `before` parameters: no row where a live one holds the key. */
export function keyTaking(
  { key, fingerprint, keepMs }: NewKey,
  task: { id: string; tenantId: string },
  before: number,
  where: string,
): { text: string; params: Parameter[] } {
  const place = (index: number) => `$${before + index}`;
  return {
    text: `insert into idempotency_keys as k (tenant_id, key, fingerprint, task_id, expires_at)
      select ${place(1)}::text, ${place(2)}::text, ${place(3)}::text, ${place(4)}::text, now() + make_interval(secs => ${place(5)})
      ${where} on conflict (tenant_id, key) do update
        set fingerprint = excluded.fingerprint, task_id = excluded.task_id, expires_at = excluded.expires_at
        where k.expires_at <= now()
      returning 1`,
    params: [task.tenantId, key, fingerprint, task.id, keepMs / 1_000],
  };
}

export async function dropExpiredKeys(sql: Sql): Promise<void> {
  await sql.query('delete from idempotency_keys where expires_at <= now()');
}
