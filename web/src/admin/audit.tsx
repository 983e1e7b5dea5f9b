import { useCallback, useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { tellRequest } from '../app/graphql-drawer.tsx';
import { ask } from '../data/client.ts';
import { type ApiError, toApiError } from '../data/errors.ts';
import {
  type AuditAct,
  AuditCheckDocument,
  type AuditFilterInput,
  AuditPageDocument,
  type AuditPageQuery,
} from '../data/generated.ts';
import { formatTime } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { Status } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failed, SkeletonRows } from '../ui/states.tsx';

type Entry = NonNullable<AuditPageQuery['auditTrail']>['nodes'][number];

function useTrail(filter: AuditFilterInput) {
  const [entries, setEntries] = useState<Entry[]>();
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<ApiError>();
  const read = useCallback(
    async (after: string | null) => {
      try {
        const { auditTrail } = await ask(AuditPageDocument, { filter, after });
        const { nodes = [], pageInfo } = auditTrail ?? {};
        setEntries(known => (after === null ? nodes : [...(known ?? []), ...nodes]));
        setNext(pageInfo?.hasNextPage ? pageInfo.endCursor : null);
        setError(undefined);
      } catch (caught) {
        setError(toApiError(caught));
      }
    },
    [filter],
  );
  useEffect(() => {
    tellRequest({ document: AuditPageDocument, variables: { filter } });
    void read(null);
  }, [read, filter]);
  return { entries, next, error, read };
}

export function Audit() {
  const { admin, codes } = useWords();
  const [act, setAct] = useState<AuditAct | ''>('');
  const [about, setAbout] = useState('');
  const filter = useMemo(() => filterOf(act, about), [act, about]);
  const { entries, next, error, read } = useTrail(filter);
  if (error && !entries) return <Failed error={error} onRetry={() => read(null)} />;
  if (!entries) return <SkeletonRows />;
  if (entries.length === 0 && act === '' && about === '')
    return <Empty icon="shield" title={admin.audit.empty} hint={admin.audit.emptyHint} />;
  return (
    <>
      <div className="filters">
        <div className="find inline">
          <Icon name="search" />
          <input
            type="search"
            value={about}
            placeholder={admin.audit.find}
            aria-label={admin.audit.find}
            onChange={({ target }) => setAbout(target.value)}
          />
        </div>
        <select aria-label={admin.audit.act} value={act} onChange={({ target }) => setAct(target.value as AuditAct)}>
          <option value="">{admin.audit.allActs}</option>
          {Object.entries(codes.act).map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
        <Chain />
      </div>
      <div className="card tw">
        <table className="stk t-aud">
          <thead>
            <tr>
              <th>{admin.audit.when}</th>
              <th>{admin.audit.who}</th>
              <th>{admin.audit.what}</th>
              <th>{admin.audit.about}</th>
              <th className="n">{admin.audit.number}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map(entry => (
              <Row entry={entry} key={entry.number} />
            ))}
          </tbody>
        </table>
      </div>
      {next !== null && (
        <button type="button" className="btn more-button" onClick={() => read(next)}>
          {admin.audit.more}
        </button>
      )}
    </>
  );
}

/** A task by its id, else a reference. */
function filterOf(act: AuditAct | '', about: string): AuditFilterInput {
  const text = about.trim();
  return {
    ...(act && { acts: [act] }),
    ...(text !== '' && (text.startsWith('task_') ? { taskId: text } : { reference: text })),
  };
}

/** Whether anything in the trail was changed, as the server finds it. */
function Chain() {
  const { admin } = useWords();
  const [{ data }] = useQuery({ query: AuditCheckDocument });
  const check = data?.auditCheck;
  if (!check) return null;
  return check.holds ? (
    <Status tone="ok">{admin.audit.whole(check.entries)}</Status>
  ) : (
    <div className="note bad" role="alert">
      <b>{admin.audit.broken}</b> {check.breaks.join(' ')}
    </div>
  );
}

function Row({ entry }: { entry: Entry }) {
  const { codes } = useWords();
  return (
    <tr>
      <td className="num nw">
        <time dateTime={entry.at}>{formatTime(entry.at)}</time>
      </td>
      <td>
        {codes.actor[entry.actorKind] ?? entry.actorKind}
        {entry.actorId && <code className="block xs dim">{entry.actorId.slice(0, 16)}</code>}
      </td>
      <td>
        {codes.act[entry.act]}{' '}
        {entry.operation && <span className="muted">{codes.operation[entry.operation] ?? entry.operation}</span>}{' '}
        <code className="xs dim">{entry.act}</code> {entry.outcome && <span className="tag">{entry.outcome}</span>}
      </td>
      <td>
        {entry.taskId ? (
          <Link className="id" href={`/tasks/${entry.taskId}`}>
            <code>{entry.taskId.slice(0, 14)}…</code>
          </Link>
        ) : (
          entry.objectId && <code className="xs dim">{entry.objectId.slice(0, 18)}</code>
        )}
      </td>
      <td className="n num dim">{entry.number}</td>
    </tr>
  );
}
