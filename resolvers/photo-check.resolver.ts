import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Asset } from '../schema/asset.type.js';
import { CheckPhotoInput } from '../schema/photo-check.input.js';
import { PhotoCheck, PhotoCheckTask } from '../schema/photo-check.type.js';
import { PhotoRule } from '../schema/rule.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { Language } from '../src/kernel/language.js';
import type { OperationService } from '../src/operations/operation-service.js';
import { specs } from '../src/specs/catalogue.js';
import type { RuleBook } from '../src/specs/rules/rule-book.js';
import type { TaskOf } from '../src/store/task.js';
import { assetOf } from './asset.map.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { toReport } from './photo-check.map.js';
import { toPhotoRule } from './rule.map.js';
import { toSpec } from './spec.map.js';
import { commonFields } from './task.map.js';

export function toPhotoCheckTask(task: TaskOf<'PHOTO_CHECK'>, language: Language): PhotoCheckTask {
  const spec = task.input.specId === null ? undefined : specs.byId(task.input.specId);
  const report = task.result?.facts.report;
  return Object.assign(new PhotoCheckTask(), {
    ...commonFields(task, language),
    spec: spec === undefined ? null : toSpec(spec),
    sourceAssetId: task.inputAssets[0]!,
    report: report === undefined ? null : toReport(report, language),
  } satisfies PhotoCheckTask);
}

@Resolver(() => PhotoCheckTask)
export class PhotoCheckTaskResolver {
  constructor(
    private readonly operations: OperationService,
    private readonly links: AssetLinks,
  ) {}

  @Authorized('photos:create')
  @Mutation(() => PhotoCheckTask, {
    description:
      'Says how a photo stands to what its office asks, check by check. It costs nothing and changes nothing. Answers as soon as the task is kept; follow it with `taskUpdated`.',
  })
  async checkPhoto(
    @Arg('input', () => CheckPhotoInput, { description: 'The photo, and what it is for.' }) input: CheckPhotoInput,
    @Ctx() context: Context,
  ): Promise<PhotoCheckTask> {
    const task = await this.operations.create(context.tenantId, 'PHOTO_CHECK', given(input), context.actor);
    return toPhotoCheckTask(task, context.language);
  }

  @FieldResolver(() => Asset, { nullable: true })
  source(@Root() task: PhotoCheckTask, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(task.sourceAssetId, context, this.links);
  }
}

/** The rule that asks is looked up where it is wanted. */
@Resolver(() => PhotoCheck)
export class PhotoCheckResolver {
  constructor(private readonly book: RuleBook) {}

  @FieldResolver(() => PhotoRule, { nullable: true })
  rule(@Root() { ruleId }: PhotoCheck): PhotoRule | null {
    const rule = ruleId === null ? undefined : this.book.rule(ruleId);
    return rule === undefined ? null : toPhotoRule(rule);
  }
}
