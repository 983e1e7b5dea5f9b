import type { CheckUnit, CheckVerdict } from '../data/generated.ts';
import { formatBytes, formatNumber } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { Status } from '../ui/badge.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import type { Check, Report } from './use-checks.ts';

const LOOKS: Readonly<Record<CheckVerdict, readonly ['ok' | 'bad' | 'ask' | 'q', IconName]>> = {
  PASS: ['ok', 'passed'],
  FAIL: ['bad', 'failed'],
  ADVICE: ['ask', 'ask'],
  NOT_JUDGED: ['q', 'eye'],
};

const UNITS: Readonly<Partial<Record<CheckUnit, string>>> = {
  PX: ' px',
  DPI: ' dpi',
  PERCENT: ' %',
  FRACTION: ' %',
  DEGREES: '°',
  BITS: ' bit',
};

function show(value: number, unit: CheckUnit): string {
  if (unit === 'BYTES') return formatBytes(value);
  const scaled = unit === 'FRACTION' ? value * 100 : value;
  return formatNumber(scaled, Number.isInteger(scaled) ? 0 : Math.abs(scaled) < 10 && unit !== 'FRACTION' ? 2 : 1);
}

/** `62.0 % / 60–64 %`: what is measured, and what is asked. */
export function valueOfCheck({ measured, found, min, max, unit }: Check): [string, string] {
  const end = UNITS[unit] ?? '';
  const value = measured === null ? (found ?? '') : `${show(measured, unit)}${end}`;
  if (measured === null || (min === null && max === null)) return [value, ''];
  const range =
    min === null
      ? `≤ ${show(max!, unit)}`
      : max === null
        ? `≥ ${show(min, unit)}`
        : min === max
          ? show(min, unit)
          : `${show(min, unit)}–${show(max, unit)}`;
  return [value, ` / ${range}${end}`];
}

/** What needs an eye stands open. What nothing here can see is there too: it is said and not guessed. */
export function ChecksPanel({ report, running }: { report: Report | undefined; running: boolean }) {
  const { job } = useWords();
  const of = (wanted: CheckVerdict) => report?.checks.filter(({ verdict }) => verdict === wanted) ?? [];
  return (
    <section className="sec">
      <div className="h">
        <h2 className="h3">{job.checks.title}</h2>
        <span className="end" aria-live="polite">
          {report ? (
            <Verdict report={report} />
          ) : (
            <span className="xs dim">{running ? job.checks.running : job.checks.before}</span>
          )}
        </span>
      </div>
      {report ? <Rows checks={[...of('FAIL'), ...of('ADVICE')]} /> : running && <span className="sk" />}
      <Folded title={job.checks.passed} checks={of('PASS')} />
      <Folded title={job.checks.unknown} checks={of('NOT_JUDGED')} />
    </section>
  );
}

/** Two rules that ask for the same give two rows. */
function Rows({ checks }: { checks: readonly Check[] }) {
  return (
    <ul>
      {checks.map(check => (
        <CheckRow key={`${check.code}${check.source}${check.min}${check.max}`} check={check} />
      ))}
    </ul>
  );
}

/** What needs nobody's eye, at hand all the same. */
function Folded({ title, checks }: { title: string; checks: readonly Check[] }) {
  if (checks.length === 0) return null;
  return (
    <details className="rules">
      <summary>
        {title} ({checks.length})
      </summary>
      <Rows checks={checks} />
    </details>
  );
}

function Verdict({ report: { verdict, checks } }: { report: Report }) {
  const { job } = useWords();
  const count = checks.filter(check => check.verdict === verdict).length;
  if (verdict === 'FAIL') return <Status tone="bad">{job.checks.fail(count)}</Status>;
  if (verdict === 'ADVICE') return <Status tone="ask">{job.checks.look(count)}</Status>;
  return <Status tone="ok">{job.checks.pass}</Status>;
}

function CheckRow({ check }: { check: Check }) {
  const { job } = useWords();
  const [tone, icon] = LOOKS[check.verdict] ?? LOOKS.NOT_JUDGED;
  const [value, range] = valueOfCheck(check);
  const said = {
    PASS: job.checks.passed,
    FAIL: job.checks.failed,
    ADVICE: job.checks.ask,
    NOT_JUDGED: job.checks.unknown,
  };
  return (
    <li className={`chk ${tone}`}>
      <Icon name={icon} />
      <span>
        {check.name}
        <span className="sr"> {said[check.verdict]}</span>
      </span>
      <span className="v">
        {value}
        {range && <span className="dim">{range}</span>}
      </span>
      {check.hint && <span className="hint">{check.hint}</span>}
    </li>
  );
}
