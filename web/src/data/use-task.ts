import { useEffect, useState } from 'react';
import { useLanguage } from '../i18n/language.ts';
import { follow } from './client.ts';
import type { ApiError } from './errors.ts';
import { FollowTaskDocument, type FollowTaskSubscription } from './generated.ts';

export type Task = FollowTaskSubscription['taskUpdated'];
export type TaskOf<Name extends Task['__typename']> = Extract<Task, { __typename: Name }>;

export const isOver = ({ state }: Pick<Task, 'state'>) => !['QUEUED', 'RUNNING', 'NEEDS_REVIEW'].includes(state);

/** A task as it stands and becomes. Undefined id: none is followed. */
export function useTask(id: string | undefined): { task: Task | undefined; error: ApiError | undefined } {
  const [task, setTask] = useState<Task>();
  const [error, setError] = useState<ApiError>();
  const language = useLanguage();
  // biome-ignore lint/correctness/useExhaustiveDependencies: in another language its texts are others
  useEffect(() => {
    setError(undefined);
    if (id === undefined) return setTask(undefined);
    return follow(FollowTaskDocument, () => ({ id }), {
      next: ({ taskUpdated }) => setTask(taskUpdated),
      error: setError,
    });
  }, [id, language]);
  return { task: task?.id === id ? task : undefined, error };
}

/** The link of a picture on the address of this page: it may be signed for another name of the server. */
export function linkOf(picture: { url: string | null } | null | undefined): string | undefined {
  if (!picture?.url) return undefined;
  const { pathname, search } = new URL(picture.url);
  return pathname + search;
}
