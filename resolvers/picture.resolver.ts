import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PAINTING_STYLES } from '../datasources/contract.js';
import { Asset } from '../schema/asset.type.js';
import {
  ChangeBackgroundInput,
  CreatePrintSheetInput,
  PaintingOptionsInput,
  RestorePhotoInput,
} from '../schema/picture.input.js';
import { BackgroundTask, PaintingTask, PrintSheetTask, RestorationTask } from '../schema/picture-task.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { BackgroundService } from '../src/tasks/background-service.js';
import type { PaintingService } from '../src/tasks/painting-service.js';
import type { PrintSheetService } from '../src/tasks/print-sheet-service.js';
import type { RestorationService } from '../src/tasks/restoration-service.js';
import { assetOf } from './asset.map.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { toTask } from './task.map.js';

@Resolver(() => RestorationTask)
export class RestorationResolver {
  constructor(
    private readonly service: RestorationService,
    private readonly links: AssetLinks,
  ) {}

  @Mutation(() => RestorationTask, { description: 'Restores an old photo.' })
  async restorePhoto(
    @Arg('input', () => RestorePhotoInput, { description: 'The photo, and how far to go.' }) input: RestorePhotoInput,
    @Ctx() context: Context,
  ): Promise<RestorationTask> {
    return toTask(await this.service.create(context.tenantId, given(input)), context.language) as RestorationTask;
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

@Resolver(() => BackgroundTask)
export class BackgroundResolver {
  constructor(
    private readonly service: BackgroundService,
    private readonly links: AssetLinks,
  ) {}

  @Mutation(() => BackgroundTask, { description: 'Puts another background behind a person.' })
  async changeBackground(
    @Arg('input', () => ChangeBackgroundInput, { description: 'The photo and the background.' })
    input: ChangeBackgroundInput,
    @Ctx() context: Context,
  ): Promise<BackgroundTask> {
    return toTask(await this.service.create(context.tenantId, given(input)), context.language) as BackgroundTask;
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

@Resolver(() => PrintSheetTask)
export class PrintSheetResolver {
  constructor(
    private readonly service: PrintSheetService,
    private readonly links: AssetLinks,
  ) {}

  @Mutation(() => PrintSheetTask, { description: 'Arranges a finished ID photo on a 6-inch print sheet.' })
  async createPrintSheet(
    @Arg('input', () => CreatePrintSheetInput, { description: 'The photo, and how often.' })
    input: CreatePrintSheetInput,
    @Ctx() context: Context,
  ): Promise<PrintSheetTask> {
    return toTask(await this.service.create(context.tenantId, given(input)), context.language) as PrintSheetTask;
  }

  @FieldResolver(() => Asset, { nullable: true })
  sheet(@Root() task: PrintSheetTask, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(task.sheetAssetId, context, this.links);
  }
}

@Resolver(() => PaintingTask)
export class PaintingResolver {
  constructor(
    private readonly service: PaintingService,
    private readonly links: AssetLinks,
  ) {}

  @Query(() => [String], { description: 'The styles that `generatePainting` knows.' })
  paintingStyles(): string[] {
    return [...PAINTING_STYLES];
  }

  @Mutation(() => PaintingTask, { description: 'Paints pictures from words. The images carry the AI label.' })
  async generatePainting(
    @Arg('input', () => PaintingOptionsInput, { description: 'The words, the style and how many.' })
    input: PaintingOptionsInput,
    @Ctx() context: Context,
  ): Promise<PaintingTask> {
    return toTask(await this.service.create(context.tenantId, given(input)), context.language) as PaintingTask;
  }

  @FieldResolver(() => [Asset])
  async images(@Root() task: PaintingTask, @Ctx() context: Context): Promise<Asset[]> {
    const images = await Promise.all(task.imageAssetIds.map(id => assetOf(id, context, this.links)));
    return images.filter(image => image !== null);
  }
}
