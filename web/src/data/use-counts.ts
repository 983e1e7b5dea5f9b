import { useEffect, useState } from 'react';
import { follow } from './client.ts';
import {
  FollowCountsDocument,
  type FollowCountsSubscription,
  type TaskFilterInput,
  type TaskState,
} from './generated.ts';

export interface Counts {
  of(...states: TaskState[]): number;
  readonly all: number;
  readonly endedPerMinute: number;
  readonly failedPerMinute: number;
}

type Told = FollowCountsSubscription['tasksUpdated']['counts'];

function toCounts({ states, endedPerMinute, failedPerMinute }: Told): Counts {
  const by = new Map(states.map(({ state, count }) => [state, count]));
  const of = (...wanted: TaskState[]) => wanted.reduce((sum, state) => sum + (by.get(state) ?? 0), 0);
  return { of, all: states.reduce((sum, { count }) => sum + count, 0), endedPerMinute, failedPerMinute };
}

/** Numbers of tasks, live. The filter is to be the same object while it is the same filter. */
export function useCounts(filter: TaskFilterInput, pause = false): Counts | undefined {
  const [counts, setCounts] = useState<Counts>();
  useEffect(() => {
    if (pause) return;
    return follow(FollowCountsDocument, () => ({ filter }), {
      next: ({ tasksUpdated }) => setCounts(toCounts(tasksUpdated.counts)),
      // A caller who may not read tasks has no counts.
      error: () => setCounts(undefined),
    });
  }, [filter, pause]);
  return counts;
}
