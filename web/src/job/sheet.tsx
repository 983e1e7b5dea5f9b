import { useState } from 'react';
import { MakePrintSheetDocument, type Paper } from '../data/generated.ts';
import { linkOf } from '../data/use-task.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { newKey, useRun } from './use-run.ts';

const PAPERS: readonly Paper[] = ['INCH_6', 'INCH_5', 'A5', 'A4'];

export function PaperSelect({ paper, onChange }: { paper: Paper; onChange: (paper: Paper) => void }) {
  const { sheet } = useWords().job;
  return (
    <label className="f">
      {sheet.paper}
      <select value={paper} onChange={({ target }) => onChange(target.value as Paper)}>
        {PAPERS.map(each => (
          <option key={each} value={each}>
            {sheet[each as keyof typeof sheet] as string}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A sheet of the photos that were just made. */
export function SheetMaker({ photoIds }: { photoIds: readonly string[] }) {
  const { job } = useWords();
  const [paper, setPaper] = useState<Paper>('INCH_6');
  const { running, task, error, start } = useRun();
  const sheet = task?.__typename === 'PrintSheetTask' && task.state === 'SUCCEEDED' ? task : undefined;
  const make = () =>
    start(MakePrintSheetDocument, {
      input: { paper, items: photoIds.map(photoId => ({ photoId })), cropLines: 'LINES', idempotencyKey: newKey() },
    });
  const link = linkOf(sheet?.sheet);
  return (
    <div className="sec row top wide">
      {link && <img className="sheet-thumb" src={link} alt={job.sheet.title} />}
      <div className="col grow">
        <PaperSelect paper={paper} onChange={setPaper} />
        {sheet?.photoCount && <span className="s dim">{job.sheet.photos(sheet.photoCount)}</span>}
        <div className="row wrap">
          <button type="button" className="btn sm" onClick={make} disabled={running}>
            <Icon name="print" />
            {running ? job.sheet.making : job.sheet.make}
          </button>
          {link && (
            <a className="btn sm" href={link} download="print-sheet.jpg">
              <Icon name="download" />
              {job.result.download}
            </a>
          )}
        </div>
        {error && <ErrorNote error={error} />}
        {task?.failure && <p className="s bad-text">{task.failure.userMessage}</p>}
      </div>
    </div>
  );
}
