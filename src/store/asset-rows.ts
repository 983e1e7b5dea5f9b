import type { AigcLabel } from '../kernel/aigc.js';
import { auditInsertion, type NewAuditRow } from './audit-rows.js';
import type { Sql } from './database.js';

/** ORIGINAL: the bytes of an input as they were sent. Nothing can be made of it by its id, and no caller is told that id. */
export type AssetKind = 'INPUT' | 'RESULT' | 'ORIGINAL';

export interface AssetRow {
  id: string;
  tenantId: string;
  kind: AssetKind;
  taskId: string | null;
  mime: string;
  bytes: number;
  width: number;
  height: number;
  dpi: number | null;
  sha256: string;
  sourceSha256: string | null;
  watermarked: boolean;
  /** It carries labels: there are some in `aigc`. */
  aiLabel: boolean;
  /** The labels of generated content that its file carries, the first as the one of the standard; null: none. */
  aigc: AigcLabel[] | null;
  /** The photo that it goes with: of a smaller copy, and of an original. */
  companionOf: string | null;
  /** The JPEG that was sent had been cut off: its last lines are missing. */
  truncated: boolean;
  /** A clean photo that waits for its release. A release copies it; it is never shown itself. */
  held: boolean;
  createdAt: Date;
  expiresAt: Date;
  purgedAt: Date | null;
  /** When a signed link of it was first followed. */
  firstReadAt: Date | null;
}

export type NewAsset = Omit<AssetRow, 'createdAt' | 'purgedAt' | 'firstReadAt' | 'held' | 'truncated'> & {
  held?: boolean;
  truncated?: boolean;
};

const COLUMNS = `id, tenant_id as "tenantId", kind, task_id as "taskId", mime, bytes, width, height, dpi, sha256,
  source_sha256 as "sourceSha256", watermarked, ai_label as "aiLabel", aigc, companion_of as "companionOf", held, truncated, created_at as "createdAt", expires_at as "expiresAt", purged_at as "purgedAt", first_read_at as "firstReadAt"`;

/** In no order. With what the audit trail says of it: one statement. */
export function insertAssets(sql: Sql, assets: readonly NewAsset[], audited?: NewAuditRow): Promise<AssetRow[]> {
  const rows = JSON.stringify(
    assets.map(asset => ({ ...asset, held: asset.held ?? false, truncated: asset.truncated ?? false })),
  );
  const audit = audited && auditInsertion(audited, 1);
  return sql.query<AssetRow>(
    `with ${audit ? `audited as (${audit.text}), ` : ''}written as (
       insert into assets (id, tenant_id, kind, task_id, mime, bytes, width, height, dpi, sha256, source_sha256, watermarked, ai_label, companion_of, held, expires_at, aigc, truncated)
       select * from jsonb_to_recordset($1::jsonb) as given ("id" text, "tenantId" text, "kind" text, "taskId" text,
         "mime" text, "bytes" int, "width" int, "height" int, "dpi" int, "sha256" text, "sourceSha256" text,
         "watermarked" boolean, "aiLabel" boolean, "companionOf" text, "held" boolean, "expiresAt" timestamptz,
         "aigc" jsonb, "truncated" boolean)
       returning *
     ) select ${COLUMNS} from written`,
    [rows, ...(audit?.params ?? [])],
  );
}

/**
 * Assets of one tenant, in no order. What is held and originals are not among them, so nothing that takes an asset can be
 * given one.
 */
export function findAssets(sql: Sql, tenantId: string, ids: readonly string[]): Promise<AssetRow[]> {
  return sql.query<AssetRow>(
    `select ${COLUMNS} from assets where tenant_id = $1 and id = any($2::text[]) and not held and kind <> 'ORIGINAL'`,
    [tenantId, ids],
  );
}

/** The originals of these photos that are still there, in no order. */
export function findOriginals(sql: Sql, tenantId: string, ids: readonly string[]): Promise<AssetRow[]> {
  return sql.query<AssetRow>(
    `select ${COLUMNS} from assets
     where tenant_id = $1 and companion_of = any($2::text[]) and kind = 'ORIGINAL' and purged_at is null`,
    [tenantId, ids],
  );
}

/** For the work on a task, whose release copies what is held. */
export async function findWorkedAsset(sql: Sql, tenantId: string, id: string): Promise<AssetRow | undefined> {
  const rows = await sql.query<AssetRow>(`select ${COLUMNS} from assets where tenant_id = $1 and id = $2`, [
    tenantId,
    id,
  ]);
  return rows[0];
}

/** For the signed link, which is a permission of its own and knows no tenant. */
export async function findLinkedAsset(sql: Sql, id: string): Promise<AssetRow | undefined> {
  const rows = await sql.query<AssetRow>(
    `select ${COLUMNS} from assets where id = $1 and purged_at is null and not held`,
    [id],
  );
  return rows[0];
}

/** Keeps held photos for so long at least. Returns those that are still there. */
export async function keepHeld(
  sql: Sql,
  tenantId: string,
  ids: readonly string[],
  keepMs: number,
): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `update assets set expires_at = greatest(expires_at, now() + $3 * interval '1 millisecond')
     where tenant_id = $1 and id = any($2::text[]) and held and purged_at is null returning id`,
    [tenantId, ids, keepMs],
  );
  return new Set(rows.map(({ id }) => id));
}

/** With what the audit trail says of it: one statement. Does nothing where it was read before. */
export async function markFirstRead(sql: Sql, id: string, audited: NewAuditRow): Promise<void> {
  const audit = auditInsertion(audited, 1, 'read');
  await sql.query(
    `with read as (
       update assets set first_read_at = now() where id = $1 and first_read_at is null returning id
     ) ${audit.text}`,
    [id, ...audit.params],
  );
}

/**
 * What the rows say of these ids. LIVE: its file has to be kept. ERASED: its file has to go; the row stays as a tombstone
 * of what was purged. An id without a row is not in the map.
 */
export async function assetFates(sql: Sql, ids: readonly string[]): Promise<Map<string, 'LIVE' | 'ERASED'>> {
  const rows = await sql.query<{ id: string; erased: boolean }>(
    'select id, purged_at is not null as erased from assets where id = any($1::text[])',
    [ids],
  );
  return new Map(rows.map(({ id, erased }) => [id, erased ? 'ERASED' : 'LIVE']));
}

/** Of a preview that is past its time they are still needed: what is released of it has to carry them. */
const RESULT_LABELS = `case when kind = 'RESULT' then aigc end`;

/**
 * Marks what is past its time as purged; an input waits while work on it is under way, and its companions with it. Returns the ids, whose files go next.
 * Inputs are unnested and not compared by `any`, which cannot be hashed: 30,000 open tasks, 36 ms a batch instead of 1.4 s.
 */
export async function purgeExpiredAssets(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `update assets set purged_at = now(), aigc = ${RESULT_LABELS} where id in (
       select a.id from assets a where a.purged_at is null and a.expires_at <= now()
         and not exists (
           select 1 from task_queue q join tasks t on t.id = q.task_id cross join lateral unnest(t.input_assets) as used (id)
           where t.state in ('RUNNING', 'NEEDS_REVIEW') and used.id = coalesce(a.companion_of, a.id))
       order by a.expires_at limit $1
       for update of a skip locked
     ) returning id`,
    [limit],
  );
  return rows.map(row => row.id);
}

/** The assets that a task made. */
export async function resultAssetsOf(sql: Sql, tenantId: string, taskId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    'select id from assets where tenant_id = $1 and task_id = $2 and purged_at is null',
    [tenantId, taskId],
  );
  return rows.map(row => row.id);
}

/**
 * Those of these assets that may go with their task: photos that were sent in, and that no other task needs. Only tasks
 * since the photo came are looked at (with a minute for clocks).
 */
export async function unusedInputs(
  sql: Sql,
  tenantId: string,
  ids: readonly string[],
  taskId: string,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<{ id: string }>(
    `select id from assets a where a.tenant_id = $1 and a.id = any($2::text[]) and a.kind = 'INPUT'
       and not exists (
         select 1 from tasks t where t.tenant_id = $1 and t.created_at >= a.created_at - interval '1 minute'
           and t.id <> $3 and a.id = any(t.input_assets))`,
    [tenantId, ids, taskId],
  );
  return rows.map(row => row.id);
}

/** These photos go as soon as no open task needs them. */
export async function markBrief(sql: Sql, tenantId: string, ids: readonly string[]): Promise<void> {
  await sql.query(`update assets set brief = true where tenant_id = $1 and id = any($2::text[]) and kind = 'INPUT'`, [
    tenantId,
    ids,
  ]);
}

/** Whether any of these goes as soon as no open task needs it. */
export async function hasBrief(sql: Sql, ids: readonly string[]): Promise<boolean> {
  const rows = await sql.query(
    'select 1 from assets where id = any($1::text[]) and brief and purged_at is null limit 1',
    [ids],
  );
  return rows.length > 0;
}

/**
 * Marks photos as purged that go as soon as no open task needs them, with their companions: of these ids, or of all. A
 * task that waits for a person needs its photo, unless its operation cannot be tried again with it (`done`). Only tasks
 * since the photo came are looked at (with a minute for clocks): `input_assets` has no index, which each move of a task
 * would have to write. Arrays and no join: for a join the planner may read every picture that is kept, of a million in 8 s.
 */
export function purgeBrief(
  sql: Sql,
  done: readonly string[],
  ids?: readonly string[],
): Promise<{ id: string; tenantId: string }[]> {
  return sql.query(
    `with over as materialized (
       select a.id from assets a where a.brief and a.purged_at is null and ($2::text[] is null or a.id = any($2::text[]))
         and not exists (
           select 1 from tasks t where t.tenant_id = a.tenant_id and t.created_at >= a.created_at - interval '1 minute'
             and t.state in ('QUEUED', 'RUNNING', 'NEEDS_REVIEW') and a.id = any(t.input_assets)
             and (t.operation <> all($1::text[]) or exists (select 1 from task_queue q where q.task_id = t.id)))
     )
     update assets set purged_at = now(), aigc = null
     where purged_at is null and id = any(array(
       select id from over union all select id from assets where companion_of = any(array(select id from over))))
     returning id, tenant_id as "tenantId"`,
    [done, ids ?? null],
  );
}

/** Marks these and their companions as purged, as far as they are this tenant's. Returns their ids, whose files go next. */
export async function purgeAssets(sql: Sql, tenantId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `update assets set purged_at = now(), aigc = null
     where tenant_id = $1 and (id = any($2::text[]) or companion_of = any($2::text[])) and purged_at is null returning id`,
    [tenantId, ids],
  );
  return rows.map(row => row.id);
}

/** Marks all originals as purged: nothing opens them any more. */
export async function purgeOriginals(sql: Sql): Promise<void> {
  await sql.query(`update assets set purged_at = now() where kind = 'ORIGINAL' and purged_at is null`);
}

/** How many pictures should have a file. */
export async function countLiveAssets(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>('select count(*)::int as count from assets where purged_at is null');
  return row!.count;
}

export type LiveAsset = Pick<AssetRow, 'id' | 'tenantId' | 'sha256'>;

/** Those that should have a file, in the order of their ids, after this one. */
export function findLiveBatch(sql: Sql, after: string, limit: number): Promise<LiveAsset[]> {
  return sql.query<LiveAsset>(
    `select id, tenant_id as "tenantId", sha256 from assets where id > $1 and purged_at is null order by id limit $2`,
    [after, limit],
  );
}
