import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { tellRequest } from '../app/graphql-drawer.tsx';
import { toApiError } from '../data/errors.ts';
import { AllKeysDocument } from '../data/generated.ts';
import { formatDate, formatTime } from '../i18n/format.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failed, SkeletonRows } from '../ui/states.tsx';
import { type Key, scopeName } from './key.ts';
import { NewKey, RevokeKey } from './key-dialogs.tsx';

const SOON_MS = 7 * 86_400_000;

export function Keys() {
  const { admin } = useWords();
  const [{ data, error }, read] = useQuery({ query: AllKeysDocument });
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  useEffect(() => tellRequest({ document: AllKeysDocument, variables: {} }), []);
  const again = () => read();
  const keys = data?.apiKeys;
  if (error && !keys) return <Failed error={toApiError(error)} onRetry={again} />;
  if (!keys) return <SkeletonRows />;
  const make = (
    <button type="button" className="btn pri" onClick={() => setMaking(true)}>
      <Icon name="plus" />
      {admin.keys.new}
    </button>
  );
  return (
    <>
      {keys.length === 0 ? (
        <Empty icon="key" title={admin.keys.emptyTitle} hint={admin.keys.emptyHint}>
          {make}
        </Empty>
      ) : (
        <>
          <div className="filters">
            <p className="muted">{admin.keys.lead}</p>
            <span className="end">{make}</span>
          </div>
          <KeyTable keys={keys} onRevoke={setRevoking} />
        </>
      )}
      {making && (
        <NewKey
          first={keys.length === 0}
          onClose={() => {
            setMaking(false);
            again();
          }}
        />
      )}
      {revoking && (
        <RevokeKey
          apiKey={revoking}
          onClose={() => {
            setRevoking(undefined);
            again();
          }}
        />
      )}
    </>
  );
}

function KeyTable({ keys, onRevoke }: { keys: readonly Key[]; onRevoke: (key: Key) => void }) {
  const { admin } = useWords();
  return (
    <div className="card tw">
      <table className="stk t-keys">
        <thead>
          <tr>
            <th>{admin.keys.name}</th>
            <th>{admin.keys.state}</th>
            <th className="hide-s">{admin.keys.scopes}</th>
            <th className="hide-s">{admin.keys.lastUsed}</th>
            <th className="hide-s">{admin.keys.expires}</th>
            <th>
              <span className="sr">{admin.keys.revoke}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map(key => (
            <tr key={key.id}>
              <td>
                <b className="medium">{key.name}</b>
                <span className="block xs dim">
                  <code>{key.id.slice(0, 12)}…</code> · {key.tenantId}
                </span>
              </td>
              <td>
                <KeyState apiKey={key} />
              </td>
              <td className="hide-s scopes">{key.scopes.map(scopeName).join(', ')}</td>
              <td className="hide-s num">{key.lastUsedAt ? formatTime(key.lastUsedAt) : admin.keys.notYet}</td>
              <td className="hide-s num">{key.expiresAt ? formatDate(key.expiresAt) : admin.keys.never}</td>
              <td className="n">
                {key.revokedAt === null && (
                  <button type="button" className="btn sm danger" onClick={() => onRevoke(key)}>
                    {admin.keys.revoke}
                    <span className="sr"> {key.name}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function KeyState({ apiKey: { revokedAt, expiresAt } }: { apiKey: Key }) {
  const { admin } = useWords();
  const left = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - Date.now();
  if (revokedAt !== null)
    return (
      <span className="tag">
        <Icon name="ban" />
        {admin.keys.revoked}
      </span>
    );
  if (left <= 0)
    return (
      <span className="tag bad">
        <Icon name="clock" />
        {admin.keys.expired}
      </span>
    );
  if (left < SOON_MS)
    return (
      <span className="tag ask">
        <Icon name="ask" />
        {admin.keys.expiring}
      </span>
    );
  return (
    <span className="tag ok">
      <Icon name="check" />
      {admin.keys.active}
    </span>
  );
}
