import { useCallback, useState } from 'react';
import { change } from '../data/client.ts';
import { type ApiError, toApiError } from '../data/errors.ts';
import { CancelTaskDocument, type Text } from '../data/generated.ts';
import { isOver, type Task, useTask } from '../data/use-task.ts';

export interface Run {
  /** Asked for, and not answered yet, or under way. */
  readonly running: boolean;
  readonly task: Task | undefined;
  /** The request was refused, or the task cannot be followed. */
  readonly error: ApiError | undefined;
  start<Variables extends Record<string, unknown>>(
    document: Text<Record<string, { id: string } | null>, Variables>,
    variables: Variables,
  ): Promise<void>;
  cancel(): Promise<void>;
  reset(): void;
}

/** Makes a task and follows it. */
export function useRun(): Run {
  const [id, setId] = useState<string>();
  const [asked, setAsked] = useState(false);
  const [refusal, setRefusal] = useState<ApiError>();
  const { task, error } = useTask(id);
  const start = useCallback<Run['start']>(async (document, variables) => {
    setAsked(true);
    setRefusal(undefined);
    setId(undefined);
    try {
      const [made] = Object.values(await change(document, variables));
      setId(made?.id);
    } catch (caught) {
      setRefusal(toApiError(caught));
    }
    setAsked(false);
  }, []);
  const cancel = useCallback(async () => {
    // It may have ended meanwhile; then that is what is shown.
    if (id !== undefined) await change(CancelTaskDocument, { id }).catch(() => {});
  }, [id]);
  const reset = useCallback(() => {
    setId(undefined);
    setRefusal(undefined);
  }, []);
  const waits =
    id !== undefined && error === undefined && (task === undefined || !(isOver(task) || task.state === 'NEEDS_REVIEW'));
  return { running: asked || waits, task, error: refusal ?? error, start, cancel, reset };
}

/** One for each press of the button: a request that is sent again, by a browser or a person, makes no second task. */
export const newKey = () => crypto.randomUUID();
