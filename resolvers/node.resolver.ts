import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Node } from '../schema/node.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import { isId } from '../src/kernel/ids.js';
import type { PhotoReports } from '../src/operations/photo-reports.js';
import { specs } from '../src/specs/catalogue.js';
import { toAsset } from './asset.map.js';
import type { Context } from './context.js';
import { toIdPhoto } from './id-photo.resolver.js';
import { toTask } from './operations.js';
import { toSpec } from './spec.map.js';

@Resolver()
export class NodeResolver {
  constructor(
    private readonly links: AssetLinks,
    private readonly reports: PhotoReports,
  ) {}

  @Authorized('tasks:read', 'TASK_TOKEN', 'PHOTO_LINK')
  @Query(() => Node, {
    nullable: true,
    description:
      'A task, an asset, an ID photo or a spec by its id; null if there is none. Error TASK_GONE for a task that has left by its time.',
  })
  async node(
    @Arg('id', () => ID, { description: 'The id of anything that is a Node.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Node | null> {
    if (isId('task', id)) {
      const task = await context.visible.task(id);
      return task === undefined ? null : toTask(task, context.language);
    }
    if (isId('asset', id)) {
      const row = await context.visible.asset(id);
      return row === undefined ? null : toAsset(row, this.links);
    }
    if (isId('photo', id)) {
      const row = await context.visible.photo(id);
      const task = row && (await context.visible.task(row.taskId));
      return row && task?.operation === 'ID_PHOTO' ? toIdPhoto(row, task.input.options, this.reports) : null;
    }
    const spec = specs.byId(id);
    return spec === undefined ? null : toSpec(spec);
  }
}
