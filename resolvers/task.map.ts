import { BackgroundKind, IdPhoto, IdPhotoTask } from '../schema/id-photo-task.type.js';
import type { Task as TaskType } from '../schema/task.type.js';
import type { Background } from '../src/engine/photo.js';
import { ERRORS } from '../src/kernel/errors.js';
import { specs } from '../src/specs/catalogue.js';
import type { KeptPhoto, Task } from '../src/tasks/task.js';
import type { Language } from './context.js';
import { toSpec } from './spec.map.js';

/** The GraphQL object of a task; its class tells GraphQL which type of task it is. */
export function toTask(task: Task, language: Language): TaskType {
  return Object.assign(new IdPhotoTask(), {
    ...common(task, language),
    spec: specOf(task.input.specId),
    sourceAssetId: task.input.photo,
    photos: (task.result?.photos ?? []).map(toIdPhoto),
  } satisfies IdPhotoTask);
}

function common(task: Task, language: Language) {
  return {
    id: task.id,
    operation: task.operation,
    state: task.state,
    waitingOn: task.waitingOn,
    stage: task.stage,
    progress: { percent: task.progressPercent, source: task.progressSource as 'REPORTED' | 'ESTIMATED' | 'NONE' },
    sequence: task.sequence,
    vendor: task.vendor,
    failure: task.failure && {
      ...task.failure,
      userMessage: ERRORS[task.failure.code][language],
      retryable: ERRORS[task.failure.code].retryable,
      userFixable: ERRORS[task.failure.code].userFixable,
    },
    reference: task.reference,
    labels: task.labels,
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
  };
}

function specOf(id: string | null) {
  const spec = id === null ? undefined : specs.byId(id);
  return spec === undefined ? null : toSpec(spec);
}

function toIdPhoto(photo: KeptPhoto): IdPhoto {
  return Object.assign(new IdPhoto(), {
    id: photo.id,
    background: toBackground(photo.background),
    cleanAssetId: photo.assetId,
    widthPx: photo.widthPx,
    heightPx: photo.heightPx,
    dpi: photo.dpi,
    matteQuality: photo.matteQuality,
    geometry: photo.geometry,
    warnings: photo.warnings,
  } satisfies IdPhoto);
}

function toBackground(background: Background) {
  switch (background.kind) {
    case 'solid':
      return { kind: BackgroundKind.SOLID, hex: background.hex, hexEnd: null };
    case 'gradient':
      return { kind: BackgroundKind.GRADIENT, hex: background.from, hexEnd: background.to };
    case 'transparent':
      return { kind: BackgroundKind.TRANSPARENT, hex: null, hexEnd: null };
  }
}
