import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Asset } from '../schema/asset.type.js';
import { CreateIdPhotoInput } from '../schema/id-photo.input.js';
import { IdPhoto, IdPhotoTask } from '../schema/id-photo-task.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { IdPhotoService } from '../src/tasks/id-photo-service.js';
import { toAsset } from './asset.map.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { toTask } from './task.map.js';

async function assetOf(id: string, context: Context, links: AssetLinks): Promise<Asset | null> {
  const row = await context.assets.load(id);
  return row === undefined ? null : toAsset(row, links);
}

@Resolver(() => IdPhotoTask)
export class IdPhotoTaskResolver {
  constructor(
    private readonly service: IdPhotoService,
    private readonly links: AssetLinks,
  ) {}

  @Mutation(() => IdPhotoTask, {
    description: 'Makes ID photos from a portrait. Answers as soon as the task is kept; follow it with `taskUpdated`.',
  })
  async createIdPhoto(
    @Arg('input', () => CreateIdPhotoInput, { description: 'The portrait, the size and the backgrounds.' })
    input: CreateIdPhotoInput,
    @Ctx() context: Context,
  ): Promise<IdPhotoTask> {
    const task = await this.service.create(context.tenantId, given(input));
    return toTask(task, context.language) as IdPhotoTask;
  }

  @FieldResolver(() => Asset, { nullable: true })
  source(@Root() task: IdPhotoTask, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(task.sourceAssetId, context, this.links);
  }
}

@Resolver(() => IdPhoto)
export class IdPhotoResolver {
  constructor(private readonly links: AssetLinks) {}

  @FieldResolver(() => Asset, { nullable: true })
  clean(@Root() photo: IdPhoto, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(photo.cleanAssetId, context, this.links);
  }
}
