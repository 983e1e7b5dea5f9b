import { useState } from 'react';
import { useLocation } from 'wouter';
import { useCan } from '../app/viewer.tsx';
import { change } from '../data/client.ts';
import { RetryTaskDocument, type VendorChoice } from '../data/generated.ts';
import { useServers } from '../data/use-servers.ts';
import type { Task } from '../data/use-task.ts';
import { formatTime } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import { useAct } from '../ui/use-act.ts';
import { RetryTwiceDialog, SettleDialog } from './dialogs.tsx';

/** What happened, and what to do about it. */
export function Banner({ task }: { task: Task }) {
  const { tasks } = useWords();
  const { state, failure, parts } = task;
  if (state === 'NEEDS_REVIEW') return <Review task={task} />;
  if (failure && state === 'FAILED') return <FailedBanner task={task} />;
  if (state === 'SUCCEEDED' && parts.delivered < parts.wanted)
    return (
      <div className="note ask">
        <Icon name="ask" />
        <h3>{tasks.banner.partly(parts.delivered, parts.wanted)}</h3>
      </div>
    );
  return null;
}

/** Makes a new task of this one, and goes there. Throws ApiError. */
function useRetry({ id }: Task) {
  const { tasks } = useWords();
  const [, go] = useLocation();
  return async (how: { acceptPossibleCharge: boolean; vendor?: VendorChoice }) => {
    const { retryTask } = await change(RetryTaskDocument, { id, ...how });
    toast(tasks.retried);
    if (retryTask) go(`/tasks/${retryTask.id}`);
  };
}

function Review({ task }: { task: Task }) {
  const { tasks, codes, space } = useWords();
  const [dialog, setDialog] = useState<'settle' | 'retry'>();
  const retry = useRetry(task);
  const canSettle = useCan('REVIEWS_RESOLVE');
  const lost = task.attempts.findLast(({ billed }) => billed === 'UNKNOWN');
  const vendor = codes.vendor[task.vendor] ?? task.vendor;
  return (
    <div className="note ask" role="status">
      <Icon name="ask" />
      <div className="grow">
        <h2>{tasks.banner.review}</h2>
        <p className="banner-text">
          {task.failure?.userMessage}
          {space}
          {tasks.banner.console(vendor, formatTime(lost?.sentAt ?? task.updatedAt))}
        </p>
        <div className="row wrap">
          <button type="button" className="btn pri" disabled={!canSettle} onClick={() => setDialog('settle')}>
            {tasks.banner.settle}
          </button>
          <button type="button" className="btn" onClick={() => setDialog('retry')}>
            <Icon name="retry" />
            {tasks.banner.retryTwice}
          </button>
        </div>
      </div>
      {dialog === 'settle' && <SettleDialog task={task} onClose={() => setDialog(undefined)} />}
      {dialog === 'retry' && (
        <RetryTwiceDialog onClose={() => setDialog(undefined)} onRetry={() => retry({ acceptPossibleCharge: true })} />
      )}
    </div>
  );
}

function FailedBanner({ task }: { task: Task }) {
  const { tasks, codes, retry: again, space } = useWords();
  const retry = useRetry(task);
  const { busy, error, act } = useAct();
  const [asking, setAsking] = useState(false);
  const canManage = useCan('TASKS_MANAGE');
  const { failure, attempts } = task;
  // Where the photo is at fault, no other engine mends it.
  const isLocal = useServers(task.operation).some(({ vendor }) => vendor === 'LOCAL');
  const locally = isLocal && task.vendor !== 'LOCAL' && !failure!.userFixable;
  const charged = attempts.some(({ billed }) => billed !== 'NO');
  const hint = codes.todo[failure!.code] ?? (failure!.userFixable ? tasks.banner.fix : '');
  // The failure is that of the moment: what a person found out since stands at the calls.
  const isSettled = failure!.code === 'OUTCOME_UNKNOWN' && attempts.every(({ billed }) => billed !== 'UNKNOWN');
  const settled = isSettled ? tasks.banner.settled(charged) : undefined;
  // The server asks for the word of a person where a call may have been charged.
  const twice = error?.code === 'MAY_CHARGE_TWICE';
  return (
    <div className="note bad" role="status">
      <Icon name="failed" />
      <div className="grow">
        <h2>{settled ?? failure!.userMessage}</h2>
        <p className="banner-text">
          {attempts.length > 0 && tasks.banner.tried(attempts.length, charged) + space}
          {settled ? '' : hint}
        </p>
        {canManage && (
          <div className="row wrap">
            <button
              type="button"
              className={failure!.userFixable ? 'btn' : 'btn pri'}
              disabled={busy}
              onClick={() => act(() => retry({ acceptPossibleCharge: false }))}
            >
              <Icon name="retry" />
              {again}
            </button>
            {locally && (
              <button
                type="button"
                className="btn"
                disabled={busy}
                onClick={() => act(() => retry({ acceptPossibleCharge: false, vendor: 'LOCAL' }))}
              >
                {tasks.banner.local}
              </button>
            )}
            {twice && (
              <button type="button" className="btn" onClick={() => setAsking(true)}>
                {tasks.banner.retryTwice}
              </button>
            )}
          </div>
        )}
        {error && <ErrorNote error={error} />}
      </div>
      {asking && (
        <RetryTwiceDialog onClose={() => setAsking(false)} onRetry={() => retry({ acceptPossibleCharge: true })} />
      )}
    </div>
  );
}
