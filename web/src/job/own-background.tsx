import { type FormEvent, useState } from 'react';
import type { BackgroundInput } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { Modal } from '../ui/dialog.tsx';

export function OwnBackground({
  onAdd,
  onClose,
}: {
  onAdd: (background: BackgroundInput) => void;
  onClose: () => void;
}) {
  const { job, cancel } = useWords();
  const [gradient, setGradient] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const from = String(form.get('from')).toUpperCase();
    const to = String(form.get('to')).toUpperCase();
    onAdd(gradient ? { gradient: { from, to } } : { color: from });
  };
  return (
    <Modal
      title={job.background.own}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" form="own-background" className="btn pri">
            {job.background.add}
          </button>
        </>
      }
    >
      <form id="own-background" className="db" onSubmit={submit}>
        <label className="f">
          {job.background.color}
          <input type="color" name="from" defaultValue="#438edb" />
        </label>
        <label className="ck">
          <input type="checkbox" checked={gradient} onChange={({ target }) => setGradient(target.checked)} />
          <span>{job.background.toGradient}</span>
        </label>
        <label className="f" hidden={!gradient}>
          {job.background.bottom}
          <input type="color" name="to" defaultValue="#d0e3f6" />
        </label>
      </form>
    </Modal>
  );
}
