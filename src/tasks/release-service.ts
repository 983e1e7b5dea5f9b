import type { ReleaseJob } from '../../datasources/contract.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Database } from '../store/database.js';
import { findPhotos, takeForRelease } from '../store/photo-rows.js';
import { readSourceKey, type Task } from './task.js';
import { checkTaskOptions, type TaskOptions, type TaskService } from './task-service.js';

export interface ReleaseRequest extends TaskOptions {
  photoIds: readonly string[];
  /** Buys again what an earlier release may have been charged for without bringing it home. */
  acceptPossibleCharge?: boolean | undefined;
}

/** Buys the clean photos of previews, each once. */
export class ReleaseService {
  constructor(
    private readonly tasks: TaskService,
    private readonly database: Database,
  ) {}

  async create(tenantId: string, request: ReleaseRequest): Promise<Task> {
    const checked = checkTaskOptions(request, 'input');
    const { photoIds } = request;
    const most = LIMITS.image.backgrounds;
    if (photoIds.length < 1 || photoIds.length > most || new Set(photoIds).size !== photoIds.length)
      throw badInput('input.photoIds', 'COUNT', `1 to ${most}, each once`);
    const fingerprint = this.tasks.fingerprint('RELEASE', [photoIds, checked.reference, checked.labels]);
    const known = await this.tasks.findByKey(tenantId, checked.idempotencyKey, fingerprint);
    if (known !== undefined) return known;

    const { job, source } = await this.readJob(tenantId, photoIds);
    return this.tasks.create(tenantId, {
      ...checked,
      operation: 'RELEASE',
      job,
      fingerprint,
      // Only who made a preview can sell it.
      route: [source],
      ignoredOptions: [],
      also: async (sql, taskId) => {
        const taken = await takeForRelease(sql, taskId, photoIds, request.acceptPossibleCharge ?? false);
        const index = photoIds.findIndex(id => !taken.has(id));
        if (index >= 0) throw alreadyReleased(index);
      },
    });
  }

  private async readJob(tenantId: string, ids: readonly string[]): Promise<{ job: ReleaseJob; source: string }> {
    const rows = await findPhotos(this.database, tenantId, ids);
    const photos = ids.map((id, index) => {
      const path = `input.photoIds.${index}`;
      const row = rows.find(candidate => candidate.id === id);
      if (row === undefined)
        throw new DarkroomError('NOT_FOUND', 'There is no such photo.', [
          { path, code: 'UNKNOWN', allowed: 'the id of a photo of an IdPhotoTask' },
        ]);
      if (row.cleanAssetId !== null) throw alreadyReleased(index);
      if (row.vendorRef === null) throw badInput(path, 'NOTHING_TO_RELEASE', 'a photo with a preview');
      if (row.releaseUntil !== null && row.releaseUntil.getTime() <= Date.now())
        throw new DarkroomError('RELEASE_EXPIRED', undefined, [
          { path, code: 'EXPIRED', allowed: 'a photo before its releaseExpiresAt' },
        ]);
      return { row, item: { photoId: id, taskId: row.taskId, vendorRef: row.vendorRef } };
    });
    const source = photos[0]!.row.source;
    const other = photos.findIndex(({ row }) => row.source !== source);
    if (other >= 0)
      throw badInput(
        `input.photoIds.${other}`,
        'OTHER_VENDOR',
        `photos of one vendor (${readSourceKey(source).vendor}) in one release`,
      );
    return { job: { photos: photos.map(({ item }) => item) }, source };
  }
}

function alreadyReleased(index: number): DarkroomError {
  return new DarkroomError('ALREADY_RELEASED', undefined, [
    {
      path: `input.photoIds.${index}`,
      code: 'ALREADY_RELEASED',
      allowed: 'a photo whose `clean` is null and that no release is under way for',
    },
  ]);
}
