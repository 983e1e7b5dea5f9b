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
  /** The photo as it is: where its head lies. */
  readonly asItIs: Report | undefined;
  readonly running: boolean;
}

/** The rule of the e-passport asks for each length of a head, so its report says where the head of a photo lies, for any spec. */
const HEAD: Pick<Wish, 'specId' | 'custom'> = {
  specId: 'dian-zi-hu-zhao-ren-xiang-zhao-pian-390x567',
  custom: undefined,
};

const LABEL = 'dashboard-check';

function reportOf(task: Task | undefined): Report | undefined {
  return task?.__typename === 'PhotoCheckTask' ? (task.report ?? undefined) : undefined;
}

/** One check of a photo for one spec, made anew with each other photo or spec. */
function useCheck(assetId: string | undefined, wish: Pick<Wish, 'specId' | 'custom'>, stage: CheckStage) {
  const { specId, custom } = wish;
  const [id, setId] = useState<string>();
  useEffect(() => {
    setId(undefined);
    if (assetId === undefined) return;
    let gone = false;
    const input = { photo: { assetId }, stage, labels: [LABEL], ...(custom ? { customSize: custom } : { specId }) };
    // Who may not check photos makes them unchecked.
    change(MakeCheckDocument, { input }).then(
      ({ checkPhoto }) => !gone && setId(checkPhoto?.id),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [assetId, specId, custom, stage]);
  const { task } = useTask(id);
  return { report: reportOf(task), running: id !== undefined && (task === undefined || task.endedAt === null) };
}

export function useChecks(assetId: string | undefined, wish: Wish): Checks {
  const source = useCheck(assetId, wish, 'SOURCE');
  const asItIs = useCheck(assetId, HEAD, 'FINISHED');
  return { source: source.report, asItIs: asItIs.report, running: source.running };
}

export const failuresOf = (report: Report | undefined) =>
  report?.checks.filter(({ verdict }) => verdict === 'FAIL').length ?? 0;
