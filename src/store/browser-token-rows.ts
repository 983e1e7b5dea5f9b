import type { Operation } from '../../datasources/contract.js';
import type { Sql } from './database.js';
import type { TaskCursor } from './task-list-rows.js';

export const BROWSER_TOKEN_KINDS = ['TASK_TOKEN', 'PHOTO_LINK'] as const;
export type BrowserTokenKind = (typeof BROWSER_TOKEN_KINDS)[number];

export interface BrowserTokenRow {
  id: string;
  tenantId: string;
  kind: BrowserTokenKind;
  /** The kind of caller that made it. */
  maker: string;
  apiKeyId: string | null;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

export interface PhotoLinkRow extends BrowserTokenRow {
  operation: Operation;
  /** The request without its photo and consent, as the operation takes it. */
  request: Readonly<Record<string, unknown>>;
  consentRequired: boolean;
  uses: number;
  usesLeft: number;
}

const COLUMNS = `t.id, t.tenant_id as "tenantId", t.kind, t.maker, t.api_key_id as "apiKeyId", t.created_at as "createdAt",
  t.expires_at as "expiresAt", t.revoked_at as "revokedAt"`;

/**
 * A task counts as a use but where it ended without a result and nothing of it may have been charged: somebody whose photo
 * showed no face takes another one. One that was erased counts.
 */
const USED = `(select count(*)::int from browser_token_tasks m left join tasks s on s.id = m.task_id
  where m.token_id = t.id and (s.id is null or s.state not in ('FAILED', 'CANCELED', 'EXPIRED') or exists (
    select 1 from task_attempts a where a.task_id = s.id and a.can_bill and a.billed <> 'NO')))`;
const LINK = `${COLUMNS}, t.operation, t.request, t.consent_required as "consentRequired", t.uses,
  greatest(0, t.uses - ${USED}) as "usesLeft"`;

/** Neither it, nor the key that it was made with, nor its tenant has ended. */
const FROM_LIVE = `from browser_tokens t join tenants n on n.id = t.tenant_id left join api_keys k on k.id = t.api_key_id
  where t.revoked_at is null and t.expires_at > now() and n.closed_at is null
    and (t.api_key_id is null or (k.revoked_at is null and (k.expires_at is null or k.expires_at > now())))`;

export type NewBrowserToken = Pick<BrowserTokenRow, 'id' | 'tenantId' | 'kind' | 'maker' | 'apiKeyId' | 'expiresAt'> & {
  link?: Pick<PhotoLinkRow, 'operation' | 'request' | 'consentRequired' | 'uses'>;
};

/** False where the tenant has as many live ones as it may have. */
export async function insertBrowserToken(sql: Sql, token: NewBrowserToken, most: number): Promise<boolean> {
  const { link } = token;
  const rows = await sql.query(
    `insert into browser_tokens (id, tenant_id, kind, maker, api_key_id, expires_at, operation, request, consent_required, uses)
     select $1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10
     where (select count(*) from browser_tokens where tenant_id = $2 and expires_at > now() and revoked_at is null) < $11
     returning 1`,
    [
      token.id,
      token.tenantId,
      token.kind,
      token.maker,
      token.apiKeyId,
      token.expiresAt,
      link?.operation ?? null,
      link === undefined ? null : JSON.stringify(link.request),
      link?.consentRequired ?? false,
      link?.uses ?? null,
      most,
    ],
  );
  return rows.length === 1;
}

/** With the rates of the key that it was made with, and of its tenant. */
export interface LiveTokenRow extends BrowserTokenRow {
  operationsPerMinute: { key: number | null; tenant: number | null };
}

export async function findLiveToken(sql: Sql, id: string): Promise<LiveTokenRow | undefined> {
  const rows = await sql.query<LiveTokenRow>(
    `select ${COLUMNS},
       jsonb_build_object('key', k.operations_per_minute, 'tenant', n.operations_per_minute) as "operationsPerMinute"
     ${FROM_LIVE} and t.id = $1`,
    [id],
  );
  return rows[0];
}

export async function findLiveLink(sql: Sql, id: string): Promise<PhotoLinkRow | undefined> {
  const rows = await sql.query<PhotoLinkRow>(`select ${LINK} ${FROM_LIVE} and t.id = $1 and t.kind = 'PHOTO_LINK'`, [
    id,
  ]);
  return rows[0];
}

export async function findLink(sql: Sql, tenantId: string, id: string): Promise<PhotoLinkRow | undefined> {
  const rows = await sql.query<PhotoLinkRow>(
    `select ${LINK} from browser_tokens t where t.tenant_id = $1 and t.id = $2 and t.kind = 'PHOTO_LINK'`,
    [tenantId, id],
  );
  return rows[0];
}

/** Newest first; `limit` rows after the cursor. */
export function listLinks(
  sql: Sql,
  tenantId: string,
  limit: number,
  after?: TaskCursor,
): Promise<(PhotoLinkRow & { cursorTime: string })[]> {
  return sql.query(
    `select ${LINK}, to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "cursorTime"
     from browser_tokens t where t.tenant_id = $1 and t.kind = 'PHOTO_LINK'
       and ($2::timestamptz is null or (t.created_at, t.id) < ($2::timestamptz, $3::text))
     order by t.created_at desc, t.id desc limit $4`,
    [tenantId, after?.createdAt ?? null, after?.id ?? null, limit],
  );
}

/** Whose request names this reference, oldest first. */
export function findLinksOf(sql: Sql, tenantId: string, reference: string, limit: number): Promise<PhotoLinkRow[]> {
  return sql.query<PhotoLinkRow>(
    `select ${LINK} from browser_tokens t where t.tenant_id = $1 and t.request ? 'reference'
       and t.request ->> 'reference' = $2 order by t.created_at, t.id limit $3`,
    [tenantId, reference, limit],
  );
}

/** Within the transaction that makes the task. `triesPerUse` bounds how often what failed may be tried. */
export async function takeUse(
  sql: Sql,
  id: string,
  taskId: string,
  triesPerUse: number,
): Promise<'TAKEN' | 'USED_UP' | 'ENDED'> {
  // Two statements: the one that waits for the lock does not see what its holder has committed meanwhile.
  const locked = await sql.query(`select 1 ${FROM_LIVE} and t.id = $1 for update of t`, [id]);
  if (locked.length === 0) return 'ENDED';
  const taken = await sql.query(
    `insert into browser_token_tasks (token_id, task_id)
     select t.id, $2 from browser_tokens t where t.id = $1 and ${USED} < t.uses
       and (select count(*) from browser_token_tasks m where m.token_id = t.id) < t.uses * $3
     returning 1`,
    [id, taskId, triesPerUse],
  );
  return taken.length === 1 ? 'TAKEN' : 'USED_UP';
}

export async function attachTask(sql: Sql, tokenId: string, taskId: string): Promise<void> {
  await sql.query('insert into browser_token_tasks (token_id, task_id) values ($1, $2)', [tokenId, taskId]);
}

/** Another try of a task that a link made is a task of that link, too. */
export async function attachRetry(sql: Sql, taskId: string, retryId: string): Promise<void> {
  await sql.query(
    `insert into browser_token_tasks (token_id, task_id)
     select m.token_id, $2 from browser_token_tasks m join browser_tokens t on t.id = m.token_id
     where m.task_id = $1 and t.kind = 'PHOTO_LINK'`,
    [taskId, retryId],
  );
}

/** Which tasks these tokens reach, in no order; of those that are there still, newest last. */
export function findTokenTasks(sql: Sql, tokenIds: readonly string[]): Promise<{ tokenId: string; taskId: string }[]> {
  return sql.query(
    `select m.token_id as "tokenId", m.task_id as "taskId" from browser_token_tasks m join tasks s on s.id = m.task_id
     where m.token_id = any($1::text[]) order by s.created_at, s.id`,
    [tokenIds],
  );
}

export async function reachesTask(sql: Sql, tokenId: string, taskId: string): Promise<boolean> {
  const rows = await sql.query('select 1 from browser_token_tasks where token_id = $1 and task_id = $2', [
    tokenId,
    taskId,
  ]);
  return rows.length === 1;
}

/** A picture that one of its tasks made, or works on. */
export async function reachesAsset(sql: Sql, tokenId: string, assetId: string): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from browser_token_tasks m join tasks s on s.id = m.task_id
     where m.token_id = $1 and ($2 = any(s.input_assets)
       or exists (select 1 from assets a where a.id = $2 and a.task_id = s.id)) limit 1`,
    [tokenId, assetId],
  );
  return rows.length === 1;
}

/** Those that were revoked by it. */
export function revokeLink(sql: Sql, tenantId: string, id: string): Promise<{ id: string }[]> {
  return sql.query(
    `update browser_tokens set revoked_at = now()
     where tenant_id = $1 and id = $2 and kind = 'PHOTO_LINK' and revoked_at is null returning id`,
    [tenantId, id],
  );
}

/** Those that were revoked by it. */
export function revokeTokensOf(sql: Sql, tenantId: string, taskId: string): Promise<{ id: string }[]> {
  return sql.query(
    `update browser_tokens set revoked_at = now() where tenant_id = $1 and kind = 'TASK_TOKEN' and revoked_at is null
       and expires_at > now() and id in (select token_id from browser_token_tasks where task_id = $2) returning id`,
    [tenantId, taskId],
  );
}

/** After a restore: uses that were taken after the backup are forgotten, and so is what was revoked. */
export async function revokeAllTokens(sql: Sql): Promise<void> {
  await sql.query('update browser_tokens set revoked_at = now() where revoked_at is null');
}

/** Links whose request names this reference; nothing more is made under it by them. */
export async function deleteLinksOf(sql: Sql, tenantId: string, reference: string): Promise<void> {
  await sql.query(
    `delete from browser_tokens where tenant_id = $1 and request ? 'reference' and request ->> 'reference' = $2`,
    [tenantId, reference],
  );
}

export async function dropOldTokens(sql: Sql, keptMs: number): Promise<void> {
  await sql.query('delete from browser_tokens where expires_at < now() - make_interval(secs => $1)', [keptMs / 1_000]);
}
