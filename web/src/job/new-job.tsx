import { Tab, TabList, TabPanel, TabProvider } from '@ariakit/react';
import { type ComponentType, useState } from 'react';
import { useCan } from '../app/viewer.tsx';
import type { Operation } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { BackgroundJob } from './background-job.tsx';
import { FaceJob } from './face-job.tsx';
import { IdPhotoJob } from './id-photo.tsx';
import { PaintingJob } from './painting-job.tsx';
import { RestorationJob } from './restoration-job.tsx';
import { SheetJob } from './sheet-job.tsx';

const JOBS: readonly [Operation, ComponentType][] = [
  ['ID_PHOTO', IdPhotoJob],
  ['BACKGROUND', BackgroundJob],
  ['RESTORATION', RestorationJob],
  ['PAINTING', PaintingJob],
  ['FACE_VERIFICATION', FaceJob],
  ['PRINT_SHEET', SheetJob],
];

export function NewJob() {
  const { job, codes } = useWords();
  const [operation, setOperation] = useState<string>('ID_PHOTO');
  const paints = useCan('PAINTINGS_CREATE');
  const verifies = useCan('FACES_VERIFY');
  const allowed = JOBS.filter(
    ([name]) => (paints || name !== 'PAINTING') && (verifies || name !== 'FACE_VERIFICATION'),
  );
  return (
    <TabProvider selectedId={operation} setSelectedId={id => id && setOperation(id)}>
      <TabList className="tabs" aria-label={job.what}>
        {allowed.map(([name]) => (
          <Tab id={name} key={name}>
            {codes.operation[name]}
          </Tab>
        ))}
      </TabList>
      {allowed.map(([name, Job]) => (
        <TabPanel tabId={name} key={name} unmountOnHide focusable={false}>
          <Job />
        </TabPanel>
      ))}
    </TabProvider>
  );
}
