import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { LeqiIdPhotoOptions } from '../datasources/contract.js';
import { Asset } from '../schema/asset.type.js';
import { ReportAbsenceEnum } from '../schema/enums.js';
import {
  CreateIdPhotoInput,
  type IdPhotoOptionsInput,
  LeqiAlignment,
  LeqiPrintType,
} from '../schema/id-photo.input.js';
import { type EditProof, IdPhoto, IdPhotoTask } from '../schema/id-photo-task.type.js';
import { PhotoReport } from '../schema/photo-check.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { IdPhotoOptions, EditProof as Proof } from '../src/engine/photo.js';
import type { Language } from '../src/kernel/language.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { PhotoReports, ReportAbsence } from '../src/operations/photo-reports.js';
import { specs } from '../src/specs/catalogue.js';
import type { PhotoRow } from '../src/store/photo-rows.js';
import type { TaskOf } from '../src/store/task.js';
import { assetOf } from './asset.map.js';
import type { Context } from './context.js';
import { type Given, given } from './given.js';
import { toReport } from './photo-check.map.js';
import { toRuleOverride } from './rule.map.js';
import { toSpec } from './spec.map.js';
import { commonFields, isWhole, toBackground, toFailure } from './task.map.js';

/** Leqi's numbers for what the schema names. */
export function idPhotoRequest<Input extends IdPhotoOptionsInput>(input: Input) {
  const { leqi, ...rest } = given(input) as Given<Input> & { leqi?: Given<NonNullable<IdPhotoOptionsInput['leqi']>> };
  if (leqi === undefined) return rest;
  const { printType, horizontalAlignment, ...same } = leqi;
  return {
    ...rest,
    leqi: {
      ...same,
      ...(printType === undefined ? {} : { printType: printType === LeqiPrintType.COMPACT ? 2 : 1 }),
      ...(horizontalAlignment === undefined
        ? {}
        : { horizontalAlignment: horizontalAlignment === LeqiAlignment.EARS ? 1 : 0 }),
    } as LeqiIdPhotoOptions,
  };
}

export function toIdPhotoTask(task: TaskOf<'ID_PHOTO'>, language: Language): IdPhotoTask {
  const spec = task.input.specId === null ? undefined : specs.byId(task.input.specId);
  const common = commonFields(task, language);
  const overrides = task.input.overrides ?? [];
  return Object.assign(new IdPhotoTask(), {
    ...common,
    warnings: [...common.warnings, ...(overrides.length > 0 ? (['BACKGROUND_AGAINST_RULE'] as const) : [])],
    ruleOverrides: overrides.map(toRuleOverride),
    spec: spec === undefined ? null : toSpec(spec),
    sourceAssetId: task.inputAssets[0]!,
    sheetCount: task.result?.facts.sheetCount ?? null,
    missing: (task.result?.missing ?? []).filter(isWhole).map(({ part, index, failure }) => ({
      background: toBackground(task.input.options.backgrounds[index ?? part]!),
      failure: toFailure(failure, language),
    })),
  } satisfies IdPhotoTask);
}

/** `task` is the IdPhotoTask that made it: it knows what was asked for. */
export function toIdPhoto(row: PhotoRow, options: IdPhotoOptions, reports: PhotoReports): IdPhoto {
  const { measured } = row;
  return Object.assign(new IdPhoto(), {
    id: row.id,
    background: toBackground(options.backgrounds[row.index]!),
    widthPx: options.widthPx,
    heightPx: options.heightPx,
    dpi: options.dpi,
    releaseExpiresAt: row.cleanAssetId === null ? row.releaseUntil : null,
    matteQuality: measured?.matteQuality ?? null,
    geometry: measured?.geometry ?? null,
    warnings: measured?.warnings ?? [],
    reported: once(() => reports.of(row, options)),
    proof: measured?.proof === undefined ? null : toProof(measured.proof),
    assetIds: {
      clean: row.cleanAssetId,
      preview: row.previewAssetId,
      sheet: row.sheetAssetId,
      sheetPreview: row.sheetPreviewAssetId,
    },
  } satisfies IdPhoto);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function toProof({ crop, quality, ...proof }: Proof): EditProof {
  const { left: cropLeft, top: cropTop, width: cropWidth, height: cropHeight } = crop;
  return {
    version: 1,
    sourceSha256: null,
    orientation: 1,
    ...proof,
    operations: [...(proof.operations ?? (['CROP', 'SCALE', 'ENCODE'] as const))],
    quality: quality ?? null,
    cropLeft,
    cropTop,
    cropWidth,
    cropHeight,
  };
}

@Resolver(() => IdPhotoTask)
export class IdPhotoTaskResolver {
  constructor(
    private readonly operations: OperationService,
    private readonly links: AssetLinks,
    private readonly reports: PhotoReports,
  ) {}

  @Authorized('photos:create')
  @Mutation(() => IdPhotoTask, {
    description: 'Makes ID photos from a portrait. Answers as soon as the task is kept; follow it with `taskUpdated`.',
  })
  async createIdPhoto(
    @Arg('input', () => CreateIdPhotoInput, { description: 'The portrait, the size and the backgrounds.' })
    input: CreateIdPhotoInput,
    @Ctx() context: Context,
  ): Promise<IdPhotoTask> {
    const task = await this.operations.create(context.tenantId, 'ID_PHOTO', idPhotoRequest(input), context.actor);
    return toIdPhotoTask(task, context.language);
  }

  @FieldResolver(() => Asset, { nullable: true })
  source(@Root() task: IdPhotoTask, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(task.sourceAssetId, context, this.links);
  }

  @FieldResolver(() => [IdPhoto])
  async photos(@Root() task: IdPhotoTask, @Ctx() context: Context): Promise<IdPhoto[]> {
    const rows = await context.photosOf.load(task.id);
    if (rows.length === 0) return [];
    const stored = await context.tasks.load(task.id);
    return stored?.operation === 'ID_PHOTO' ? rows.map(row => toIdPhoto(row, stored.input.options, this.reports)) : [];
  }
}

@Resolver(() => IdPhoto)
export class IdPhotoResolver {
  constructor(private readonly links: AssetLinks) {}

  @FieldResolver(() => PhotoReport, { nullable: true })
  async report(@Root() { reported }: IdPhoto, @Ctx() { language }: Context): Promise<PhotoReport | null> {
    const found = await reported();
    return 'report' in found ? toReport(found.report, language) : null;
  }

  @FieldResolver(() => ReportAbsenceEnum, { nullable: true })
  async reportAbsence(@Root() { reported }: IdPhoto): Promise<ReportAbsence | null> {
    const found = await reported();
    return 'absence' in found ? found.absence : null;
  }

  @FieldResolver(() => Asset, { nullable: true })
  clean(@Root() { assetIds }: IdPhoto, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(assetIds.clean, context, this.links);
  }

  @FieldResolver(() => Asset, { nullable: true })
  preview(@Root() { assetIds }: IdPhoto, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(assetIds.preview, context, this.links);
  }

  @FieldResolver(() => Asset, { nullable: true })
  sheet(@Root() { assetIds }: IdPhoto, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(assetIds.sheet, context, this.links);
  }

  @FieldResolver(() => Asset, { nullable: true })
  sheetPreview(@Root() { assetIds }: IdPhoto, @Ctx() context: Context): Promise<Asset | null> {
    return assetOf(assetIds.sheetPreview, context, this.links);
  }
}
