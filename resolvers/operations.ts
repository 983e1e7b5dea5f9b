import type { Operation } from '../datasources/contract.js';
import type { Task as TaskType } from '../schema/task.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { Language } from '../src/kernel/language.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { PhotoReports } from '../src/operations/photo-reports.js';
import type { Task, TaskOf } from '../src/store/task.js';
import type { TaskService } from '../src/tasks/machine/task-service.js';
import { BackgroundResolver, toBackgroundTask } from './background.resolver.js';
import { FaceVerificationResolver, toFaceVerificationTask } from './face-verification.resolver.js';
import { IdPhotoResolver, IdPhotoTaskResolver, toIdPhotoTask } from './id-photo.resolver.js';
import { PaintingResolver, toPaintingTask } from './painting.resolver.js';
import { PhotoCheckTaskResolver, toPhotoCheckTask } from './photo-check.resolver.js';
import { PrintSheetItemResolver, PrintSheetResolver, toPrintSheetTask } from './print-sheet.resolver.js';
import { ReleaseResolver, toReleaseTask } from './release.resolver.js';
import { RestorationResolver, toRestorationTask } from './restoration.resolver.js';

export interface OperationResolverParts {
  operations: OperationService;
  tasks: TaskService;
  links: AssetLinks;
  reports: PhotoReports;
}

/** How one operation shows in the schema. */
interface OperationResolvers<O extends Operation> {
  /** The GraphQL object of a task; its class tells GraphQL which type of task it is. */
  toTask(task: TaskOf<O>, language: Language): TaskType;
  resolvers(parts: OperationResolverParts): object[];
}

/** Every operation, once. One that is missing does not compile. */
const TABLE: { readonly [O in Operation]: OperationResolvers<O> } = {
  ID_PHOTO: {
    toTask: toIdPhotoTask,
    resolvers: ({ operations, links, reports }) => [
      new IdPhotoTaskResolver(operations, links, reports),
      new IdPhotoResolver(links),
    ],
  },
  PHOTO_CHECK: {
    toTask: toPhotoCheckTask,
    resolvers: ({ operations, links }) => [new PhotoCheckTaskResolver(operations, links)],
  },
  RELEASE: {
    toTask: toReleaseTask,
    resolvers: ({ operations, tasks, reports }) => [new ReleaseResolver(operations, tasks, reports)],
  },
  PRINT_SHEET: {
    toTask: toPrintSheetTask,
    resolvers: ({ operations, links }) => [
      new PrintSheetResolver(operations, links),
      new PrintSheetItemResolver(links),
    ],
  },
  RESTORATION: {
    toTask: toRestorationTask,
    resolvers: ({ operations, links }) => [new RestorationResolver(operations, links)],
  },
  BACKGROUND: {
    toTask: toBackgroundTask,
    resolvers: ({ operations, links }) => [new BackgroundResolver(operations, links)],
  },
  PAINTING: {
    toTask: toPaintingTask,
    resolvers: ({ operations, links }) => [new PaintingResolver(operations, links)],
  },
  FACE_VERIFICATION: {
    toTask: toFaceVerificationTask,
    resolvers: ({ operations }) => [new FaceVerificationResolver(operations)],
  },
};

function rowOf<O extends Operation>(task: TaskOf<O>): OperationResolvers<O> {
  return TABLE[task.operation];
}

export function toTask(task: Task, language: Language): TaskType {
  return rowOf(task).toTask(task, language);
}

export function operationResolvers(parts: OperationResolverParts): object[] {
  return Object.values(TABLE).flatMap(row => row.resolvers(parts));
}
