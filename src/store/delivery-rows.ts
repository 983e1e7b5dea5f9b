import type { Sql } from './database.js';
import type { Lease, Queue } from './queue-rows.js';
import type { Task } from './task.js';
import type { WebhookState } from './webhook-rows.js';

export const WEBHOOK_QUEUE: Queue = { table: 'webhook_queue', id: 'delivery_id', lane: 'webhook_id' };

export const DELIVERY_STATES = ['PENDING', 'DELIVERED', 'DEAD'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why a try failed. */
export const DELIVERY_FAILURES = ['NOT_ALLOWED', 'UNREACHABLE', 'TIMEOUT', 'REDIRECT', 'STATUS'] as const;
export type DeliveryFailure = (typeof DELIVERY_FAILURES)[number];

export interface DeliveryRow {
  id: string;
  tenantId: string;
  webhookId: string;
  taskId: string | null;
  /** As in the payload: `task.succeeded`. */
  type: string;
  payload: string;
  state: DeliveryState;
  attempts: number;
  /** Tries since it was last put into the queue. */
  roundAttempts: number;
  lastAttemptAt: Date | null;
  lastStatus: number | null;
  lastFailure: DeliveryFailure | null;
  createdAt: Date;
  endedAt: Date | null;
  /** Null once it has ended. */
  nextAttemptAt: Date | null;
}

const COLUMNS = `d.id, d.tenant_id as "tenantId", d.webhook_id as "webhookId", d.task_id as "taskId", d.type, d.payload,
  d.state, d.attempts, d.round_attempts as "roundAttempts", d.last_attempt_at as "lastAttemptAt",
  d.last_status as "lastStatus", d.last_failure as "lastFailure", d.created_at as "createdAt", d.ended_at as "endedAt"`;
const FROM = 'webhook_deliveries d left join webhook_queue q on q.delivery_id = d.id';

/** A delivery that this process may try. */
export interface DeliveryClaim extends Lease {
  deliveryId: string;
  webhookId: string;
}

/**
 * The active webhooks that are to be told of this state of the task: one look into an index. Within a transaction: none of
 * them is deleted before its end, which a message to it would refer to.
 */
export async function findListeners(
  sql: Sql,
  { tenantId, state, webhookId, apiKeyId }: Pick<Task, 'tenantId' | 'state' | 'webhookId' | 'apiKeyId'>,
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from webhooks where tenant_id = $1 and state = 'ACTIVE' and 'TASK_' || $2::text = any(events) and (follows_all or id = $3)
       and (api_key_id is null or api_key_id = $4)
     for key share`,
    [tenantId, state, webhookId, apiKeyId],
  );
  return rows.map(({ id }) => id);
}

export type NewDelivery = Pick<DeliveryRow, 'id' | 'tenantId' | 'webhookId' | 'taskId' | 'type' | 'payload'>;

/** Writes deliveries and their places in the queue; due at once. Their webhooks have to be held against deletion. */
export async function insertDeliveries(sql: Sql, deliveries: readonly NewDelivery[]): Promise<void> {
  const column = (name: keyof NewDelivery) => deliveries.map(delivery => delivery[name]) as string[];
  await sql.query(
    `with d as (
       insert into webhook_deliveries (id, webhook_id, tenant_id, task_id, type, payload)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       returning id, tenant_id, webhook_id
     ) insert into webhook_queue (delivery_id, tenant_id, webhook_id) select id, tenant_id, webhook_id from d`,
    [column('id'), column('webhookId'), column('tenantId'), column('taskId'), column('type'), column('payload')],
  );
}

/** A webhook of which something waits that nobody works on. */
export interface DueLane {
  webhookId: string;
  /** Its last try failed. */
  failing: boolean;
  /** Milliseconds until its first is due; below 0 if it is already. */
  ms: number;
}

/**
 * Longest waiting first. It leaps from webhook to webhook in the index: a backlog of one costs no more than one row of
 * another.
 */
export function findLanes(sql: Sql): Promise<DueLane[]> {
  return sql.query(
    `with recursive lane as (
       (select webhook_id from webhook_queue order by webhook_id limit 1)
       union all
       select (select webhook_id from webhook_queue q where q.webhook_id > lane.webhook_id order by webhook_id limit 1)
       from lane where lane.webhook_id is not null
     )
     select w.id as "webhookId", w.failing_since is not null as failing,
       (extract(epoch from first.due_at - now()) * 1000)::float8 as ms
     from lane join webhooks w on w.id = lane.webhook_id
     cross join lateral (
       select due_at from webhook_queue where webhook_id = w.id and (leased_until is null or leased_until <= now())
       order by due_at limit 1
     ) first
     order by first.due_at`,
  );
}

/** What a try needs to know. */
export interface DeliveryWork extends Pick<DeliveryRow, 'id' | 'tenantId' | 'payload' | 'roundAttempts'> {
  webhookId: string;
  url: string;
  /** DISABLED also where the tenant is closed. */
  webhookState: WebhookState;
  secret: string;
  /** Null where there is none that still signs. */
  oldSecret: string | null;
}

/** Undefined where the delivery was deleted meanwhile. */
export async function loadWork(sql: Sql, deliveryId: string): Promise<DeliveryWork | undefined> {
  const rows = await sql.query<DeliveryWork>(
    `select d.id, d.tenant_id as "tenantId", d.payload, d.round_attempts as "roundAttempts", w.id as "webhookId", w.url,
       case when t.closed_at is null then w.state else 'DISABLED' end as "webhookState", w.secret,
       case when w.old_secret_until > now() then w.old_secret end as "oldSecret"
     from webhook_deliveries d join webhooks w on w.id = d.webhook_id left join tenants t on t.id = w.tenant_id
     where d.id = $1`,
    [deliveryId],
  );
  return rows[0];
}

/** What one try came to; `failure` null: it was taken. */
export interface Outcome {
  status: number | null;
  failure: DeliveryFailure | null;
}

/**
 * Keeps what a try came to. With a delay it is tried again after it; without, it has ended. Nothing happens where the lease
 * is lost. The delivery is locked before its place in the queue, as everywhere: a deletion goes the same way.
 */
export async function keepOutcome(
  sql: Sql,
  { deliveryId, token }: DeliveryClaim,
  { status, failure }: Outcome,
  retryMs?: number,
): Promise<boolean> {
  const again = retryMs !== undefined;
  const state: DeliveryState = again ? 'PENDING' : failure === null ? 'DELIVERED' : 'DEAD';
  const rows = await sql.query(
    `with d as (
       select id from webhook_deliveries where id = $1 for update
     ), held as (
       ${
         again
           ? `update webhook_queue set due_at = now() + make_interval(secs => $6::float8), leased_until = null`
           : 'delete from webhook_queue'
       }
       where delivery_id = (select id from d) and token = $2 returning delivery_id
     )
     update webhook_deliveries set state = $3, attempts = attempts + 1, round_attempts = round_attempts + 1,
       last_attempt_at = now(), last_status = $4, last_failure = $5, ended_at = case when $3 <> 'PENDING' then now() end
     where id in (select delivery_id from held) returning id`,
    [deliveryId, token, state, status, failure, ...(again ? [retryMs / 1_000] : [])],
  );
  return rows.length === 1;
}

/** A claimed delivery that is not tried: its webhook takes nothing any more. */
export async function giveUp(sql: Sql, { deliveryId, token }: DeliveryClaim): Promise<void> {
  await sql.query(
    `with d as (
       select id from webhook_deliveries where id = $1 for update
     ), held as (
       delete from webhook_queue where delivery_id = (select id from d) and token = $2 returning delivery_id
     )
     update webhook_deliveries set state = 'DEAD', ended_at = now() where id in (select delivery_id from held)`,
    [deliveryId, token],
  );
}

/** It is due at once, whatever became of it; its pauses begin anew. Undefined where the tenant has none with this id. */
export async function requeueDelivery(sql: Sql, tenantId: string, id: string): Promise<DeliveryRow | undefined> {
  const rows = await sql.query<DeliveryRow>(
    `with d as (
       update webhook_deliveries set state = 'PENDING', ended_at = null, round_attempts = 0
       where tenant_id = $1 and id = $2 returning *
     ), q as (
       -- A token that no worker has held before.
       insert into webhook_queue (delivery_id, tenant_id, webhook_id, token)
       select id, tenant_id, webhook_id, (extract(epoch from clock_timestamp()) * 1000)::bigint from d
       on conflict (delivery_id) do update set due_at = now() returning *
     ) select ${COLUMNS}, q.due_at as "nextAttemptAt" from d join q on q.delivery_id = d.id`,
    [tenantId, id],
  );
  return rows[0];
}

export async function findDelivery(sql: Sql, tenantId: string, id: string): Promise<DeliveryRow | undefined> {
  const rows = await sql.query<DeliveryRow>(
    `select ${COLUMNS}, q.due_at as "nextAttemptAt" from ${FROM} where d.tenant_id = $1 and d.id = $2`,
    [tenantId, id],
  );
  return rows[0];
}

export interface DeliveryFilter {
  webhookId?: string;
  taskId?: string;
  states?: readonly DeliveryState[];
}

/** Newest first; `limit` rows after the cursor, whose time keeps its microseconds. */
export function listDeliveries(
  sql: Sql,
  tenantId: string,
  filter: DeliveryFilter,
  limit: number,
  after?: { createdAt: string; id: string },
): Promise<(DeliveryRow & { cursorTime: string })[]> {
  return sql.query(
    `select ${COLUMNS}, q.due_at as "nextAttemptAt",
       to_char(d.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "cursorTime"
     from ${FROM}
     where d.tenant_id = $1
       and ($2::text is null or d.webhook_id = $2)
       and ($3::text is null or d.task_id = $3)
       and ($4::text[] is null or d.state = any($4::text[]))
       and ($5::timestamptz is null or (d.created_at, d.id) < ($5::timestamptz, $6::text))
     order by d.created_at desc, d.id desc limit $7`,
    [
      tenantId,
      filter.webhookId ?? null,
      filter.taskId ?? null,
      filter.states ?? null,
      after?.createdAt ?? null,
      after?.id ?? null,
      limit,
    ],
  );
}

/** What ended that long ago; at most `most` of them, how many those were. */
export async function dropOldDeliveries(sql: Sql, keptMs: number, most: number): Promise<number> {
  const rows = await sql.query(
    `delete from webhook_deliveries where id in (
       select id from webhook_deliveries where ended_at < now() - make_interval(secs => $1) limit $2
     ) returning id`,
    [keptMs / 1_000, most],
  );
  return rows.length;
}
