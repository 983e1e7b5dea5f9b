import type { SourceKey } from '../../datasources/contract.js';
import { settleHolds } from './budget-rows.js';
import type { Sql } from './database.js';

/**
 * A table that is claimed from: beside these two it has `tenant_id`, `due_at`, `leased_until` and `token`, and an index on
 * lane and `due_at`. Names of ours, never input.
 */
export interface Queue {
  readonly table: string;
  /** Its key: what a claim is on. */
  readonly id: string;
  /** What has limits of its own, so that a slow one takes nobody's place: the vendor of a task. */
  readonly lane: string;
}

export const TASK_QUEUE: Queue = { table: 'task_queue', id: 'task_id', lane: 'source' };

/** Work that this process may do until the lease ends; `token` proves it. Its id and lane come under the names of their columns. */
export interface Lease {
  tenantId: string;
  token: number;
}

/** A task that this worker may work on. */
export interface Claim extends Lease {
  taskId: string;
  source: SourceKey;
}

/** How many of a lane may be begun now. */
export interface LaneCapacity {
  lane: string;
  free: number;
}

/** How many tasks of a source may be begun now. */
export interface Capacity {
  source: string;
  free: number;
}

/** Nobody works on it: it was given back, or its lease ended with its worker. */
const FREE = '(leased_until is null or leased_until <= now())';

/**
 * Claims what is due, in one statement: it sets the lease and raises the fencing token in the same write.
 * `skip locked` lets replicas share the queue without waiting for each other; each source has its own limit, so that a
 * vendor with a long queue takes nobody's place. What is leased is passed by: never more rows than are worked on.
 *
 * Not `from due where q.task_id = due.task_id`: the planner takes a limit that it does not know for a tenth of the
 * table, and joins by reading all of it (100,000 rows: 23 ms a claim against 0.3).
 */
export function claimFrom<Claimed extends Lease>(
  { table, id, lane }: Queue,
  sql: Sql,
  capacities: readonly LaneCapacity[],
  leaseMs: number,
): Promise<Claimed[]> {
  return sql.query<Claimed>(
    `with due as (
       select q.${id} from unnest($1::text[], $2::int[]) as capacity (lane, free)
       cross join lateral (
         select ${id} from ${table} where ${lane} = capacity.lane and due_at <= now() and ${FREE}
         order by due_at limit capacity.free for update skip locked
       ) q
     )
     update ${table} q set leased_until = now() + make_interval(secs => $3), token = q.token + 1
     where q.${id} = any(array(select ${id} from due))
     returning q.${id} as "${camel(id)}", q.tenant_id as "tenantId", q.${lane} as "${camel(lane)}", q.token`,
    [capacities.map(capacity => capacity.lane), capacities.map(({ free }) => free), leaseMs / 1_000],
  );
}

const camel = (column: string) => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** `claimFrom` the queue of the tasks. */
export function claimDue(sql: Sql, capacities: readonly Capacity[], leaseMs: number): Promise<Claim[]> {
  const lanes = capacities.map(({ source, free }) => ({ lane: source, free }));
  return claimFrom<Claim>(TASK_QUEUE, sql, lanes, leaseMs);
}

/** Milliseconds until something is due, by source; below 0 if it is already. A source of which nothing waits is left out. */
export async function nextDue(sql: Sql, sources: readonly string[]): Promise<Map<string, number>> {
  const rows = await sql.query<{ source: string; ms: number }>(
    `select s.source, (extract(epoch from first.due_at - now()) * 1000)::float8 as ms from unnest($1::text[]) as s (source)
     cross join lateral (
       select due_at from task_queue where source = s.source and ${FREE} order by due_at limit 1
     ) first`,
    [sources],
  );
  return new Map(rows.map(({ source, ms }) => [source, ms]));
}

/** The heartbeat: pushes the leases on, and returns the ids that are still held. */
export async function extendIn(
  { table, id }: Queue,
  sql: Sql,
  held: readonly { id: string; token: number }[],
  leaseMs: number,
): Promise<Set<string>> {
  const rows = await sql.query<Record<string, string>>(
    `update ${table} q set leased_until = now() + make_interval(secs => $1)
     from unnest($2::text[], $3::bigint[]) as held (${id}, token)
     where q.${id} = held.${id} and q.token = held.token and q.leased_until is not null
     returning q.${id} as "${camel(id)}"`,
    [leaseMs / 1_000, held.map(claim => claim.id), held.map(({ token }) => token)],
  );
  return new Set(rows.map(row => row[camel(id)]!));
}

/** `extendIn` the queue of the tasks. */
export function extendLeases(sql: Sql, claims: readonly Claim[], leaseMs: number): Promise<Set<string>> {
  const held = claims.map(({ taskId, token }) => ({ id: taskId, token }));
  return extendIn(TASK_QUEUE, sql, held, leaseMs);
}

/** Gives leases back, many in one statement; see `releaseLease`. */
export async function releaseLeases(sql: Sql, releases: readonly { claim: Claim; delayMs: number }[]): Promise<void> {
  await sql.query(
    `update task_queue q set due_at = now() + make_interval(secs => given.delay), leased_until = null
     from unnest($1::text[], $2::bigint[], $3::float8[]) as given (task_id, token, delay)
     where q.task_id = given.task_id and q.token = given.token`,
    [
      releases.map(({ claim }) => claim.taskId),
      releases.map(({ claim }) => claim.token),
      releases.map(({ delayMs }) => delayMs / 1_000),
    ],
  );
}

/** Gives a lease back: the task is due again after `delayMs`, for whoever claims next. False where the lease is lost. */
export async function releaseLease(sql: Sql, claim: Claim, delayMs = 0): Promise<boolean> {
  const rows = await sql.query(
    `update task_queue set due_at = now() + make_interval(secs => $3), leased_until = null
     where task_id = $1 and token = $2 returning task_id`,
    [claim.taskId, claim.token, delayMs / 1_000],
  );
  return rows.length === 1;
}

/** At the start of an embedded server, which is alone on its directory: leases that are left are those of a process that died. */
export async function releaseAllLeases(sql: Sql, { table }: Queue = TASK_QUEUE): Promise<void> {
  await sql.query(`update ${table} set leased_until = null where leased_until is not null`);
}

/**
 * After a clock that went back: what was due, or leased, by the old time would stand still until the new one gets there.
 * Brings what no worker could have written by this clock within its reach; how many those were. A lease is shortened and
 * not taken: its worker may live, and pushes it on.
 */
export async function healQueue(
  sql: Sql,
  maxDelayMs: number,
  leaseMs: number,
  { table, id }: Queue = TASK_QUEUE,
): Promise<number> {
  const healed = await sql.query(
    `update ${table} set due_at = case when due_at > now() + make_interval(secs => $1) then now() else due_at end,
       leased_until = case when leased_until is not null then least(leased_until, now() + make_interval(secs => $2)) end
     where ${id} in (
       select ${id} from ${table} where due_at > now() + make_interval(secs => $1)
         or leased_until > now() + make_interval(secs => $2) for update skip locked
     ) returning ${id}`,
    // A second: what is written at this moment is no jump.
    [maxDelayMs / 1_000 + 1, leaseMs / 1_000 + 1],
  );
  return healed.length;
}

/** Within a transaction that has moved the task. Where that was to its end, what it holds of budgets is settled. */
export async function leaveQueue(sql: Sql, taskId: string): Promise<void> {
  const rows = await sql.query<{ holds: boolean }>(
    `with gone as (delete from task_queue where task_id = $1)
     select exists (select from budget_holds where task_id = $1) as holds`,
    [taskId],
  );
  if (rows[0]!.holds) await settleHolds(sql, taskId);
}

/** How many tasks wait for each source. */
export function countBySource(sql: Sql): Promise<{ source: SourceKey; count: number }[]> {
  return sql.query('select source, count(*)::int as count from task_queue group by source order by source');
}
