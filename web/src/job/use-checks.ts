import { useEffect, useState } from 'react';
import { change } from '../data/client.ts';
import { type CheckStage, type FollowTaskSubscription, MakeCheckDocument } from '../data/generated.ts';
import { type Task, useTask } from '../data/use-task.ts';
import type { Wish } from './wish.ts';

type CheckTask = Extract<FollowTaskSubscription['taskUpdated'], { __typename: 'PhotoCheckTask' }>;
export type Report = NonNullable<CheckTask['report']>;
export type Check = Report['checks'][number];

export interface Checks {
  /** What making the photo cannot mend. */
  readonly source: Report | undefined;
  /** The newest report of this photo, for any spec: where the head lies stays as it is. */
  readonly located: Report | undefined;
  readonly running: boolean;
}

const STAGE: CheckStage = 'SOURCE';
const LABEL = 'dashboard-check';

function reportOf(task: Task | undefined): Report | undefined {
  return task?.__typename === 'PhotoCheckTask' ? (task.report ?? undefined) : undefined;
}

/** One check of a photo for one spec, made anew with each other photo or spec. */
export function useChecks(assetId: string | undefined, { specId, custom }: Wish): Checks {
  const [made, setMade] = useState<{ id: string; assetId: string }>();
  const [located, setLocated] = useState<{ assetId: string; report: Report }>();
  useEffect(() => {
    setMade(undefined);
    if (assetId === undefined) return;
    let gone = false;
    const input = {
      photo: { assetId },
      stage: STAGE,
      labels: [LABEL],
      ...(custom ? { customSize: custom } : { specId }),
    };
    // Who may not check photos makes them unchecked.
    change(MakeCheckDocument, { input }).then(
      ({ checkPhoto }) => !gone && checkPhoto && setMade({ id: checkPhoto.id, assetId }),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [assetId, specId, custom]);
  const { task } = useTask(made?.id);
  const source = reportOf(task);
  useEffect(() => {
    if (made && source) setLocated({ assetId: made.assetId, report: source });
  }, [made, source]);
  return {
    source,
    located: located?.assetId === assetId ? located?.report : undefined,
    running: made !== undefined && (task === undefined || task.endedAt === null),
  };
}

export const failuresOf = (report: Report | undefined) =>
  report?.checks.filter(({ verdict }) => verdict === 'FAIL').length ?? 0;
