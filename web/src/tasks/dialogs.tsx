import { useState } from 'react';
import { change } from '../data/client.ts';
import { CancelTaskDocument, DeleteTaskDocument, ResolveTaskDocument, type TaskResolution } from '../data/generated.ts';
import type { Task } from '../data/use-task.ts';
import { useWords } from '../i18n/language.ts';
import { Modal } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import { useAct } from './use-act.ts';

export function CancelDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { cancel } = useWords().tasks;
  const { busy, error, act } = useAct();
  const go = () =>
    act(async () => {
      await change(CancelTaskDocument, { id });
      onClose();
    });
  return (
    <Modal
      title={cancel.title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {cancel.keep}
          </button>
          <button type="button" className="btn danger solid" onClick={go} disabled={busy}>
            {cancel.go}
          </button>
        </>
      }
    >
      <div className="db">
        <p>{cancel.hint}</p>
        {error && <ErrorNote error={error} />}
      </div>
    </Modal>
  );
}

export function DeleteDialog(props: { id: string; onClose: () => void; onDeleted: () => void }) {
  const { id, onClose, onDeleted } = props;
  const { remove } = useWords().tasks;
  const { busy, error, act } = useAct();
  const go = () =>
    act(async () => {
      await change(DeleteTaskDocument, { id });
      toast(remove.done);
      onDeleted();
    });
  return (
    <Modal
      title={remove.title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {remove.keep}
          </button>
          <button type="button" className="btn danger solid" onClick={go} disabled={busy}>
            {remove.go}
          </button>
        </>
      }
    >
      <div className="db">
        <ul className="col s">
          <li className="row">
            <Icon name="bin" />
            {remove.now}
          </li>
          <li className="row">
            <Icon name="list" />
            {remove.stays}
          </li>
          <li className="row">
            <Icon name="clock" />
            {remove.vendor}
          </li>
        </ul>
        {error && <ErrorNote error={error} />}
      </div>
    </Modal>
  );
}

/** A person says whether a call was charged. Nothing is chosen in advance. */
export function SettleDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const { settle } = useWords().tasks;
  const { busy, error, act } = useAct();
  const [outcome, setOutcome] = useState<TaskResolution>();
  const lost = task.attempts.findLast(({ billed }) => billed === 'UNKNOWN');
  const choices = [
    { value: 'NOT_CHARGED', title: settle.notCharged, hint: settle.notChargedHint },
    { value: 'CHARGED', title: settle.charged, hint: settle.chargedHint },
  ] as const;
  const go = () =>
    act(async () => {
      await change(ResolveTaskDocument, { id: task.id, outcome: outcome! });
      onClose();
    });
  return (
    <Modal
      title={settle.title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {settle.later}
          </button>
          <button type="button" className="btn pri" onClick={go} disabled={busy || outcome === undefined}>
            {settle.go}
          </button>
        </>
      }
    >
      <div className="db">
        <fieldset className="col">
          <legend>{settle.lead}</legend>
          {choices.map(({ value, title, hint }) => (
            <label className="opt" key={value}>
              <input type="radio" name="outcome" value={value} onChange={() => setOutcome(value)} />
              <span>
                <b>{title}</b>
                <span className="block s muted">{hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {lost && (
          <div className="note">
            <Icon name="eye" />
            <p className="s">
              {settle.evidence(String(lost.unitsLeftBefore ?? '–'), String(lost.unitsLeftAfter ?? '–'))} {lost.evidence}
            </p>
          </div>
        )}
        {error && <ErrorNote error={error} />}
      </div>
    </Modal>
  );
}

/** The button works only after the person has said that it may be paid twice. */
export function RetryTwiceDialog({ onRetry, onClose }: { onRetry: () => void; onClose: () => void }) {
  const { tasks, cancel } = useWords();
  const [accepted, setAccepted] = useState(false);
  return (
    <Modal
      title={tasks.twice.title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {cancel}
          </button>
          <button type="button" className="btn danger solid" onClick={onRetry} disabled={!accepted}>
            {tasks.twice.go}
          </button>
        </>
      }
    >
      <div className="db">
        <p>{tasks.twice.lead}</p>
        <label className="ck">
          <input type="checkbox" checked={accepted} onChange={({ target }) => setAccepted(target.checked)} />
          <span>{tasks.twice.accept}</span>
        </label>
      </div>
    </Modal>
  );
}
