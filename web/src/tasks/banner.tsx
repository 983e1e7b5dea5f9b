import { useState } from 'react';
import { useLocation } from 'wouter';
import { useCan } from '../app/viewer.tsx';
import { change } from '../data/client.ts';
import { RetryTaskDocument } from '../data/generated.ts';
import type { Task } from '../data/use-task.ts';
import { formatTime } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import { RetryTwiceDialog, SettleDialog } from './dialogs.tsx';
import { useAct } from './use-act.ts';

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

function useRetry(task: Task) {
  const { tasks } = useWords();
  const [, go] = useLocation();
  const { busy, error, act } = useAct();
  const retry = (acceptPossibleCharge: boolean) =>
    act(async () => {
      const { retryTask } = await change(RetryTaskDocument, { id: task.id, acceptPossibleCharge });
      toast(tasks.retried);
      if (retryTask) go(`/tasks/${retryTask.id}`);
    });
  return { busy, error, retry };
}

function Review({ task }: { task: Task }) {
  const { tasks, codes } = useWords();
  const [dialog, setDialog] = useState<'settle' | 'retry'>();
  const { busy, error, retry } = useRetry(task);
  const canSettle = useCan('REVIEWS_RESOLVE');
  const lost = task.attempts.findLast(({ billed }) => billed === 'UNKNOWN');
  const vendor = codes.vendor[task.vendor] ?? task.vendor;
  return (
    <div className="note ask" role="status">
      <Icon name="ask" />
      <div className="grow">
        <h2>{tasks.banner.review}</h2>
        <p className="banner-text">
          {task.failure?.userMessage} {tasks.banner.console(vendor, formatTime(lost?.sentAt ?? task.updatedAt))}
        </p>
        <div className="row wrap">
          <button type="button" className="btn pri" disabled={!canSettle} onClick={() => setDialog('settle')}>
            {tasks.banner.settle}
          </button>
          <button type="button" className="btn" disabled={busy} onClick={() => setDialog('retry')}>
            <Icon name="retry" />
            {tasks.banner.retryTwice}
          </button>
        </div>
        {error && <ErrorNote error={error} />}
      </div>
      {dialog === 'settle' && <SettleDialog task={task} onClose={() => setDialog(undefined)} />}
      {dialog === 'retry' && (
        <RetryTwiceDialog
          onClose={() => setDialog(undefined)}
          onRetry={() => {
            setDialog(undefined);
            retry(true);
          }}
        />
      )}
    </div>
  );
}

function FailedBanner({ task }: { task: Task }) {
  const { tasks, codes, retry: again } = useWords();
  const { busy, error, retry } = useRetry(task);
  const [asking, setAsking] = useState(false);
  const canManage = useCan('TASKS_MANAGE');
  const { failure, attempts } = task;
  const charged = attempts.some(({ billed }) => billed !== 'NO');
  const hint = codes.todo[failure!.code] ?? (failure!.userFixable ? tasks.banner.fix : '');
  // The server asks for the word of a person where a call may have been charged.
  const twice = error?.code === 'MAY_CHARGE_TWICE';
  return (
    <div className="note bad" role="status">
      <Icon name="failed" />
      <div className="grow">
        <h2>{failure!.userMessage}</h2>
        <p className="banner-text">
          {attempts.length > 0 && tasks.banner.tried(attempts.length, charged)} {hint}
        </p>
        {canManage && (
          <div className="row wrap">
            <button type="button" className="btn pri" disabled={busy} onClick={() => retry(false)}>
              <Icon name="retry" />
              {again}
            </button>
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
        <RetryTwiceDialog
          onClose={() => setAsking(false)}
          onRetry={() => {
            setAsking(false);
            retry(true);
          }}
        />
      )}
    </div>
  );
}
