import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { IdPhoto } from '../schema/id-photo-task.type.js';
import { ReleasePhotosInput } from '../schema/picture.input.js';
import { ReleaseTask } from '../schema/picture-task.type.js';
import type { ReleaseService } from '../src/tasks/release-service.js';
import type { TaskService } from '../src/tasks/task-service.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { toIdPhoto, toTask } from './task.map.js';

@Resolver(() => ReleaseTask)
export class ReleaseResolver {
  constructor(
    private readonly service: ReleaseService,
    private readonly tasks: TaskService,
  ) {}

  @Mutation(() => ReleaseTask, { description: 'Buys the clean photos of previews. Each is a charged call, made once.' })
  async releasePhotos(
    @Arg('input', () => ReleasePhotosInput, { description: 'The photos.' }) input: ReleasePhotosInput,
    @Ctx() context: Context,
  ): Promise<ReleaseTask> {
    return toTask(await this.service.create(context.tenantId, given(input)), context.language) as ReleaseTask;
  }

  @FieldResolver(() => [IdPhoto])
  async photos(@Root() task: ReleaseTask, @Ctx() context: Context): Promise<IdPhoto[]> {
    const rows = await this.tasks.photos(context.tenantId, task.photoIds);
    const made = await Promise.all(
      task.photoIds.map(async id => {
        const row = rows.find(candidate => candidate.id === id);
        const maker = row && (await context.tasks.load(row.taskId));
        return row !== undefined && maker?.operation === 'ID_PHOTO' ? [toIdPhoto(row, maker.input.options)] : [];
      }),
    );
    return made.flat();
  }
}
