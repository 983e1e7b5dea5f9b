import type { BackgroundJob } from '../../datasources/contract.js';
import { type BackgroundRequest, readBackground } from './backgrounds.js';
import type { PhotoIntake } from './photo-intake.js';
import type { PhotoSource } from './photo-source.js';
import type { VendorChoice } from './router.js';
import type { Task } from './task.js';
import { checkTaskOptions, type TaskOptions, type TaskService } from './task-service.js';

export interface ChangeBackgroundRequest extends TaskOptions {
  photo: PhotoSource;
  background: BackgroundRequest;
  vendor?: VendorChoice | undefined;
}

/** Puts another background behind a person, at the size of the photo. */
export class BackgroundService {
  constructor(
    private readonly tasks: TaskService,
    private readonly intake: PhotoIntake,
  ) {}

  async create(tenantId: string, request: ChangeBackgroundRequest): Promise<Task> {
    const checked = checkTaskOptions(request, 'input');
    const draft: BackgroundJob = { photo: '', background: readBackground(request.background, 'input.background') };
    const photo = await this.intake.read(tenantId, request.photo, 'input.photo');
    return this.tasks.request(tenantId, 'BACKGROUND', checked, {
      vendor: request.vendor ?? 'AUTO',
      meaning: [photo.identity, draft],
      draft,
      prepare: async () => ({ ...draft, photo: await photo.keep() }),
    });
  }
}
