import { type FormEvent, useState } from 'react';
import type { CustomSizeInput } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { Modal } from '../ui/dialog.tsx';

export function CustomSizeForm({ onUse, onClose }: { onUse: (size: CustomSizeInput) => void; onClose: () => void }) {
  const { job, cancel } = useWords();
  const [unit, setUnit] = useState<'mm' | 'px'>('mm');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [width, height] = [Number(form.get('width')), Number(form.get('height'))];
    onUse(unit === 'mm' ? { widthMm: width, heightMm: height } : { widthPx: width, heightPx: height });
  };
  return (
    <Modal
      title={job.spec.custom}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" form="custom-size" className="btn pri">
            {job.spec.use}
          </button>
        </>
      }
    >
      <form id="custom-size" className="db row" onSubmit={submit}>
        <label className="f grow">
          {job.spec.width}
          <input type="number" name="width" required min="1" step="any" defaultValue="35" />
        </label>
        <label className="f grow">
          {job.spec.height}
          <input type="number" name="height" required min="1" step="any" defaultValue="45" />
        </label>
        <label className="f">
          {job.spec.unit}
          <select value={unit} onChange={({ target }) => setUnit(target.value as typeof unit)}>
            <option>mm</option>
            <option>px</option>
          </select>
        </label>
      </form>
    </Modal>
  );
}
