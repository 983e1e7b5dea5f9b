import { Link } from 'wouter';
import type { Task } from '../data/use-task.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';

/** Why nothing came of it, whether it cost something, and what to do. */
export function Failure({ task, onAnother }: { task: Task; onAnother: () => void }) {
  const { job, codes, tasks, space } = useWords();
  const { failure, attempts } = task;
  const doubt = attempts.some(({ billed, endedAt }) => billed === 'UNKNOWN' && endedAt !== null);
  const charged = attempts.some(({ billed }) => billed === 'YES');
  const code = failure?.code ?? task.state;
  return (
    <div className="card">
      <div className="sec col">
        <div className={task.state === 'NEEDS_REVIEW' ? 'note ask' : 'note bad'} role="alert">
          <Icon name={task.state === 'NEEDS_REVIEW' ? 'ask' : 'failed'} />
          <div>
            <h3>{failure?.userMessage ?? codes.state[task.state]}</h3>
            <p className="s muted">
              {!charged && (doubt ? job.maybeCharged : job.nothingCharged) + space}
              {codes.todo[code]}
            </p>
          </div>
        </div>
        <dl className="kv">
          <dt>{tasks.calls.code}</dt>
          <dd>
            <code>{code}</code>
          </dd>
          <dt>{tasks.vendor}</dt>
          <dd>{codes.vendor[task.vendor] ?? task.vendor}</dd>
        </dl>
      </div>
      <div className="go-bar col">
        <button type="button" className="btn pri big" onClick={onAnother}>
          <Icon name="camera" large />
          {job.another}
        </button>
        <Link className="btn" href={`/tasks/${task.id}`}>
          {job.result.open}
        </Link>
      </div>
    </div>
  );
}
