import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Asset } from '../schema/asset.type.js';
import { RestorePhotoInput } from '../schema/restoration.input.js';
import { RestorationTask } from '../schema/restoration.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { Language } from '../src/kernel/language.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { TaskOf } from '../src/store/task.js';
import { assetOf } from './asset.map.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { commonFields, firstOf } from './task.map.js';

export function toRestorationTask(task: TaskOf<'RESTORATION'>, language: Language): RestorationTask {
  const pictures = task.result?.pictures ?? [];
  return Object.assign(new RestorationTask(), {
    ...commonFields(task, language),
    sourceAssetId: task.inputAssets[0]!,
    imageAssetId: firstOf(pictures),
    steps: task.input.steps,
  } satisfies RestorationTask);
}

@Resolver(() => RestorationTask)
export class RestorationResolver {
  constructor(
    private readonly operations: OperationService,
    private readonly links: AssetLinks,
  ) {}

  @Authorized('photos:create')
  @Mutation(() => RestorationTask, { description: 'Restores an old photo.' })
  async restorePhoto(
    @Arg('input', () => RestorePhotoInput, { description: 'The photo, and how far to go.' })
    input: RestorePhotoInput,
    @Ctx() context: Context,
  ): Promise<RestorationTask> {
    const task = await this.operations.create(context.tenantId, 'RESTORATION', given(input), context.actor);
    return toRestorationTask(task, context.language);
  }

  @FieldResolver(() => Asset, { nullable: true })
  source(@Root() task: RestorationTask, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(task.sourceAssetId, context, this.links);
  }

  @FieldResolver(() => Asset, { nullable: true })
  image(@Root() task: RestorationTask, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(task.imageAssetId, context, this.links);
  }
}
