import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Asset } from '../schema/asset.type.js';
import { ChangeBackgroundInput } from '../schema/background.input.js';
import { BackgroundTask } from '../schema/background.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { Language } from '../src/kernel/language.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { TaskOf } from '../src/store/task.js';
import { assetOf } from './asset.map.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { commonFields, firstOf, toBackground } from './task.map.js';

export function toBackgroundTask(task: TaskOf<'BACKGROUND'>, language: Language): BackgroundTask {
  const pictures = task.result?.pictures ?? [];
  return Object.assign(new BackgroundTask(), {
    ...commonFields(task, language),
    sourceAssetId: task.inputAssets[0]!,
    imageAssetId: firstOf(pictures),
    background: toBackground(task.input.background),
  } satisfies BackgroundTask);
}

@Resolver(() => BackgroundTask)
export class BackgroundResolver {
  constructor(
    private readonly operations: OperationService,
    private readonly links: AssetLinks,
  ) {}

  @Authorized('photos:create')
  @Mutation(() => BackgroundTask, { description: 'Puts another background behind a person.' })
  async changeBackground(
    @Arg('input', () => ChangeBackgroundInput, { description: 'The photo and the background.' })
    input: ChangeBackgroundInput,
    @Ctx() context: Context,
  ): Promise<BackgroundTask> {
    const task = await this.operations.create(context.tenantId, 'BACKGROUND', given(input), context.actor);
    return toBackgroundTask(task, context.language);
  }

  @FieldResolver(() => Asset, { nullable: true })
  source(@Root() task: BackgroundTask, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(task.sourceAssetId, context, this.links);
  }

  @FieldResolver(() => Asset, { nullable: true })
  image(@Root() task: BackgroundTask, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(task.imageAssetId, context, this.links);
  }
}
