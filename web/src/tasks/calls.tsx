import type { Task } from '../data/use-task.ts';
import { useWords } from '../i18n/language.ts';
import { VendorName } from '../ui/badge.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';

type Attempt = Task['attempts'][number];

const OUTCOMES: Readonly<Record<string, readonly [string, IconName]>> = {
  SUCCEEDED: ['ok', 'passed'],
  FAILED: ['bad', 'failed'],
  LOST: ['ask', 'ask'],
  CANCELED: ['q', 'ban'],
  '': ['run', 'spinner'],
};

/** Every call, with what it cost and what the vendor said. */
export function Calls({ task }: { task: Task }) {
  const { tasks } = useWords();
  const { calls } = tasks;
  return (
    <section className="card">
      <header>
        <h2>{calls.title}</h2>
        <span className="end xs dim">{calls.order}</span>
      </header>
      {task.attempts.length === 0 ? (
        <p className="in muted">{calls.none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on narrow screens
        <section className="tw" tabIndex={0} aria-label={calls.title}>
          <table>
            <thead>
              <tr>
                <th>#</th>
                <th>{calls.vendor}</th>
                <th>{calls.outcome}</th>
                <th>{calls.charged}</th>
                <th className="n">{calls.units}</th>
                <th>{calls.code}</th>
                <th className="n">{calls.left}</th>
              </tr>
            </thead>
            <tbody>
              {task.attempts.map(attempt => (
                <Call key={attempt.number} attempt={attempt} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

/** What the vendor itself counted, before and after; most calls have neither. */
function leftOf({ unitsLeftBefore: before, unitsLeftAfter: after }: Attempt): string {
  return before === null && after === null ? '–' : `${before ?? '–'} → ${after ?? '–'}`;
}

function Call({ attempt }: { attempt: Attempt }) {
  const { tasks, codes } = useWords();
  const [tone, icon] = OUTCOMES[attempt.outcome ?? ''] ?? ['q', 'clock'];
  // Of a call that runs nobody knows yet; that is no doubt.
  const doubt = attempt.billed === 'UNKNOWN' && attempt.endedAt !== null;
  const charged = { YES: 'ok', NO: 'q', UNKNOWN: 'ask' }[attempt.billed];
  return (
    <tr>
      <td className="num">{attempt.number}</td>
      <td className="nowrap">
        <VendorName vendor={attempt.vendor} sandbox={attempt.sandbox} />
      </td>
      <td>
        <span className={`st ${tone}`}>
          <Icon name={icon} spin={icon === 'spinner'} />
          {codes.outcome[attempt.outcome ?? ''] ?? attempt.outcome}
        </span>
      </td>
      <td>
        <span className={`st ${charged}`}>
          {doubt && <Icon name="ask" />}
          {codes.billed[attempt.billed]}
        </span>
      </td>
      <td className="n num nowrap">{attempt.cost === null ? attempt.units : `${attempt.units} · ¥${attempt.cost}`}</td>
      <td>
        {attempt.code ? <code>{attempt.code}</code> : <span className="dim">–</span>}{' '}
        {attempt.vendorCode && <span className="tag num">{tasks.calls.theirs(attempt.vendorCode)}</span>}
      </td>
      <td className="n num dim">
        <span className="nowrap">{leftOf(attempt)}</span>
      </td>
    </tr>
  );
}
