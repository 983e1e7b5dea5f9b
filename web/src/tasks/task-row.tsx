import { memo } from 'react';
import { Link } from 'wouter';
import { formatDuration, formatTime } from '../i18n/format.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { StateBadge, VendorName } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import type { TaskLine } from './live-list.ts';
import { noteOf, thumbnailOf, unitsOf, whatOf } from './what.ts';

/** One task. Its link covers the row; a task that did not change is not drawn again. */
export const TaskRow = memo(function TaskRow({ task, index }: { task: TaskLine; index: number }) {
  const words = useWords();
  const language = useLanguage();
  const note = noteOf(task, words);
  const what = whatOf(task, words, language);
  const operation = words.codes.operation[task.operation] ?? task.operation;
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: rows of a list of which only a part is there
    // biome-ignore-start lint/a11y/useFocusableInteractive: the link inside is what is focused
    <div className="tr" role="row" aria-rowindex={index + 2} data-task={task.id}>
      <span role="cell" className="c-photo">
        <Thumbnail task={task} />
      </span>
      <span role="cell" className="c-state">
        <StateBadge state={task.state} />
      </span>
      <span role="cell" className="c-what">
        <Link className="cover cut" href={`/tasks/${task.id}`}>
          <b className="medium">{operation}</b> <span className="muted">{what}</span>
        </Link>
        {note && <span className={`xs cut ${task.state === 'SUCCEEDED' ? 'ask-text' : 'muted'}`}>{note}</span>}
      </span>
      <span role="cell" className="c-reference cut hide-s">
        {task.reference ? <code>{task.reference}</code> : <span className="dim">–</span>}
        {task.labels[0] && <span className="tag">{task.labels[0]}</span>}
      </span>
      <span role="cell" className="c-vendor hide-s">
        <VendorName vendor={task.vendor} sandbox={task.sandbox} />
      </span>
      <span role="cell" className="c-units n num hide-s">
        <Units task={task} />
      </span>
      <span role="cell" className="c-took n num hide-s">
        {task.endedAt ? formatDuration(Date.parse(task.endedAt) - Date.parse(task.createdAt)) : '–'}
      </span>
      <span role="cell" className="c-began n num mono">
        <time dateTime={task.createdAt}>{formatTime(task.createdAt)}</time>
      </span>
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: the link inside is what is focused
    // biome-ignore-end lint/a11y/useSemanticElements: rows of a list of which only a part is there
  );
});

function Thumbnail({ task }: { task: TaskLine }) {
  const link = thumbnailOf(task);
  if (link) return <img className="thumb" src={link} alt="" loading="lazy" />;
  const icon = task.operation === 'FACE_VERIFICATION' ? 'shield' : task.state === 'RUNNING' ? 'clock' : 'camera';
  return (
    <span className="ph">
      <Icon name={icon} />
    </span>
  );
}

/** What is in doubt is never added to what is known. */
function Units({ task }: { task: TaskLine }) {
  const { tasks } = useWords();
  const { charged, doubt } = unitsOf(task);
  if (doubt === 0) return charged;
  return (
    <>
      {charged > 0 && `${charged} + `}
      <span className="ask-text" title={tasks.inDoubt}>
        {doubt}?<span className="sr">{tasks.inDoubt}</span>
      </span>
    </>
  );
}
