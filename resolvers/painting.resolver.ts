import { Arg, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Asset } from '../schema/asset.type.js';
import { GeneratePaintingInput } from '../schema/painting.input.js';
import { PaintingTask } from '../schema/painting.type.js';
import { PAINTING_STYLE_TITLES, PaintingStyleTitle } from '../schema/painting-enums.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { Language } from '../src/kernel/language.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { TaskOf } from '../src/store/task.js';
import { assetOf } from './asset.map.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { commonFields } from './task.map.js';

export function toPaintingTask(task: TaskOf<'PAINTING'>, language: Language): PaintingTask {
  const { text, style, resolution, count, labelAgreement = null } = task.input;
  return Object.assign(new PaintingTask(), {
    ...commonFields(task, language),
    text,
    style,
    resolution,
    count,
    label: labelAgreement === null ? 'VISIBLE_AND_METADATA' : 'METADATA_ONLY',
    labelAgreement,
    imageAssetIds: (task.result?.pictures ?? []).map(({ assetId }) => assetId),
  } satisfies PaintingTask);
}

@Resolver(() => PaintingTask)
export class PaintingResolver {
  constructor(
    private readonly operations: OperationService,
    private readonly links: AssetLinks,
  ) {}

  @Authorized('catalogue:read')
  @Query(() => [PaintingStyleTitle], { description: 'The styles that `generatePainting` knows, with their names.' })
  paintingStyles(): PaintingStyleTitle[] {
    return [...PAINTING_STYLE_TITLES];
  }

  @Authorized('paintings:create')
  @Mutation(() => PaintingTask, { description: 'Paints pictures from words. The images carry the AI label.' })
  async generatePainting(
    @Arg('input', () => GeneratePaintingInput, { description: 'The words, the style and how many.' })
    input: GeneratePaintingInput,
    @Ctx() context: Context,
  ): Promise<PaintingTask> {
    const task = await this.operations.create(context.tenantId, 'PAINTING', given(input), context.actor);
    return toPaintingTask(task, context.language);
  }

  @FieldResolver(() => [Asset])
  async images(@Root() task: PaintingTask, @Ctx() context: Context): Promise<Asset[]> {
    const images = await Promise.all(task.imageAssetIds.map(id => assetOf(id, context, this.links)));
    return images.filter(image => image !== null);
  }
}
