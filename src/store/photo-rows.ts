import type { MeasuredPhoto, SourceKey } from '../../datasources/contract.js';
import type { Sql } from './database.js';

/** One ID photo of a finished task. */
export interface PhotoRow {
  id: string;
  tenantId: string;
  taskId: string;
  index: number;
  source: SourceKey;
  /** Of a photo that was not made here there is a report alone, once it was asked for. */
  measured: Partial<MeasuredPhoto> | null;
  previewAssetId: string | null;
  sheetPreviewAssetId: string | null;
  cleanAssetId: string | null;
  sheetAssetId: string | null;
  vendorRef: string | null;
  releaseUntil: Date | null;
  releaseTaskId: string | null;
}

const COLUMNS = `id, tenant_id as "tenantId", task_id as "taskId", index, source, measured,
  preview_asset_id as "previewAssetId", sheet_preview_asset_id as "sheetPreviewAssetId", clean_asset_id as "cleanAssetId",
  sheet_asset_id as "sheetAssetId", vendor_ref as "vendorRef", release_until as "releaseUntil", release_task_id as "releaseTaskId"`;

/**
 * Writes what is there of a photo by now: a picture that came later is added, and none is taken away. `id` counts the
 * first time.
 */
export async function keepPhoto(sql: Sql, photo: Omit<PhotoRow, 'releaseTaskId'>): Promise<void> {
  await sql.query(
    `insert into photos as p (id, tenant_id, task_id, index, source, measured, preview_asset_id, sheet_preview_asset_id,
       clean_asset_id, sheet_asset_id, vendor_ref, release_until)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12)
     on conflict (task_id, index) do update set
       measured = coalesce(excluded.measured, p.measured),
       preview_asset_id = coalesce(excluded.preview_asset_id, p.preview_asset_id),
       sheet_preview_asset_id = coalesce(excluded.sheet_preview_asset_id, p.sheet_preview_asset_id),
       clean_asset_id = coalesce(excluded.clean_asset_id, p.clean_asset_id),
       sheet_asset_id = coalesce(excluded.sheet_asset_id, p.sheet_asset_id),
       vendor_ref = coalesce(excluded.vendor_ref, p.vendor_ref),
       release_until = coalesce(excluded.release_until, p.release_until)`,
    [
      photo.id,
      photo.tenantId,
      photo.taskId,
      photo.index,
      photo.source,
      photo.measured === null ? null : JSON.stringify(photo.measured),
      photo.previewAssetId,
      photo.sheetPreviewAssetId,
      photo.cleanAssetId,
      photo.sheetAssetId,
      photo.vendorRef,
      photo.releaseUntil,
    ],
  );
}

/** Photos of several tasks, in the order of their backgrounds. */
export function findPhotosOf(sql: Sql, tenantId: string, taskIds: readonly string[]): Promise<PhotoRow[]> {
  return sql.query<PhotoRow>(
    `select ${COLUMNS} from photos where tenant_id = $1 and task_id = any($2::text[]) order by task_id, index`,
    [tenantId, taskIds],
  );
}

export function findPhotos(sql: Sql, tenantId: string, ids: readonly string[]): Promise<PhotoRow[]> {
  return sql.query<PhotoRow>(`select ${COLUMNS} from photos where tenant_id = $1 and id = any($2::text[])`, [
    tenantId,
    ids,
  ]);
}

/**
 * Photos whose rows are locked until the end of the transaction, in one order for all callers: two that lock the same
 * rows in different orders would wait for each other for ever.
 */
export function lockPhotos(sql: Sql, tenantId: string, ids: readonly string[]): Promise<PhotoRow[]> {
  return sql.query<PhotoRow>(
    `select ${COLUMNS} from photos where tenant_id = $1 and id = any($2::text[]) order by id for update`,
    [tenantId, ids],
  );
}

/**
 * Takes photos for a release, whose call number `n` buys the photo at place `n` of `ids`: those that nobody buys or has
 * bought. A release that ended leaves a photo free again if no call for that photo may have been charged, or if the
 * caller accepts a second charge. The photos have to be locked by a statement before: one that waited for another
 * release still looks with its old snapshot, and would not see the task of that release.
 * @returns the ids that were taken; the caller rolls back if one is missing
 */
export async function takeForRelease(
  sql: Sql,
  taskId: string,
  ids: readonly string[],
  acceptPossibleCharge: boolean,
): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `update photos p set release_task_id = $1, release_part = given.position - 1
     from unnest($2::text[]) with ordinality as given (id, position)
     where p.id = given.id and p.clean_asset_id is null and not exists (
       select 1 from tasks t where t.id = p.release_task_id and (
         t.state not in ('SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED')
         or (not $3::boolean and exists (
           select 1 from task_attempts a where a.task_id = t.id and a.part = p.release_part and a.can_bill and a.billed <> 'NO'))))
     returning p.id`,
    [taskId, ids, acceptPossibleCharge],
  );
  return new Set(rows.map(row => row.id));
}

/** A report that was made of a clean photo; it is not kept where that photo went meanwhile, as by an erasure. */
export async function keepReport(
  sql: Sql,
  { tenantId, id, cleanAssetId }: Pick<PhotoRow, 'tenantId' | 'id' | 'cleanAssetId'>,
  report: NonNullable<MeasuredPhoto['report']>,
): Promise<void> {
  await sql.query(
    `update photos set measured = coalesce(measured, '{}'::jsonb) || jsonb_build_object('report', $4::jsonb)
     where tenant_id = $1 and id = $2 and clean_asset_id = $3
       and exists (select 1 from assets a where a.id = $3 and a.purged_at is null)`,
    [tenantId, id, cleanAssetId, JSON.stringify(report)],
  );
}

/** What a release has brought by now. */
export async function setReleased(
  sql: Sql,
  id: string,
  assets: { cleanAssetId: string | null; sheetAssetId: string | null },
): Promise<void> {
  await sql.query(
    `update photos set clean_asset_id = coalesce($2, clean_asset_id), sheet_asset_id = coalesce($3, sheet_asset_id)
     where id = $1`,
    [id, assets.cleanAssetId, assets.sheetAssetId],
  );
}
