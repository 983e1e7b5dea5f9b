import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { tellRequest } from '../app/graphql-drawer.tsx';
import { useCan } from '../app/viewer.tsx';
import { FollowTaskDocument } from '../data/generated.ts';
import { isOver, type Task, useTask } from '../data/use-task.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { ChecksPanel } from '../job/checks.tsx';
import { KindTag, StateBadge } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failed, SkeletonRows } from '../ui/states.tsx';
import { Banner } from './banner.tsx';
import { Calls } from './calls.tsx';
import { CancelDialog, DeleteDialog } from './dialogs.tsx';
import { Facts, Results, Source } from './facts.tsx';
import { Timeline } from './timeline.tsx';
import { whatOf } from './what.ts';

export function TaskPage({ id }: { id: string }) {
  const { tasks } = useWords();
  const { task, error } = useTask(id);
  const [deleted, setDeleted] = useState(false);
  useEffect(() => tellRequest({ document: FollowTaskDocument, variables: { id } }), [id]);
  if (deleted || error?.code === 'NOT_FOUND')
    return (
      <Empty icon="bin" title={tasks.gone.title} hint={tasks.gone.hint}>
        <Link className="btn" href="/tasks">
          {tasks.gone.back}
        </Link>
      </Empty>
    );
  if (error) return <Failed error={error} onRetry={() => location.reload()} />;
  if (!task) return <SkeletonRows rows={5} />;
  return (
    <>
      <Head task={task} onDeleted={() => setDeleted(true)} />
      <div className="two">
        <div className="stack">
          <Banner task={task} />
          {task.__typename === 'PhotoCheckTask' && task.report && (
            <div className="card">
              <ChecksPanel report={task.report} running={false} />
            </div>
          )}
          <Timeline task={task} />
          <Calls task={task} />
        </div>
        <aside className="stack">
          <Results task={task} />
          <Facts task={task} />
          <Source task={task} />
        </aside>
      </div>
    </>
  );
}

function Head({ task, onDeleted }: { task: Task; onDeleted: () => void }) {
  const words = useWords();
  const { tasks, nav, codes } = words;
  const language = useLanguage();
  const canManage = useCan('TASKS_MANAGE');
  const canErase = useCan('PERSONS_MANAGE') || canManage;
  const [dialog, setDialog] = useState<'cancel' | 'delete'>();
  const over = isOver(task);
  const what = whatOf(task as never, words, language);
  return (
    <div className="row wrap task-head">
      <Link className="btn ghost sm" href="/tasks">
        <Icon name="back" />
        {nav.tasks}
      </Link>
      <StateBadge state={task.state} />
      <h2>{[codes.operation[task.operation] ?? task.operation, what].filter(Boolean).join(' · ')}</h2>
      <KindTag vendor={task.vendor} sandbox={task.sandbox} />
      <span className="end row">
        {canManage && !over && task.state !== 'NEEDS_REVIEW' && (
          <button type="button" className="btn sm" onClick={() => setDialog('cancel')}>
            <Icon name="ban" />
            {tasks.cancel.button}
          </button>
        )}
        {canErase && (
          <button
            type="button"
            className="btn sm danger"
            disabled={!over}
            title={over ? undefined : tasks.remove.later}
            onClick={() => setDialog('delete')}
          >
            <Icon name="bin" />
            {tasks.remove.button}
          </button>
        )}
      </span>
      {dialog === 'cancel' && <CancelDialog id={task.id} onClose={() => setDialog(undefined)} />}
      {dialog === 'delete' && <DeleteDialog id={task.id} onClose={() => setDialog(undefined)} onDeleted={onDeleted} />}
    </div>
  );
}
