import { type FormEvent, useState } from 'react';
import { useViewer } from '../app/viewer.tsx';
import { change } from '../data/client.ts';
import { MakeKeyDocument, RevokeKeyDocument, type Scope } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Modal } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { useAct } from '../ui/use-act.ts';
import { type Key, scopeName } from './key.ts';

/** What a counter needs. */
const USUAL: readonly Scope[] = ['CATALOGUE_READ', 'VENDORS_READ', 'PHOTOS_CREATE', 'TASKS_READ'];
const DAY_MS = 86_400_000;

export function NewKey({ first, onClose }: { first: boolean; onClose: () => void }) {
  const { admin, cancel } = useWords();
  const { scopes } = useViewer();
  const { busy, error, act } = useAct();
  const [made, setMade] = useState<string>();
  const chosen: readonly Scope[] = first ? scopes : USUAL;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = Number(form.get('days'));
    const input = {
      name: String(form.get('name')),
      scopes: form.getAll('scopes') as Scope[],
      ...(days > 0 && { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }),
    };
    act(async () => {
      const { createApiKey } = await change(MakeKeyDocument, { input });
      setMade(createApiKey?.key);
    });
  };
  if (made !== undefined) return <Shown secret={made} onClose={onClose} />;
  return (
    <Modal
      title={admin.keys.makeTitle}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" form="new-key" className="btn pri" disabled={busy}>
            {admin.keys.create}
          </button>
        </>
      }
    >
      <form id="new-key" className="db" onSubmit={submit}>
        {first && (
          <div className="note ask">
            <Icon name="ask" />
            <p className="s">{admin.keys.closes}</p>
          </div>
        )}
        <label className="f">
          {admin.keys.nameLabel}
          <input type="text" name="name" required maxLength={100} />
        </label>
        <fieldset className="scopes-of">
          <legend className="s muted">{admin.keys.scopes}</legend>
          {scopes.map(scope => (
            <label className="ck" key={scope}>
              <input
                type="checkbox"
                name="scopes"
                value={scope}
                defaultChecked={chosen.includes(scope)}
                // Without an admin nobody could make another key.
                disabled={first && scope === 'ADMIN'}
              />
              <code>{scopeName(scope)}</code>
            </label>
          ))}
          {first && <input type="hidden" name="scopes" value="ADMIN" />}
        </fieldset>
        <label className="f">
          {admin.keys.expiresIn}
          <select name="days" defaultValue="90">
            <option value="90">{admin.keys.in90}</option>
            <option value="365">{admin.keys.in365}</option>
            <option value="0">{admin.keys.never}</option>
          </select>
        </label>
        {error && <ErrorNote error={error} />}
      </form>
    </Modal>
  );
}

/** The only time that anybody sees it; it cannot be closed by the way. */
function Shown({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { admin } = useWords();
  const [stored, setStored] = useState(false);
  return (
    <Modal
      title={admin.keys.madeTitle}
      onClose={() => stored && onClose()}
      footer={
        <button type="button" className="btn pri" disabled={!stored} onClick={onClose}>
          {admin.keys.done}
        </button>
      }
    >
      <div className="db">
        <div className="note ask">
          <Icon name="ask" />
          <p>{admin.keys.once}</p>
        </div>
        <div className="secret">
          <code>{secret}</code>
          <CopyButton text={secret} />
        </div>
        <label className="ck">
          <input type="checkbox" checked={stored} onChange={({ target }) => setStored(target.checked)} />
          <span>{admin.keys.stored}</span>
        </label>
      </div>
    </Modal>
  );
}

export function RevokeKey({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const { keys } = useWords().admin;
  const go = async () => {
    await change(RevokeKeyDocument, { id: apiKey.id });
    onClose();
  };
  return (
    <ConfirmDialog title={keys.revokeTitle(apiKey.name)} keep={keys.keep} go={keys.revoke} onGo={go} onClose={onClose}>
      <p>{keys.revokeHint}</p>
    </ConfirmDialog>
  );
}
