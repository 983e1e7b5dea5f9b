import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { tellRequest } from '../app/graphql-drawer.tsx';
import { follow } from '../data/client.ts';
import { toApiError } from '../data/errors.ts';
import { AllVendorsDocument, type AllVendorsQuery, VendorChangesDocument } from '../data/generated.ts';
import { formatDuration, formatPercent, formatTime } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { KindTag, type Tone } from '../ui/badge.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Failed, SkeletonRows } from '../ui/states.tsx';

type Line = NonNullable<AllVendorsQuery['vendors']>[number];

const STATES: Readonly<Record<string, readonly [Tone, IconName]>> = {
  CLOSED: ['ok', 'passed'],
  OPEN: ['bad', 'failed'],
  HALF_OPEN: ['ask', 'ask'],
};

/** Below it, a rate of success is shown as bad. */
const POOR = 0.9;
const NO_CALLS = { calls: 0, failedCalls: 0, medianSeconds: null, p95Seconds: null };
/** How often the figures are asked for anew: no event tells of them. */
const FIGURES_MS = 15_000;

/** As they are, and as they become. */
function useVendors() {
  const [{ data, error }, again] = useQuery({ query: AllVendorsDocument });
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && again(), FIGURES_MS);
    return () => clearInterval(timer);
  }, [again]);
  const [changed, setChanged] = useState<readonly Line[]>([]);
  useEffect(() => {
    tellRequest({ document: VendorChangesDocument, variables: {} });
    return follow(VendorChangesDocument, () => ({}), {
      next: ({ vendorUpdated }) =>
        setChanged(known => [...known.filter(({ vendor }) => vendor !== vendorUpdated.vendor), vendorUpdated]),
      error: () => {},
    });
  }, []);
  const lines = data?.vendors?.map(line => changed.find(({ vendor }) => vendor === line.vendor) ?? line);
  return { lines, error: error && toApiError(error), again };
}

export function Vendors() {
  const { admin, codes } = useWords();
  const { lines, error, again } = useVendors();
  if (error && !lines) return <Failed error={error} onRetry={() => again()} />;
  if (!lines) return <SkeletonRows rows={6} />;
  return (
    <div className="stack">
      {lines
        .filter(({ quota }) => quota?.low)
        .map(({ vendor, quota }) => (
          <div className="note ask" key={vendor}>
            <Icon name="ask" />
            <div>
              <b>{admin.vendors.low(codes.vendor[vendor] ?? vendor, String(quota!.left))}</b>
              <p className="s">{admin.vendors.lowHint}</p>
            </div>
          </div>
        ))}
      <div className="card tw">
        <table className="stk t-ven">
          <thead>
            <tr>
              <th>{admin.vendors.vendor}</th>
              <th>{admin.vendors.state}</th>
              <th>{admin.vendors.left}</th>
              <th className="n">{admin.vendors.calls}</th>
              <th className="n">p50 / p95</th>
              <th className="n">{admin.vendors.success}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(line => (
              <VendorRow line={line} key={line.vendor} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="xs dim row">
        <span className="mark" />
        {admin.vendors.line}
      </p>
      <p className="xs dim">{admin.vendors.hour}</p>
    </div>
  );
}

function VendorRow({ line }: { line: Line }) {
  const { admin, codes, comma } = useWords();
  const { vendor, sandbox, operations, state, reason, retryAt, since } = line;
  const [tone, icon] = STATES[state ?? ''] ?? ['q', 'ban'];
  return (
    <tr>
      <td className="tall">
        <span className="row">
          <b className="medium">{codes.vendor[vendor] ?? vendor}</b>
          {operations.length > 0 && <KindTag vendor={vendor} sandbox={sandbox} />}
        </span>
        <span className="xs dim">{operations.map(each => codes.operation[each] ?? each).join(comma)}</span>
      </td>
      <td>
        <span className={`st ${tone}`}>
          <Icon name={icon} />
          {state === null ? admin.vendors.notConfigured : (codes.vendorState[state] ?? state)}
        </span>
        {reason && (
          <div className="xs muted num">
            <code>{reason}</code> {since && admin.vendors.since(formatTime(since))}
            <span className="block">
              {retryAt ? admin.vendors.retryAt(formatTime(retryAt)) : ''}
              {state === 'HALF_OPEN' && admin.vendors.halfOpen}
            </span>
          </div>
        )}
      </td>
      <td>
        <Package line={line} />
      </td>
      <LastHour calls={line.lastHour} />
    </tr>
  );
}

/** A vendor that was not called has no figures. */
function LastHour({ calls: hour }: { calls: Line['lastHour'] }) {
  const { calls, failedCalls, medianSeconds, p95Seconds } = hour ?? NO_CALLS;
  const times = [medianSeconds, p95Seconds].map(seconds => (seconds === null ? '' : formatDuration(seconds * 1_000)));
  const share = (calls - failedCalls) / calls;
  const shown = calls === 0 ? 'hide-s' : '';
  return (
    <>
      <td className="n num">{calls || <span className="dim">–</span>}</td>
      <td className={`n num nowrap ${shown}`}>
        <span className="show-s xs dim">p50 / p95 </span>
        {times[0] ? times.join(' / ') : <span className="dim">–</span>}
      </td>
      <td className={`n num ${shown}`}>
        {calls === 0 ? (
          <span className="dim">–</span>
        ) : (
          <span className={share < POOR ? 'bad-text' : ''}>{formatPercent(share)}</span>
        )}
      </td>
    </>
  );
}

function Package({ line: { vendor, sandbox, quota } }: { line: Line }) {
  const { admin } = useWords();
  if (!quota) {
    const why = vendor === 'LOCAL' ? 'noLimit' : sandbox ? 'sandbox' : 'unknown';
    return <span className="dim s">{admin.vendors[why]}</span>;
  }
  const { left, total, low, source, inDoubt } = quota;
  return (
    <div className="q">
      <div className="lab num">
        <span className={low ? 'ask-text medium' : ''}>
          {left} {total !== null && <span className="dim">/ {total}</span>}
        </span>
        <span className="dim">
          {source === 'VENDOR' ? admin.vendors.byVendor : admin.vendors.counted}
          {inDoubt ? ` · ${admin.vendors.inDoubt(inDoubt)}` : ''}
        </span>
      </div>
      {total !== null && (
        <div className="meter">
          <meter className={low ? 'low' : ''} min={0} max={total} value={left} aria-label={admin.vendors.units} />
          <span className="l20" title="20 %" />
        </div>
      )}
    </div>
  );
}
