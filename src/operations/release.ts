import { readSourceKey } from '../../datasources/contract.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { keepHeld } from '../store/asset-rows.js';
import type { Sql } from '../store/database.js';
import { findPhotos, lockPhotos, type PhotoRow, setReleased, takeForRelease } from '../store/photo-rows.js';
import type { Task, TaskState } from '../store/task.js';
import { findTask } from '../store/task-rows.js';
import { byIndex } from './id-photo.js';
import { type Lookup, type OperationRow, RepeatedRequest } from './operation.js';
import { fileDeviations, wantedFile } from './photo-file.js';
import type { TaskOptions } from './task-options.js';

export interface ReleaseRequest extends TaskOptions {
  photoIds: readonly string[];
  /** Buys again what an earlier release may have been charged for without delivering it. */
  acceptPossibleCharge?: boolean | undefined;
}

/**
 * Gives the clean photos of previews, each once: a vendor sells them, LOCAL has held them since it made them. The order
 * number is the `reference`: who asks again with it gets the task that released them.
 */
export const release: OperationRow<'RELEASE', ReleaseRequest, readonly string[]> = {
  name: { en: 'Release', zh: '证件照购买' },
  description: 'Gives the clean photos of previews: `releasePhotos`.',
  photos: {},
  routed: false,
  sandboxByNameOnly: false,
  consent: 'NEVER',
  retryRefusal: 'Use releasePhotos again: it knows which photos were released.',
  meaning: ({ photoIds }) => photoIds,
  order: async ({ photoIds }, lookup) => {
    const previews = await readPreviews(photoIds, lookup);
    return { ...sale(previews, await lookup.tasks(previews.map(({ taskId }) => taskId))), photos: {} };
  },
  quote: async (photoIds, lookup) => {
    const photos = await readPreviews(photoIds, lookup);
    for (const [index, photo] of photos.entries()) requireOnSale(photo, index);
    return sale(photos, []);
  },
  /** What may have changed since the order was read: with the rows locked it is known for certain. */
  reserve: async (sql, task, { photoIds, reference, acceptPossibleCharge = false }) => {
    const rows = await lockPhotos(sql, task.tenantId, photoIds);
    const repeated = reference === undefined ? undefined : await releaseFor(reference, rows, sql);
    if (repeated !== undefined && repeated.input.photos.length === photoIds.length)
      throw new RepeatedRequest(repeated.id);
    for (const [index, id] of photoIds.entries())
      requireOnSale(rows.find(row => row.id === id) ?? unknownPhoto(index), index);
    const taken = await takeForRelease(sql, task.id, photoIds, acceptPossibleCharge);
    const index = photoIds.findIndex(id => !taken.has(id));
    if (index >= 0) throw alreadyReleased(index);
    await keepUntilReleased(sql, task.tenantId, rows, photoIds);
  },
  deviations: ({ input }, { role, index = 0 }, file) => {
    const wanted = role === 'CLEAN' ? input.photos[index]?.wanted : undefined;
    return wanted === undefined ? [] : fileDeviations(wanted, file);
  },
  /** Its preview: the photo itself may be gone by now. */
  madeFrom: async (sql, { tenantId, input }, { index = 0 }) => {
    const [photo] = await findPhotos(sql, tenantId, [input.photos[index]!.photoId]);
    const preview = photo?.previewAssetId ?? photo?.sheetPreviewAssetId;
    return preview == null ? [] : [preview];
  },
  tally: ({ photos }, { pictures }) => ({
    wanted: photos.length,
    delivered: pictures.filter(({ role }) => role === 'CLEAN').length,
  }),
  record: async (sql, { input }, { pictures }) => {
    const released = [...byIndex(pictures)].map(([index, ofIndex]) => ({ ofIndex, id: input.photos[index]!.photoId }));
    // In the order in which `lockPhotos` locks them: another release that asks for the same photos waits, in no deadlock.
    for (const { id, ofIndex } of released.sort((one, other) => (one.id < other.id ? -1 : 1)))
      await setReleased(sql, id, {
        cleanAssetId: ofIndex.find(({ role }) => role === 'CLEAN')?.assetId ?? null,
        sheetAssetId: ofIndex.find(({ role }) => role === 'SHEET')?.assetId ?? null,
      });
  },
};

async function readPreviews(photoIds: readonly string[], lookup: Lookup): Promise<PhotoRow[]> {
  const most = LIMITS.image.backgrounds;
  if (photoIds.length < 1 || photoIds.length > most || new Set(photoIds).size !== photoIds.length)
    throw badInput('input.photoIds', 'COUNT', `1 to ${most}, each once`);
  const rows = await lookup.idPhotos(photoIds);
  return photoIds.map((id, index) => requirePreview(rows, id, index));
}

/** Only who made a preview can sell it. `makers` are the tasks that made them: they know what was asked for. */
function sale(photos: readonly PhotoRow[], makers: readonly Task[]) {
  const { source } = photos[0]!;
  const other = photos.findIndex(photo => photo.source !== source);
  if (other >= 0)
    throw badInput(
      `input.photoIds.${other}`,
      'OTHER_VENDOR',
      `photos of one vendor (${readSourceKey(source).vendor}) in one release`,
    );
  const sold = photos.map(({ id, taskId, index, vendorRef }) => {
    const maker = makers.find(task => task.id === taskId);
    const wanted = maker?.operation === 'ID_PHOTO' ? { wanted: wantedFile(maker.input.options, index) } : {};
    return { photoId: id, taskId, vendorRef: vendorRef!, ...wanted };
  });
  return { job: { photos: sold }, source };
}

const WITHOUT_RESULT: readonly TaskState[] = ['FAILED', 'CANCELED', 'EXPIRED'];

/** The release under this order number that all of these locked photos belong to, unless it ended without a result. */
async function releaseFor(reference: string, rows: readonly PhotoRow[], sql: Sql) {
  const [id, ...others] = new Set(rows.map(({ releaseTaskId }) => releaseTaskId));
  if (id == null || others.length > 0) return undefined;
  const task = await findTask(sql, rows[0]!.tenantId, id);
  if (task?.operation !== 'RELEASE' || task.reference !== reference) return undefined;
  return WITHOUT_RESULT.includes(task.state) ? undefined : task;
}

/** What is released was paid for: that its work has to wait must not let it run out of time. */
async function keepUntilReleased(
  sql: Sql,
  tenantId: string,
  rows: readonly PhotoRow[],
  photoIds: readonly string[],
): Promise<void> {
  const ours = rows.filter(({ source }) => source === 'LOCAL');
  if (ours.length === 0) return;
  const refs = ours.map(({ vendorRef }) => vendorRef!);
  const kept = await keepHeld(sql, tenantId, refs, LIMITS.task.heldForReleaseMs);
  const gone = ours.find(({ vendorRef }) => !kept.has(vendorRef!));
  if (gone !== undefined) throw expired(photoIds.indexOf(gone.id));
}

function requirePreview(rows: readonly PhotoRow[], id: string, index: number): PhotoRow {
  const row = rows.find(candidate => candidate.id === id) ?? unknownPhoto(index);
  if (row.vendorRef === null)
    throw badInput(
      `input.photoIds.${index}`,
      'NOTHING_TO_RELEASE',
      'a photo with a preview: of LEQI, or made with `release: LATER`; of this one there is no more than it shows',
    );
  return row;
}

function unknownPhoto(index: number): never {
  throw new DarkroomError('NOT_FOUND', 'There is no such photo.', [
    { path: `input.photoIds.${index}`, code: 'UNKNOWN', allowed: 'the id of a photo of an IdPhotoTask' },
  ]);
}

function requireOnSale({ cleanAssetId, releaseUntil }: PhotoRow, index: number): void {
  if (cleanAssetId !== null) throw alreadyReleased(index);
  if (releaseUntil !== null && releaseUntil.getTime() <= Date.now()) throw expired(index);
}

function expired(index: number): DarkroomError {
  return new DarkroomError('RELEASE_EXPIRED', undefined, [
    { path: `input.photoIds.${index}`, code: 'EXPIRED', allowed: 'a photo before its releaseExpiresAt' },
  ]);
}

function alreadyReleased(index: number): DarkroomError {
  return new DarkroomError('ALREADY_RELEASED', undefined, [
    {
      path: `input.photoIds.${index}`,
      code: 'ALREADY_RELEASED',
      allowed:
        'a photo whose `clean` is null and that no release is under way for; or all photos of a release with its `reference`',
    },
  ]);
}
