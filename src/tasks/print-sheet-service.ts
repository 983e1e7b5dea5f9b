import type { PrintSheetJob } from '../../datasources/contract.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import type { Database } from '../store/database.js';
import { findPhotos } from '../store/photo-rows.js';
import type { PhotoIntake } from './photo-intake.js';
import type { Task } from './task.js';
import { checkTaskOptions, type TaskOptions, type TaskService } from './task-service.js';

export interface PrintSheetRequest extends TaskOptions {
  photoId?: string | undefined;
  assetId?: string | undefined;
  count?: number | undefined;
}

const MOST = 60;

/** Arranges an ID photo many times on a 6-inch sheet. */
export class PrintSheetService {
  constructor(
    private readonly tasks: TaskService,
    private readonly intake: PhotoIntake,
    private readonly database: Database,
  ) {}

  async create(tenantId: string, request: PrintSheetRequest): Promise<Task> {
    const checked = checkTaskOptions(request, 'input');
    const { photoId, assetId, count } = request;
    if ((photoId === undefined) === (assetId === undefined))
      throw badInput('input', 'EXACTLY_ONE', 'photoId or assetId');
    if (count !== undefined && (count < 1 || count > MOST)) throw badInput('input.count', 'RANGE', `1 to ${MOST}`);
    const id = assetId ?? (await this.cleanAsset(tenantId, photoId!));
    const { width, height, dpi } = await this.intake.asset(
      tenantId,
      id,
      assetId === undefined ? 'input.photoId' : 'input.assetId',
    );
    const job: PrintSheetJob = {
      photo: id,
      widthPx: width,
      heightPx: height,
      dpi: dpi ?? 300,
      paper: 'SIX_INCH',
      count: count ?? null,
    };
    return this.tasks.request(tenantId, 'PRINT_SHEET', checked, {
      vendor: 'AUTO',
      meaning: job,
      draft: job,
      prepare: async () => job,
    });
  }

  private async cleanAsset(tenantId: string, photoId: string): Promise<string> {
    const [photo] = await findPhotos(this.database, tenantId, [photoId]);
    if (photo === undefined)
      throw new DarkroomError('NOT_FOUND', 'There is no such photo.', [
        { path: 'input.photoId', code: 'UNKNOWN', allowed: 'the id of a photo of an IdPhotoTask' },
      ]);
    if (photo.cleanAssetId === null)
      throw badInput('input.photoId', 'NOT_RELEASED', 'a photo whose clean picture was released; see releasePhotos');
    return photo.cleanAssetId;
  }
}
