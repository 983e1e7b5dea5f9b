import { Link } from 'wouter';
import { linkOf, type Task } from '../data/use-task.ts';
import { formatTime } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Icon } from '../ui/icon.tsx';

interface Picture {
  readonly id: string;
  readonly url: string | null;
  readonly mime: string;
}

function picturesOf(task: Task): Picture[] {
  const found: (Picture | null)[] =
    'photos' in task
      ? task.photos.map(({ clean, preview }) => clean ?? preview)
      : 'images' in task
        ? task.images
        : 'image' in task
          ? [task.image]
          : 'sheet' in task
            ? [task.sheet]
            : [];
  return found.filter(picture => picture !== null);
}

export function Results({ task }: { task: Task }) {
  const { tasks, codes, job } = useWords();
  const pictures = picturesOf(task);
  const outcome = task.__typename === 'FaceVerificationTask' ? task.outcome : null;
  const warnings = [...task.warnings, ...('photos' in task ? task.photos.flatMap(photo => photo.warnings) : [])];
  if (pictures.length === 0 && outcome === null) return null;
  return (
    <section className="card">
      <header>
        <h2>{tasks.results}</h2>
      </header>
      <div className="in col">
        {outcome && <h3>{codes.face[outcome] ?? outcome}</h3>}
        <div className={pictures.length > 1 ? 'pictures many' : 'pictures'}>
          {pictures.map((picture, index) => (
            <a
              key={picture.id}
              href={linkOf(picture)}
              download={`${task.reference ?? task.id}-${index + 1}.${picture.mime === 'image/png' ? 'png' : 'jpg'}`}
              aria-label={`${job.result.download} ${index + 1}`}
            >
              <img src={linkOf(picture)} alt="" />
              <span className="btn sm">
                <Icon name="download" />
                {job.result.download}
              </span>
            </a>
          ))}
        </div>
        {[...new Set(warnings)].map(warning => (
          <p className="s warn" key={warning}>
            {codes.warning[warning] ?? warning}
          </p>
        ))}
      </div>
    </section>
  );
}

export function Facts({ task }: { task: Task }) {
  const { tasks, codes, comma } = useWords();
  const { facts } = tasks;
  return (
    <section className="card">
      <header>
        <h2>{facts.title}</h2>
      </header>
      <div className="in">
        <dl className="kv num">
          <dt>{facts.id}</dt>
          <dd className="row end-row">
            <code>
              {task.id.slice(0, 9)}…{task.id.slice(-4)}
            </code>
            <CopyButton text={task.id} label={facts.copyId} quiet />
          </dd>
          <dt>{facts.reference}</dt>
          <dd>{task.reference ?? '–'}</dd>
          <dt>{facts.labels}</dt>
          <dd>{task.labels.join(comma) || '–'}</dd>
          {task.retryOf && (
            <>
              <dt>{facts.retryOf}</dt>
              <dd>
                <Link href={`/tasks/${task.retryOf.id}`}>{task.retryOf.id.slice(0, 9)}…</Link>
              </dd>
            </>
          )}
          {task.ignoredOptions.length > 0 && (
            <>
              <dt>{facts.noEffect}</dt>
              <dd className="ask-text">
                {task.ignoredOptions.map(path => codes.option[path.split('.').at(-1)!] ?? path).join(comma)}
              </dd>
            </>
          )}
          <dt>{facts.waitingOn}</dt>
          <dd>{codes.waitingOn[task.waitingOn] ?? task.waitingOn}</dd>
          <dt>{facts.progress}</dt>
          <dd>{codes.progress[task.progress.source] ?? task.progress.source}</dd>
          <dt>{facts.accepted}</dt>
          <dd>{formatTime(task.createdAt)}</dd>
          <dt>{facts.ended}</dt>
          <dd>{task.endedAt ? formatTime(task.endedAt) : '–'}</dd>
          <dt>{facts.sequence}</dt>
          <dd>{task.sequence}</dd>
        </dl>
      </div>
    </section>
  );
}

export function Source({ task }: { task: Task }) {
  const { tasks } = useWords();
  if (!('source' in task) || task.source === null) return null;
  const link = linkOf(task.source);
  return (
    <section className="card">
      <header>
        <h2>{tasks.source}</h2>
        <span className="end xs dim">{tasks.sourceKept}</span>
      </header>
      <div className="in">
        {link ? <img className="source" src={link} alt={tasks.source} /> : <p className="muted">{tasks.sourceGone}</p>}
      </div>
    </section>
  );
}
