import { useEffect, useState } from 'react';
import type { TaskStage } from '../data/generated.ts';
import type { Task } from '../data/use-task.ts';
import { formatDuration } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';

const LOCAL_STAGES: readonly TaskStage[] = ['QUEUED', 'ANALYZING', 'RENDERING', 'FETCHING'];
const VENDOR_STAGES: readonly TaskStage[] = ['QUEUED', 'SUBMITTING', 'VENDOR_PROCESSING', 'FETCHING'];

/** What is being done; a percentage only where somebody reports one. */
export function Progress({ task, onCancel }: { task: Task | undefined; onCancel: () => void }) {
  const { job } = useWords();
  const percent = task?.progress.percent ?? null;
  return (
    <div className="card">
      <div className="sec">
        <div className="h">
          <h2>{job.making}</h2>
          <Clock since={task?.createdAt} />
        </div>
        <progress className="bar" value={percent ?? undefined} max={100} aria-label={job.progress} />
        <p className="xs dim above">{percent === null ? job.unreported : job.reported(Math.round(percent))}</p>
        <Stages task={task} />
      </div>
      <div className="go-bar">
        <button type="button" className="btn big" onClick={onCancel} disabled={!task}>
          {job.stop}
        </button>
      </div>
    </div>
  );
}

function Stages({ task }: { task: Task | undefined }) {
  const { codes } = useWords();
  const stages = task === undefined || task.vendor === 'LOCAL' ? LOCAL_STAGES : VENDOR_STAGES;
  const now = Math.max(0, stages.indexOf(task?.stage ?? 'QUEUED'));
  return (
    <ol className="steps" aria-live="polite">
      {stages.map((stage, index) => (
        <li
          key={stage}
          className={index < now ? 'done' : index === now ? 'on' : ''}
          aria-current={index === now ? 'step' : undefined}
        >
          <Icon name={index < now ? 'passed' : index === now ? 'spinner' : 'clock'} large spin={index === now} />
          <span>{codes.stage[stage]}</span>
        </li>
      ))}
    </ol>
  );
}

function Clock({ since }: { since: string | undefined }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, []);
  if (since === undefined) return null;
  return (
    <span className="end num dim" aria-hidden="true">
      {formatDuration(now - Date.parse(since))}
    </span>
  );
}
