import { useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { tellRequest } from '../app/graphql-drawer.tsx';
import { useCan } from '../app/viewer.tsx';
import { toApiError } from '../data/errors.ts';
import { csvOf, save } from '../data/files.ts';
import { AllKeysDocument, type UsageKey, UsageReportDocument } from '../data/generated.ts';
import type { Words } from '../i18n/en.ts';
import { formatNumber } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failed, SkeletonRows } from '../ui/states.tsx';
import { Budgets } from './budgets.tsx';
import type { Key } from './key.ts';
import { tintOf, UsageChart } from './usage-chart.tsx';
import type { Measure, UsageLine } from './usage-line.ts';

type By = Exclude<UsageKey, 'DAY'>;
type NameOf = (line: UsageLine) => string;

const BYS: readonly By[] = ['VENDOR', 'OPERATION', 'LABEL', 'KEY'];
const SPANS = [14, 30, 90];
const DAY_MS = 86_400_000;

function groupNameOf(line: UsageLine, by: By, keys: readonly Key[], { admin, codes }: Words): string {
  if (by === 'KEY') {
    if (line.apiKeyId === null) return admin.usage.noKey;
    // Who is no admin sees no names.
    return keys.find(({ id }) => id === line.apiKeyId)?.name ?? `${line.apiKeyId.slice(0, 12)}…`;
  }
  if (by === 'VENDOR') return codes.vendor[line.vendor ?? ''] ?? line.vendor ?? '';
  if (by === 'OPERATION') return codes.operation[line.operation ?? ''] ?? line.operation ?? '';
  return line.label ?? admin.usage.noLabel;
}

export function Usage() {
  const words = useWords();
  const { admin } = words;
  const isAdmin = useCan('ADMIN');
  const [by, setBy] = useState<By>('VENDOR');
  const [measure, setMeasure] = useState<Measure>('units');
  const [days, setDays] = useState(SPANS[0]!);
  const span = useMemo(() => {
    const to = Date.now() + 60_000;
    return { from: new Date(to - days * DAY_MS).toISOString(), to: new Date(to).toISOString() };
  }, [days]);
  const variables = useMemo(() => ({ ...span, by: ['DAY', by] as UsageKey[] }), [span, by]);
  useEffect(() => tellRequest({ document: UsageReportDocument, variables }), [variables]);
  const [{ data, error }, again] = useQuery({ query: UsageReportDocument, variables });
  const [{ data: sums }] = useQuery({ query: UsageReportDocument, variables: { ...span, by: [by] } });
  const [{ data: known }] = useQuery({ query: AllKeysDocument, pause: by !== 'KEY' || !isAdmin });
  const nameOf = (line: UsageLine) => groupNameOf(line, by, known?.apiKeys ?? [], words);
  const lines = data?.usage;
  const names = [...new Set(sums?.usage?.map(nameOf))];
  if (error && !lines) return <Failed error={toApiError(error)} onRetry={() => again()} />;
  return (
    <>
      <div className="filters">
        <Choice label={admin.usage.by} all={BYS} chosen={by} onChoose={setBy} />
        <Choice label={admin.usage.measure} all={['units', 'money']} chosen={measure} onChoose={setMeasure} />
        <select aria-label={admin.usage.time} value={days} onChange={({ target }) => setDays(Number(target.value))}>
          {SPANS.map(each => (
            <option key={each} value={each}>
              {admin.usage.days(each)}
            </option>
          ))}
        </select>
        {sums?.usage && sums.usage.length > 0 && (
          <button
            type="button"
            className="btn sm end"
            onClick={() => save(`usage-${days}d.csv`, tableOf(sums.usage!, nameOf, words))}
          >
            <Icon name="download" />
            {admin.usage.csv}
          </button>
        )}
      </div>
      {!lines || !sums?.usage ? (
        <SkeletonRows />
      ) : lines.length === 0 ? (
        <Empty icon="chart" title={admin.usage.empty} hint={admin.usage.emptyHint} />
      ) : (
        <div className="stack">
          <section className="card">
            <Sums lines={sums.usage} />
            <div className="in">
              <UsageChart lines={lines} measure={measure} days={days} names={names} nameOf={nameOf} />
            </div>
          </section>
          <div className="two w">
            <Table lines={sums.usage} names={names} nameOf={nameOf} />
            <Budgets />
          </div>
        </div>
      )}
    </>
  );
}

/** The figures of the table, as they are. */
function tableOf(lines: readonly UsageLine[], nameOf: NameOf, words: Words): Blob {
  const { usage } = words.admin;
  return csvOf([
    [usage.group, usage.calls, usage.totalUnits, usage.doubt, usage.cost, words.codes.kind.SANDBOX ?? ''],
    ...lines.map(line => [
      nameOf(line),
      line.calls,
      line.units,
      line.unitsInDoubt,
      line.cost,
      line.sandbox ? 'yes' : '',
    ]),
  ]);
}

function Choice<Value extends By | Measure>(props: {
  label: string;
  all: readonly Value[];
  chosen: Value;
  onChoose: (value: Value) => void;
}) {
  const { admin } = useWords();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of buttons
    <div className="seg" role="group" aria-label={props.label}>
      {props.all.map(each => (
        <button key={each} type="button" aria-pressed={each === props.chosen} onClick={() => props.onChoose(each)}>
          {admin.usage[each]}
        </button>
      ))}
    </div>
  );
}

/** By label a call counts once for each: the sums of groups are no sum of all, and are not shown as one. */
function Sums({ lines }: { lines: readonly UsageLine[] }) {
  const { admin } = useWords();
  const add = (of: (line: UsageLine) => number) => lines.reduce((sum, line) => sum + of(line), 0);
  const doubt = add(line => line.unitsInDoubt);
  const unpriced = add(line => line.unitsWithoutPrice);
  return (
    <>
      <div className="kpi three">
        <div>
          <span className="k">{admin.usage.totalUnits}</span>
          <b>{formatNumber(add(line => line.units))}</b>
        </div>
        <div>
          <span className="k">{admin.usage.totalMoney}</span>
          <b>
            ¥
            {formatNumber(
              add(line => Number(line.cost)),
              2,
            )}
          </b>
        </div>
        <div>
          <span className="k">{admin.usage.inDoubt}</span>
          <b className={doubt > 0 ? 'ask' : ''}>
            {formatNumber(doubt)}{' '}
            {doubt > 0 && (
              <Link className="xs" href="/tasks">
                {admin.usage.settle}
              </Link>
            )}
          </b>
        </div>
      </div>
      {unpriced > 0 && <p className="s warn unpriced">{admin.usage.unpriced(unpriced)}</p>}
    </>
  );
}

function Table(props: { lines: readonly UsageLine[]; names: readonly string[]; nameOf: NameOf }) {
  const { lines, names, nameOf } = props;
  const words = useWords();
  const { usage } = words.admin;
  return (
    <section className="card tw">
      <table>
        <thead>
          <tr>
            <th>{usage.group}</th>
            <th className="n">{usage.calls}</th>
            <th className="n">{usage.totalUnits}</th>
            <th className="n">{usage.doubt}</th>
            <th className="n">{usage.cost}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(line => (
            <tr key={`${line.apiKeyId}${nameOf(line)}${line.sandbox}`}>
              <td>
                <span className="row">
                  <span className={`lg ${tintOf(names.indexOf(nameOf(line)))}`}>
                    <span>
                      <i />
                    </span>
                  </span>
                  {nameOf(line)}
                  {line.sandbox && (
                    <span className="tag out" title={usage.simulated}>
                      {words.codes.kind.SANDBOX}
                    </span>
                  )}
                </span>
              </td>
              <td className="n num">{formatNumber(line.calls)}</td>
              <td className="n num">{formatNumber(line.units)}</td>
              <td className="n num">
                {line.unitsInDoubt > 0 ? <span className="ask-text">{formatNumber(line.unitsInDoubt)}</span> : 0}
              </td>
              <td className="n num">¥{line.cost}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
