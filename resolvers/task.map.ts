import { BackgroundKind, IdPhoto, IdPhotoTask, type PhotoBackground } from '../schema/id-photo-task.type.js';
import {
  BackgroundTask,
  FaceVerificationTask,
  PaintingTask,
  PrintSheetTask,
  ReleaseTask,
  RestorationTask,
} from '../schema/picture-task.type.js';
import type { Attempt, TaskFailure as FailureType, Task as TaskType } from '../schema/task.type.js';
import type { Background, IdPhotoOptions } from '../src/engine/photo.js';
import { ERRORS } from '../src/kernel/errors.js';
import { specs } from '../src/specs/catalogue.js';
import type { AttemptRow } from '../src/store/attempt-rows.js';
import type { PhotoRow } from '../src/store/photo-rows.js';
import { type KeptPicture, readSourceKey, type Task, type TaskFailure } from '../src/tasks/task.js';
import type { Language } from './context.js';
import { toSpec } from './spec.map.js';

/** The GraphQL object of a task; its class tells GraphQL which type of task it is. */
export function toTask(task: Task, language: Language): TaskType {
  const same = common(task, language);
  const pictures = task.result?.pictures ?? [];
  switch (task.operation) {
    case 'ID_PHOTO': {
      const spec = task.input.specId === null ? undefined : specs.byId(task.input.specId);
      return Object.assign(new IdPhotoTask(), {
        ...same,
        spec: spec === undefined ? null : toSpec(spec),
        sourceAssetId: task.input.photo,
        missing: (task.result?.missing ?? []).map(({ part, failure }) => ({
          background: toBackground(task.input.options.backgrounds[part]!),
          failure: toFailure(failure, language),
        })),
      } satisfies IdPhotoTask);
    }
    case 'RELEASE':
      return Object.assign(new ReleaseTask(), {
        ...same,
        photoIds: task.input.photos.map(({ photoId }) => photoId),
      } satisfies ReleaseTask);
    case 'PRINT_SHEET':
      return Object.assign(new PrintSheetTask(), {
        ...same,
        sheetAssetId: firstOf(pictures),
        count: task.result?.facts.sheetCount ?? null,
      } satisfies PrintSheetTask);
    case 'RESTORATION':
      return Object.assign(new RestorationTask(), {
        ...same,
        sourceAssetId: task.input.photo,
        imageAssetId: firstOf(pictures),
        steps: task.input.steps,
      } satisfies RestorationTask);
    case 'BACKGROUND':
      return Object.assign(new BackgroundTask(), {
        ...same,
        sourceAssetId: task.input.photo,
        imageAssetId: firstOf(pictures),
        background: toBackground(task.input.background),
      } satisfies BackgroundTask);
    case 'PAINTING': {
      const { text, style, resolution, count } = task.input;
      return Object.assign(new PaintingTask(), {
        ...same,
        text,
        style,
        resolution,
        count,
        imageAssetIds: pictures.map(({ assetId }) => assetId),
      } satisfies PaintingTask);
    }
    case 'FACE_VERIFICATION':
      return Object.assign(new FaceVerificationTask(), {
        ...same,
        outcome: task.result?.facts.faceOutcome ?? null,
        consentReference: task.input.consent.reference,
      } satisfies FaceVerificationTask);
  }
}

function firstOf(pictures: readonly KeptPicture[]): string | null {
  return pictures[0]?.assetId ?? null;
}

function common(task: Task, language: Language) {
  const { vendor, sandbox } = readSourceKey(task.source);
  return {
    id: task.id,
    operation: task.operation,
    state: task.state,
    waitingOn: task.waitingOn,
    stage: task.stage,
    progress: { percent: task.progressPercent, source: task.progressSource as 'REPORTED' | 'ESTIMATED' | 'NONE' },
    sequence: task.sequence,
    vendor,
    sandbox,
    ignoredOptions: task.ignoredOptions,
    warnings: task.result?.facts.warnings ?? [],
    failure: task.failure && toFailure(task.failure, language),
    reference: task.reference,
    labels: task.labels,
    retryOf: task.retryOf,
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
  };
}

function toFailure(failure: TaskFailure, language: Language): FailureType {
  const { [language]: userMessage, retryable, userFixable } = ERRORS[failure.code];
  return {
    code: failure.code,
    message: failure.message,
    vendorCode: failure.vendorCode ?? null,
    userMessage,
    retryable: retryable && failure.mayBeCharged !== true,
    userFixable,
  };
}

/** `task` is the IdPhotoTask that made it: it knows what was asked for. */
export function toIdPhoto(row: PhotoRow, options: IdPhotoOptions): IdPhoto {
  const measured = row.measured as KeptPicture['measured'] | null;
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
    assetIds: {
      clean: row.cleanAssetId,
      preview: row.previewAssetId,
      sheet: row.sheetAssetId,
      sheetPreview: row.sheetPreviewAssetId,
    },
  } satisfies IdPhoto);
}

export function toAttempt(row: AttemptRow): Attempt {
  const { vendor, sandbox } = readSourceKey(row.source);
  const { number, vendorTaskId, vendorExpiresAt, units, startedAt, endedAt, outcome, billed, vendorCode } = row;
  const { sentAt, unitsLeftBefore, unitsLeftAfter } = row;
  return {
    sentAt,
    unitsLeftBefore,
    unitsLeftAfter,
    number,
    vendor,
    sandbox,
    vendorTaskId,
    vendorExpiresAt,
    units,
    startedAt,
    endedAt,
    outcome,
    billed,
    code: row.code,
    vendorCode,
  };
}

export function toBackground(background: Background): PhotoBackground {
  switch (background.kind) {
    case 'solid':
      return { kind: BackgroundKind.SOLID, hex: background.hex, hexEnd: null };
    case 'gradient':
      return { kind: BackgroundKind.GRADIENT, hex: background.from, hexEnd: background.to };
    case 'transparent':
      return { kind: BackgroundKind.TRANSPARENT, hex: null, hexEnd: null };
  }
}
