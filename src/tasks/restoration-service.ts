import type { RestorationJob } from '../../datasources/contract.js';
import type { PhotoIntake } from './photo-intake.js';
import type { PhotoSource } from './photo-source.js';
import type { VendorChoice } from './router.js';
import type { Task } from './task.js';
import { checkTaskOptions, type TaskOptions, type TaskService } from './task-service.js';

export interface RestorationRequest extends TaskOptions {
  photo: PhotoSource;
  steps: RestorationJob['steps'];
  vendor?: VendorChoice | undefined;
}

/** Restores old photos. */
export class RestorationService {
  constructor(
    private readonly tasks: TaskService,
    private readonly intake: PhotoIntake,
  ) {}

  async create(tenantId: string, request: RestorationRequest): Promise<Task> {
    const checked = checkTaskOptions(request, 'input');
    const photo = await this.intake.read(tenantId, request.photo, 'input.photo');
    const draft: RestorationJob = { photo: '', steps: request.steps };
    return this.tasks.request(tenantId, 'RESTORATION', checked, {
      vendor: request.vendor ?? 'AUTO',
      meaning: [photo.identity, draft],
      draft,
      prepare: async () => ({ ...draft, photo: await photo.keep() }),
    });
  }
}
