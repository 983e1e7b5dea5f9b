import type { CSSProperties, ReactNode } from 'react';
import type { Task } from '../data/use-task.ts';
import { formatDuration, formatNumber } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';

type Attempt = Task['attempts'][number];

const TONES: Readonly<Record<string, string>> = { SUCCEEDED: 'ok', FAILED: 'bad', LOST: 'ask' };

/** The smallest bar that can be seen, in percent. */
const LEAST = 0.6;
const SHORTEST_MS = 200;

/** One bar a call, from its begin to its end, with a mark where the request went out. */
export function Timeline({ task }: { task: Task }) {
  const { tasks } = useWords();
  const begin = Date.parse(task.createdAt);
  const end = Date.parse(task.endedAt ?? task.updatedAt);
  const review = task.state === 'NEEDS_REVIEW';
  const span = Math.max(SHORTEST_MS, end - begin) * (review ? 1.3 : 1.04);
  const at = (time: string | number) => ((Number(new Date(time)) - begin) / span) * 100;
  const firstBegin = task.attempts[0]?.startedAt ?? task.startedAt ?? task.updatedAt;
  const last = task.attempts.at(-1);
  return (
    <section className="card">
      <header>
        <h2>{tasks.timeline.title}</h2>
        <span className="end xs dim row">
          <span className="mark" />
          {tasks.timeline.mark}
        </span>
      </header>
      <div className="in">
        <div className="tl">
          <Lane name={tasks.timeline.queued} time={formatDuration(Date.parse(firstBegin) - begin)} quiet>
            <Bar from={0} to={at(firstBegin)} />
          </Lane>
          {task.attempts.map((attempt, index) => (
            <AttemptLanes
              key={attempt.number}
              attempt={attempt}
              before={task.attempts[index - 1]}
              end={attempt.endedAt ?? task.updatedAt}
              at={at}
            />
          ))}
          {task.endedAt && last?.endedAt && task.state === 'SUCCEEDED' && (
            <Lane name={tasks.timeline.saving} time={formatDuration(end - Date.parse(last.endedAt))} quiet>
              <Bar tone="ok" from={at(last.endedAt)} to={at(end)} />
            </Lane>
          )}
          {review && (
            <Lane name={tasks.timeline.waits} time="">
              <Bar tone="wait" from={at(last?.endedAt ?? end)} to={100} />
            </Lane>
          )}
          <Axis span={span} />
        </div>
      </div>
    </section>
  );
}

function AttemptLanes(props: {
  attempt: Attempt;
  before: Attempt | undefined;
  end: string;
  at: (time: string) => number;
}) {
  const { attempt, before, end, at } = props;
  const { tasks, codes } = useWords();
  const waited = before?.endedAt && Date.parse(attempt.startedAt) - Date.parse(before.endedAt);
  return (
    <>
      {before?.endedAt && (
        <Lane name={tasks.timeline.backOff} time={formatDuration(waited as number)} quiet>
          <Bar tone="wait" from={at(before.endedAt)} to={at(attempt.startedAt)} />
        </Lane>
      )}
      <Lane
        name={
          <>
            {tasks.timeline.attempt(attempt.number)}
            <span className="hide-s">&nbsp;· {codes.vendor[attempt.vendor] ?? attempt.vendor}</span>
          </>
        }
        time={attempt.endedAt ? formatDuration(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt)) : '…'}
      >
        <Bar tone={TONES[attempt.outcome ?? ''] ?? ''} from={at(attempt.startedAt)} to={at(end)} />
        {attempt.sentAt && <b style={{ left: `${at(attempt.sentAt)}%` }} title={tasks.timeline.mark} />}
      </Lane>
    </>
  );
}

function Lane({
  name,
  time,
  quiet,
  children,
}: {
  name: ReactNode;
  time: string;
  quiet?: boolean;
  children: ReactNode;
}) {
  return (
    <>
      <span className={quiet ? 'muted nowrap' : 'nowrap'}>{name}</span>
      <div className="lane" aria-hidden="true">
        {children}
      </div>
      <span className="num lane-time">{time}</span>
    </>
  );
}

function Bar({ from, to, tone = '' }: { from: number; to: number; tone?: string }) {
  const place: CSSProperties = { left: `${from}%`, width: `${Math.max(LEAST, to - from)}%` };
  return <i className={tone} style={place} />;
}

function Axis({ span }: { span: number }) {
  const unit = span < 2_000 ? 1 : 1_000;
  return (
    <>
      <span />
      <div className="ax num" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map(part => (
          <span key={part}>
            {formatNumber((span * part) / unit, part === 0 || unit === 1 ? 0 : 1)}
            {part === 1 && (unit === 1 ? ' ms' : ' s')}
          </span>
        ))}
      </div>
      <span />
    </>
  );
}
