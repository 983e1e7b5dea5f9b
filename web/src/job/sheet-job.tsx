import { useState } from 'react';
import { MakePrintSheetDocument, type Paper } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { PaperSelect } from './sheet.tsx';
import { SimpleJob } from './simple-job.tsx';
import { usePhoto } from './use-photo.ts';
import { useRun } from './use-run.ts';

/** A sheet of a photo that is there already. */
export function SheetJob() {
  const { job } = useWords();
  const slot = usePhoto();
  const run = useRun();
  const [paper, setPaper] = useState<Paper>('INCH_6');
  const assetId = slot.photo?.asset?.id;
  return (
    <SimpleJob
      operation="PRINT_SHEET"
      slot={slot}
      run={run}
      document={MakePrintSheetDocument}
      input={assetId === undefined ? undefined : { paper, items: [{ assetId }], cropLines: 'LINES' }}
      quote={{ printSheet: true }}
      label={job.sheet.make}
      missing={job.first}
      picturesOf={task => (task.__typename === 'PrintSheetTask' ? [task.sheet] : [])}
      form={
        <section className="sec col">
          <PaperSelect paper={paper} onChange={setPaper} />
          <p className="s muted">{job.sheet.source}</p>
        </section>
      }
    />
  );
}
