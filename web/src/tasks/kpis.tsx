import type { TaskState } from '../data/generated.ts';
import type { Counts } from '../data/use-counts.ts';
import { formatNumber } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';

export type StateChoice = 'all' | 'decide' | 'failed' | 'open' | 'ended';

/** Undefined: every state. */
export const STATES_OF: Readonly<Record<StateChoice, readonly TaskState[] | undefined>> = {
  all: undefined,
  decide: ['NEEDS_REVIEW'],
  failed: ['FAILED'],
  open: ['QUEUED', 'RUNNING'],
  ended: ['SUCCEEDED'],
};

const TONES: Partial<Record<StateChoice, string>> = { decide: 'ask', failed: 'bad', ended: 'ok' };

/** How many there are, live; each one filters the list. */
export function Kpis(props: {
  counts: Counts | undefined;
  chosen: StateChoice;
  onChoose: (state: StateChoice) => void;
}) {
  const { counts, chosen, onChoose } = props;
  const { tasks, codes } = useWords();
  const titles: Record<StateChoice, string | undefined> = {
    all: tasks.all,
    decide: codes.state.NEEDS_REVIEW,
    failed: codes.state.FAILED,
    open: tasks.running,
    ended: codes.state.SUCCEEDED,
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the counters are buttons in a row
    <div className="card kpi" role="group" aria-label={tasks.filterState}>
      {(Object.keys(titles) as StateChoice[]).map(state => {
        const states = STATES_OF[state];
        const count = counts && (states ? counts.of(...states) : counts.all);
        return (
          <button key={state} type="button" aria-pressed={chosen === state} onClick={() => onChoose(state)}>
            <span className="k">{titles[state]}</span>
            <b className={count ? TONES[state] : undefined}>{count === undefined ? '–' : formatNumber(count)}</b>
          </button>
        );
      })}
      <div>
        <span className="k">
          {tasks.rate}
          {counts && counts.failedPerMinute > 0 && (
            <span className="bad-text nowrap hide-s">
              {' '}
              · {codes.state.FAILED} {formatNumber(counts.failedPerMinute, 1)}
            </span>
          )}
        </span>
        <b>
          {counts ? formatNumber(counts.endedPerMinute, 1) : '–'}
          <span className="xs dim"> {tasks.perMinute}</span>
        </b>
      </div>
    </div>
  );
}
