import type { Sql } from './database.js';
import type { TaskState } from './task.js';

export const WEBHOOK_STATES = ['ACTIVE', 'DISABLED'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

export const DISABLED_REASONS = ['GONE', 'FAILING', 'SECRET_LOST', 'KEY_REVOKED'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** What a webhook can be told of: that a task has come to this state. */
export const WEBHOOK_EVENTS = [
  'TASK_SUCCEEDED',
  'TASK_FAILED',
  'TASK_NEEDS_REVIEW',
  'TASK_CANCELED',
  'TASK_EXPIRED',
] as const satisfies readonly `TASK_${TaskState}`[];
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export interface WebhookRow {
  id: string;
  tenantId: string;
  /** The API key whose tasks it follows; null: those of the whole tenant. */
  apiKeyId: string | null;
  url: string;
  events: WebhookEvent[];
  /** False: only tasks that name it. */
  followsAll: boolean;
  state: WebhookState;
  disabledReason: DisabledReason | null;
  disabledAt: Date | null;
  /** Sealed. */
  secret: string;
  oldSecret: string | null;
  oldSecretUntil: Date | null;
  failingSince: Date | null;
  createdAt: Date;
}

const COLUMNS = `id, tenant_id as "tenantId", api_key_id as "apiKeyId", url, events, follows_all as "followsAll", state,
  disabled_reason as "disabledReason", disabled_at as "disabledAt", secret, old_secret as "oldSecret",
  old_secret_until as "oldSecretUntil", failing_since as "failingSince", created_at as "createdAt"`;

export type NewWebhook = Pick<WebhookRow, 'id' | 'tenantId' | 'apiKeyId' | 'url' | 'events' | 'followsAll' | 'secret'>;

/** Undefined where the tenant has `most` already. */
export async function insertWebhook(sql: Sql, webhook: NewWebhook, most: number): Promise<WebhookRow | undefined> {
  const rows = await sql.query<WebhookRow>(
    `insert into webhooks (id, tenant_id, api_key_id, url, events, follows_all, secret)
     select $1, $2, $3, $4, $5::text[], $6::boolean, $7
     where (select count(*) from webhooks where tenant_id = $2) < $8::int
     returning ${COLUMNS}`,
    [
      webhook.id,
      webhook.tenantId,
      webhook.apiKeyId,
      webhook.url,
      webhook.events,
      webhook.followsAll,
      webhook.secret,
      most,
    ],
  );
  return rows[0];
}

/** Oldest first. */
export function listWebhooks(sql: Sql, tenantId: string): Promise<WebhookRow[]> {
  return sql.query(`select ${COLUMNS} from webhooks where tenant_id = $1 order by created_at, id`, [tenantId]);
}

export async function findWebhook(sql: Sql, tenantId: string, id: string): Promise<WebhookRow | undefined> {
  const rows = await sql.query<WebhookRow>(`select ${COLUMNS} from webhooks where tenant_id = $1 and id = $2`, [
    tenantId,
    id,
  ]);
  return rows[0];
}

/** Within a transaction: until its end it is not deleted. Undefined where it is already. */
export async function holdWebhook(sql: Sql, tenantId: string, id: string): Promise<WebhookRow | undefined> {
  const rows = await sql.query<WebhookRow>(
    `select ${COLUMNS} from webhooks where tenant_id = $1 and id = $2 for key share`,
    [tenantId, id],
  );
  return rows[0];
}

/** With its deliveries. */
export async function deleteWebhook(sql: Sql, tenantId: string, id: string): Promise<WebhookRow | undefined> {
  const rows = await sql.query<WebhookRow>(
    `delete from webhooks where tenant_id = $1 and id = $2 returning ${COLUMNS}`,
    [tenantId, id],
  );
  return rows[0];
}

/** The present secret becomes the old one, which signs too for so long; 0: not at all. */
export async function rotateSecret(
  sql: Sql,
  webhook: Pick<WebhookRow, 'tenantId' | 'id' | 'secret'>,
  secret: string,
  oldForMs: number,
): Promise<WebhookRow | undefined> {
  const rows = await sql.query<WebhookRow>(
    `update webhooks set secret = $3,
       old_secret = case when $5::float8 > 0 then secret end,
       old_secret_until = case when $5::float8 > 0 then now() + make_interval(secs => $5::float8) end
     where tenant_id = $1 and id = $2 and secret = $4 returning ${COLUMNS}`,
    // The old one is compared: of two rotations at once, one would otherwise give out a secret that never signs.
    [webhook.tenantId, webhook.id, secret, webhook.secret, oldForMs / 1_000],
  );
  return rows[0];
}

/** Undefined where there is no such webhook; one that is active already stays as it is. */
export async function enableWebhook(sql: Sql, tenantId: string, id: string): Promise<WebhookRow | undefined> {
  const rows = await sql.query<WebhookRow>(
    `update webhooks set state = 'ACTIVE', disabled_reason = null, disabled_at = null, failing_since = null
     where tenant_id = $1 and id = $2 returning ${COLUMNS}`,
    [tenantId, id],
  );
  return rows[0];
}

/** Nothing more is sent to it: what waits becomes dead letters. False where it is disabled already. */
export async function disableWebhook(sql: Sql, id: string, reason: DisabledReason): Promise<boolean> {
  const rows = await sql.query(
    `with disabled as (
       update webhooks set state = 'DISABLED', disabled_reason = $2, disabled_at = now()
       where id = $1 and state = 'ACTIVE' returning id
     ), waiting as (
       select id from webhook_deliveries where id in (
         select delivery_id from webhook_queue where webhook_id in (select id from disabled)
       ) for update
     ), gone as (
       delete from webhook_queue where delivery_id in (select id from waiting) returning delivery_id
     ), dead as (
       update webhook_deliveries set state = 'DEAD', ended_at = now() where id in (select delivery_id from gone)
     ) select id from disabled`,
    [id, reason],
  );
  return rows.length === 1;
}

/** After a try: whether it is taken again, or since when it is not. A webhook that is well is not written. */
export async function noteTry(sql: Sql, id: string, taken: boolean): Promise<void> {
  await sql.query(
    taken
      ? 'update webhooks set failing_since = null where id = $1 and failing_since is not null'
      : 'update webhooks set failing_since = now() where id = $1 and failing_since is null',
    [id],
  );
}

/** Nothing was taken for so long. */
export async function isFailingFor(sql: Sql, id: string, ms: number): Promise<boolean> {
  const rows = await sql.query(
    'select 1 from webhooks where id = $1 and failing_since < now() - make_interval(secs => $2)',
    [id, ms / 1_000],
  );
  return rows.length === 1;
}
