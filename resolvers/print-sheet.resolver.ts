import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Asset } from '../schema/asset.type.js';
import { CreatePrintSheetInput } from '../schema/print-sheet.input.js';
import { PrintSheetItem, PrintSheetTask } from '../schema/print-sheet.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { Language } from '../src/kernel/language.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { TaskOf } from '../src/store/task.js';
import { assetOf } from './asset.map.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { commonFields, firstOf } from './task.map.js';

export function toPrintSheetTask(task: TaskOf<'PRINT_SHEET'>, language: Language): PrintSheetTask {
  const pictures = task.result?.pictures ?? [];
  return Object.assign(new PrintSheetTask(), {
    ...commonFields(task, language),
    sheetAssetId: firstOf(pictures),
    count: task.result?.facts.sheetCount ?? null,
    items: (task.result?.facts.sheetItems ?? []).map((item, place) =>
      Object.assign(new PrintSheetItem(), { ...item, assetId: task.inputAssets[place]! } satisfies PrintSheetItem),
    ),
  } satisfies PrintSheetTask);
}

@Resolver(() => PrintSheetTask)
export class PrintSheetResolver {
  constructor(
    private readonly operations: OperationService,
    private readonly links: AssetLinks,
  ) {}

  @Authorized('photos:create')
  @Mutation(() => PrintSheetTask, { description: 'Arranges finished ID photos on a sheet of photo paper.' })
  async createPrintSheet(
    @Arg('input', () => CreatePrintSheetInput, { description: 'The photos, how often each, and the paper.' })
    input: CreatePrintSheetInput,
    @Ctx() context: Context,
  ): Promise<PrintSheetTask> {
    const task = await this.operations.create(context.tenantId, 'PRINT_SHEET', given(input), context.actor);
    return toPrintSheetTask(task, context.language);
  }

  @FieldResolver(() => Asset, { nullable: true })
  sheet(@Root() task: PrintSheetTask, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(task.sheetAssetId, context, this.links);
  }
}

@Resolver(() => PrintSheetItem)
export class PrintSheetItemResolver {
  constructor(private readonly links: AssetLinks) {}

  @FieldResolver(() => Asset, { nullable: true })
  photo(@Root() { assetId }: PrintSheetItem, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(assetId, context, this.links);
  }
}
