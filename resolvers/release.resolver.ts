import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { IdPhoto } from '../schema/id-photo-task.type.js';
import { ReleasePhotosInput } from '../schema/release.input.js';
import { ReleaseTask } from '../schema/release.type.js';
import type { Language } from '../src/kernel/language.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { PhotoReports } from '../src/operations/photo-reports.js';
import type { TaskOf } from '../src/store/task.js';
import type { TaskService } from '../src/tasks/machine/task-service.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { toIdPhoto } from './id-photo.resolver.js';
import { commonFields } from './task.map.js';

export function toReleaseTask(task: TaskOf<'RELEASE'>, language: Language): ReleaseTask {
  return Object.assign(new ReleaseTask(), {
    ...commonFields(task, language),
    photoIds: task.input.photos.map(({ photoId }) => photoId),
  } satisfies ReleaseTask);
}

@Resolver(() => ReleaseTask)
export class ReleaseResolver {
  constructor(
    private readonly operations: OperationService,
    private readonly tasks: TaskService,
    private readonly reports: PhotoReports,
  ) {}

  @Authorized('photos:release')
  @Mutation(() => ReleaseTask, {
    description:
      'Gives the clean photos of previews, each once. Of LEQI each is a charged call; what LOCAL made is free.',
  })
  async releasePhotos(
    @Arg('input', () => ReleasePhotosInput, { description: 'The photos.' }) input: ReleasePhotosInput,
    @Ctx() context: Context,
  ): Promise<ReleaseTask> {
    const task = await this.operations.create(context.tenantId, 'RELEASE', given(input), context.actor);
    return toReleaseTask(task, context.language);
  }

  @FieldResolver(() => [IdPhoto])
  async photos(@Root() task: ReleaseTask, @Ctx() context: Context): Promise<IdPhoto[]> {
    const rows = await this.tasks.photos(context.tenantId, task.photoIds);
    const made = await Promise.all(
      task.photoIds.map(async id => {
        const row = rows.find(candidate => candidate.id === id);
        const maker = row && (await context.tasks.load(row.taskId));
        return row !== undefined && maker?.operation === 'ID_PHOTO'
          ? [toIdPhoto(row, maker.input.options, this.reports)]
          : [];
      }),
    );
    return made.flat();
  }
}
