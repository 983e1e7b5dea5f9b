import type { TaskOf } from '../data/use-task.ts';

export type Photo = TaskOf<'IdPhotoTask'>['photos'][number];

export function fileNameOf(name: string, mime: string): string {
  return `${name}.${mime === 'image/png' ? 'png' : 'jpg'}`;
}
