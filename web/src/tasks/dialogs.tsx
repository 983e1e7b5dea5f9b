import { useState } from 'react';
import { change } from '../data/client.ts';
import { CancelTaskDocument, DeleteTaskDocument, ResolveTaskDocument, type TaskResolution } from '../data/generated.ts';
import type { Task } from '../data/use-task.ts';
import { useWords } from '../i18n/language.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { toast } from '../ui/toast.tsx';

export function CancelDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { cancel } = useWords().tasks;
  const go = async () => {
    await change(CancelTaskDocument, { id });
    onClose();
  };
  return (
    <ConfirmDialog title={cancel.title} keep={cancel.keep} go={cancel.go} onGo={go} onClose={onClose}>
      <p>{cancel.hint}</p>
    </ConfirmDialog>
  );
}

export function DeleteDialog(props: { id: string; onClose: () => void; onDeleted: () => void }) {
  const { id, onClose, onDeleted } = props;
  const { remove } = useWords().tasks;
  const go = async () => {
    await change(DeleteTaskDocument, { id });
    toast(remove.done);
    onDeleted();
  };
  return (
    <ConfirmDialog title={remove.title} keep={remove.keep} go={remove.go} onGo={go} onClose={onClose}>
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
    </ConfirmDialog>
  );
}

const NO_EVIDENCE = { unitsLeftBefore: null, unitsLeftAfter: null, evidence: null };

/** A person says whether a call was charged. Nothing is chosen in advance. */
export function SettleDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const { settle } = useWords().tasks;
  const [outcome, setOutcome] = useState<TaskResolution>();
  const { unitsLeftBefore, unitsLeftAfter, evidence } =
    task.attempts.findLast(({ billed }) => billed === 'UNKNOWN') ?? NO_EVIDENCE;
  const counted = unitsLeftBefore !== null || unitsLeftAfter !== null;
  const choices = [
    { value: 'NOT_CHARGED', title: settle.notCharged, hint: settle.notChargedHint },
    { value: 'CHARGED', title: settle.charged, hint: settle.chargedHint },
  ] as const;
  const go = async () => {
    await change(ResolveTaskDocument, { id: task.id, outcome: outcome! });
    onClose();
  };
  return (
    <ConfirmDialog
      title={settle.title}
      keep={settle.later}
      go={settle.go}
      tone="pri"
      ready={outcome !== undefined}
      onGo={go}
      onClose={onClose}
    >
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
      {(counted || evidence) && (
        <div className="note">
          <Icon name="eye" />
          <p className="s">
            {counted && settle.evidence(String(unitsLeftBefore ?? '–'), String(unitsLeftAfter ?? '–'))} {evidence}
          </p>
        </div>
      )}
    </ConfirmDialog>
  );
}

/** The button works only after the person has said that it may be paid twice. */
export function RetryTwiceDialog({ onRetry, onClose }: { onRetry: () => Promise<void>; onClose: () => void }) {
  const { tasks, cancel } = useWords();
  const [accepted, setAccepted] = useState(false);
  return (
    <ConfirmDialog
      title={tasks.twice.title}
      keep={cancel}
      go={tasks.twice.go}
      ready={accepted}
      onGo={onRetry}
      onClose={onClose}
    >
      <p>{tasks.twice.lead}</p>
      <label className="ck">
        <input type="checkbox" checked={accepted} onChange={({ target }) => setAccepted(target.checked)} />
        <span>{tasks.twice.accept}</span>
      </label>
    </ConfirmDialog>
  );
}
