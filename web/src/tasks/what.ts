import { linkOf } from '../data/use-task.ts';
import type { Words } from '../i18n/en.ts';
import type { TaskLine } from './live-list.ts';

/** What a task is about, beside its operation. */
export function whatOf(task: TaskLine, { job, codes }: Words, language: string): string {
  switch (task.__typename) {
    case 'IdPhotoTask':
      return (language === 'zh' ? task.spec?.title : task.spec?.titleEn) ?? '';
    case 'PaintingTask':
      return task.text;
    case 'RestorationTask':
      return job.restore[task.steps];
    case 'PrintSheetTask':
      return task.photoCount === null ? '' : job.sheet.photos(task.photoCount);
    case 'FaceVerificationTask':
      return task.outcome === null ? '' : (codes.face[task.outcome] ?? task.outcome);
    default:
      return '';
  }
}

export function thumbnailOf(task: TaskLine): string | undefined {
  const picture =
    task.__typename === 'IdPhotoTask'
      ? (task.photos[0]?.clean ?? task.photos[0]?.preview)
      : task.__typename === 'PrintSheetTask'
        ? task.sheet
        : 'image' in task
          ? task.image
          : undefined;
  return linkOf(picture && { url: picture.thumbnail });
}

/** The second line of a row: why it failed, or what of it is not as it should be. */
export function noteOf(task: TaskLine, { tasks }: Words): string | undefined {
  if (task.failure) return task.failure.userMessage;
  const missing = task.parts.wanted - task.parts.delivered;
  if (task.state === 'SUCCEEDED' && missing > 0) return tasks.missing(missing);
  if (task.state === 'RUNNING' && task.progress.percent === null) return tasks.noProgress;
  return undefined;
}

/** Units that were charged, and those of which nobody knows. */
export function unitsOf({ attempts }: Pick<TaskLine, 'attempts'>): { charged: number; doubt: number } {
  const sum = (of: typeof attempts) => of.reduce((units, attempt) => units + attempt.units, 0);
  return {
    charged: sum(attempts.filter(({ billed }) => billed === 'YES')),
    doubt: sum(attempts.filter(({ billed, endedAt }) => billed === 'UNKNOWN' && endedAt !== null)),
  };
}
