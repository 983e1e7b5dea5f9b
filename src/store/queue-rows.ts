import type { Sql } from './database.js';

/** A task that this worker may work on until the lease ends; `token` proves it. */
export interface Claim {
  taskId: string;
  tenantId: string;
  token: number;
}

/**
 * Claims what is due, in one statement: it sets the lease and raises the fencing token in the same write.
 * `skip locked` lets replicas share the queue without waiting for each other.
 */
export function claimDue(sql: Sql, owner: string, limit: number, leaseMs: number): Promise<Claim[]> {
  return sql.query<Claim>(
    `with due as (
       select task_id from task_queue where due_at <= now() order by due_at limit $1 for update skip locked
     )
     update task_queue q set due_at = now() + make_interval(secs => $2), token = q.token + 1, owner = $3
     from due where q.task_id = due.task_id
     returning q.task_id as "taskId", q.tenant_id as "tenantId", q.token`,
    [limit, leaseMs / 1_000, owner],
  );
}

/** The heartbeat: pushes the leases on, and returns the ids that are still held. */
export async function extendLeases(
  sql: Sql,
  owner: string,
  claims: readonly Claim[],
  leaseMs: number,
): Promise<Set<string>> {
  const rows = await sql.query<{ taskId: string }>(
    `update task_queue q set due_at = now() + make_interval(secs => $1)
     from unnest($2::text[], $3::bigint[]) as held (task_id, token)
     where q.task_id = held.task_id and q.token = held.token and q.owner = $4
     returning q.task_id as "taskId"`,
    [leaseMs / 1_000, claims.map(claim => claim.taskId), claims.map(claim => claim.token), owner],
  );
  return new Set(rows.map(row => row.taskId));
}

/** Gives a lease back: the task is due at once for whoever claims next. */
export async function releaseLease(sql: Sql, claim: Claim): Promise<void> {
  await sql.query('update task_queue set due_at = now(), owner = null where task_id = $1 and token = $2', [
    claim.taskId,
    claim.token,
  ]);
}

/** At the start of an embedded server, which is alone on its directory: leases that are left belong to the dead. */
export async function releaseAllLeases(sql: Sql): Promise<void> {
  await sql.query('update task_queue set due_at = now(), owner = null where owner is not null');
}

export async function leaveQueue(sql: Sql, taskId: string): Promise<void> {
  await sql.query('delete from task_queue where task_id = $1', [taskId]);
}
