import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Link, useSearchParams } from 'wouter';
import { tellRequest } from '../app/graphql-drawer.tsx';
import { ask } from '../data/client.ts';
import { useConnection } from '../data/connection.ts';
import { csvOf, save } from '../data/files.ts';
import {
  FindTasksDocument,
  FollowTasksDocument,
  type Operation,
  type TaskFilterInput,
  type TaskState,
  type Vendor,
} from '../data/generated.ts';
import { useCounts } from '../data/use-counts.ts';
import { en } from '../i18n/en.ts';
import { formatTime } from '../i18n/format.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failed, SkeletonRows } from '../ui/states.tsx';
import { Kpis, STATES_OF, type StateChoice } from './kpis.tsx';
import { LiveList, MOST_SHOWN, type TaskLine } from './live-list.ts';
import { TaskList } from './task-list.tsx';

interface Choice {
  readonly state: StateChoice;
  readonly operation: Operation | '';
  readonly vendor: Vendor | '';
}

/** The checks of the page itself would stand between the jobs; they are there for whoever chooses them. */
const SHOWN: Operation[] = (Object.keys(en.codes.operation) as Operation[]).filter(name => name !== 'PHOTO_CHECK');

const NOTHING: Choice = { state: 'all', operation: '', vendor: '' };

/** The filter as the server takes it; without the states for the counters, which count all of them. */
function filterOf({ operation, vendor }: Choice, states?: readonly TaskState[]): TaskFilterInput {
  return {
    operations: operation ? [operation] : SHOWN,
    ...(vendor && { vendors: [vendor] }),
    ...(states && { states: [...states] }),
  };
}

function useLiveList(filter: TaskFilterInput) {
  const language = useLanguage();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another language, or another try, begins it anew
  const list = useMemo(() => new LiveList(filter), [filter, language, attempt]);
  useEffect(() => {
    tellRequest({ document: FollowTasksDocument, variables: { filter, first: MOST_SHOWN } });
    return list.start();
  }, [list, filter]);
  const view = useSyncExternalStore(list.subscribe, list.view);
  return { list, view, again: () => setAttempt(attempt + 1) };
}

export function Tasks() {
  const { tasks } = useWords();
  const [search, setSearch] = useSearchParams();
  const [choice, setChoice] = useState(NOTHING);
  const text = search.get('find') ?? '';
  const setText = (next: string) => setSearch(next === '' ? {} : { find: next }, { replace: true });
  const filter = useMemo(() => filterOf(choice, STATES_OF[choice.state]), [choice]);
  const counted = useMemo(() => filterOf(choice), [choice]);
  const counts = useCounts(counted);
  const { list, view, again } = useLiveList(filter);
  const fitting = useMemo(() => fittingOf(view.rows, text), [view.rows, text]);
  const found = useFound(text, view.whole && fitting.length === 0);
  const rows = fitting.length > 0 ? fitting : found;
  const clear = () => {
    setChoice(NOTHING);
    setText('');
  };
  if (view.error) return <Failed error={view.error} onRetry={again} />;
  const untouched = choice === NOTHING && text === '';
  if (view.whole && view.rows.length === 0 && untouched) return <NoTasks />;
  return (
    <>
      <Kpis counts={counts} chosen={choice.state} onChoose={state => setChoice({ ...choice, state })} />
      <Filters choice={choice} onChoose={setChoice} text={text} onText={setText} rows={rows} />
      {view.held > 0 && (
        <button type="button" className="btn sm held" onClick={() => list.release()}>
          <Icon name="retry" />
          {tasks.more(view.held)}
        </button>
      )}
      {rows.length > 0 ? (
        <TaskList rows={rows} onReading={reading => list.setReading(reading)} />
      ) : view.whole ? (
        <Empty icon="search" title={tasks.none.title} hint={tasks.none.hint}>
          <button type="button" className="btn" onClick={clear}>
            {tasks.none.clear}
          </button>
        </Empty>
      ) : (
        <SkeletonRows />
      )}
      {view.rows.length >= MOST_SHOWN && <p className="xs dim above">{tasks.newest(MOST_SHOWN)}</p>}
    </>
  );
}

function fittingOf(rows: readonly TaskLine[], text: string): readonly TaskLine[] {
  if (text === '') return rows;
  const part = text.toLowerCase();
  return rows.filter(({ id, reference, labels }) =>
    [id, reference ?? '', ...labels].some(each => each.toLowerCase().includes(part)),
  );
}

/** What is older than the list: by its whole reference, or by a whole label. */
function useFound(text: string, needed: boolean): readonly TaskLine[] {
  const [found, setFound] = useState<readonly TaskLine[]>([]);
  useEffect(() => {
    setFound([]);
    if (!needed || text === '') return;
    let gone = false;
    const timer = setTimeout(async () => {
      const filters: TaskFilterInput[] = [{ reference: text }, { labels: [text] }];
      const answers = await Promise.all(
        filters.map(filter => ask(FindTasksDocument, { filter }).catch(() => undefined)),
      );
      if (!gone) setFound(answers.flatMap(answer => answer?.tasks?.nodes ?? []));
    }, 300);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [text, needed]);
  return found;
}

function Filters(props: {
  choice: Choice;
  onChoose: (choice: Choice) => void;
  text: string;
  onText: (text: string) => void;
  rows: readonly TaskLine[];
}) {
  const { choice, onChoose, text, onText, rows } = props;
  const { tasks, codes } = useWords();
  return (
    <div className="filters">
      <div className="find inline">
        <Icon name="search" />
        <input
          type="search"
          value={text}
          placeholder={tasks.search}
          aria-label={tasks.searchLabel}
          onChange={({ target }) => onText(target.value)}
        />
      </div>
      <select
        aria-label={tasks.operation}
        value={choice.operation}
        onChange={({ target }) => onChoose({ ...choice, operation: target.value as Operation })}
      >
        <option value="">{tasks.operations}</option>
        {Object.entries(codes.operation).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={tasks.vendor}
        value={choice.vendor}
        onChange={({ target }) => onChoose({ ...choice, vendor: target.value as Vendor })}
      >
        <option value="">{tasks.vendors}</option>
        {Object.entries(codes.vendor)
          .filter(([code]) => code !== 'AUTO' && code !== 'SANDBOX')
          .map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
      </select>
      {rows.length > 0 && (
        <button type="button" className="btn sm hide-s" onClick={() => save('tasks.csv', csvOf(tableOf(rows)))}>
          <Icon name="download" />
          {tasks.csv}
        </button>
      )}
      <LiveNote />
    </div>
  );
}

/** What is listed, in words that a program can read, too. */
function tableOf(rows: readonly TaskLine[]): (string | number | null)[][] {
  return [
    [
      'id',
      'operation',
      'state',
      'vendor',
      'sandbox',
      'reference',
      'labels',
      'createdAt',
      'endedAt',
      'failure',
      'units',
    ],
    ...rows.map(row => [
      row.id,
      row.operation,
      row.state,
      row.vendor,
      row.sandbox ? 'yes' : '',
      row.reference,
      row.labels.join(' '),
      row.createdAt,
      row.endedAt,
      row.failure?.userMessage ?? '',
      row.attempts.reduce((sum, { units }) => sum + units, 0),
    ]),
  ];
}

function LiveNote() {
  const { tasks } = useWords();
  const { state, stoodAt } = useConnection();
  const tone = { RECONNECTING: ' re', OFFLINE: ' off', REFUSED: ' off', CONNECTED: '', CONNECTING: '' }[state];
  return (
    <span className="end xs dim row hide-s">
      <span className={`dot${tone}`} />
      {stoodAt === undefined ? tasks.live : tasks.stands(formatTime(stoodAt))}
    </span>
  );
}

function NoTasks() {
  const { tasks, nav } = useWords();
  return (
    <Empty icon="list" title={tasks.empty.title} hint={tasks.empty.hint}>
      <Link className="btn pri" href="/">
        <Icon name="camera" />
        {nav.new}
      </Link>
    </Empty>
  );
}
