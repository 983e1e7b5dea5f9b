import { useState } from 'react';
import { useQuery } from 'urql';
import {
  AllColorsDocument,
  type BackgroundInput,
  MakeBackgroundDocument,
  type VendorChoice,
} from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { SimpleJob } from './simple-job.tsx';
import { Swatches } from './swatches.tsx';
import { usePhoto } from './use-photo.ts';
import { useRun } from './use-run.ts';

export function BackgroundJob() {
  const { job } = useWords();
  const slot = usePhoto();
  const run = useRun();
  const [background, setBackground] = useState<BackgroundInput>({ color: 'blue' });
  const [vendor, setVendor] = useState<VendorChoice>('AUTO');
  const [{ data }] = useQuery({ query: AllColorsDocument });
  const assetId = slot.photo?.asset?.id;
  return (
    <SimpleJob
      operation="BACKGROUND"
      slot={slot}
      run={run}
      document={MakeBackgroundDocument}
      input={assetId === undefined ? undefined : { photo: { assetId }, background, vendor }}
      quote={{ background }}
      vendor={{ chosen: vendor, onChoose: setVendor }}
      label={job.change.make}
      missing={job.first}
      picturesOf={task => (task.__typename === 'BackgroundTask' ? [task.image] : [])}
      form={
        <section className="sec">
          <div className="h">
            <h2 className="h3">{job.background.title}</h2>
          </div>
          <Swatches
            colors={data?.colors ?? undefined}
            chosen={[background]}
            most={1}
            onChange={([next]) => next && setBackground(next)}
          />
        </section>
      }
    />
  );
}
