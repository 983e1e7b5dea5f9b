import { useState } from 'react';
import { MakeRestorationDocument, type RestorationSteps, type VendorChoice } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { SimpleJob } from './simple-job.tsx';
import { usePhoto } from './use-photo.ts';
import { useRun } from './use-run.ts';

const STEPS: readonly RestorationSteps[] = ['SR', 'SR_REPAIR', 'SR_REPAIR_COLOR'];

export function RestorationJob() {
  const { job } = useWords();
  const slot = usePhoto();
  const run = useRun();
  const [steps, setSteps] = useState<RestorationSteps>('SR_REPAIR');
  const [vendor, setVendor] = useState<VendorChoice>('AUTO');
  const assetId = slot.photo?.asset?.id;
  return (
    <SimpleJob
      operation="RESTORATION"
      slot={slot}
      run={run}
      document={MakeRestorationDocument}
      input={assetId === undefined ? undefined : { photo: { assetId }, steps, vendor }}
      quote={{ restoration: steps }}
      vendor={{ chosen: vendor, onChoose: setVendor }}
      label={job.restore.make}
      missing={job.first}
      picturesOf={task => (task.__typename === 'RestorationTask' ? [task.image] : [])}
      form={
        <section className="sec">
          <fieldset className="col">
            <legend className="h3">{job.restore.title}</legend>
            {STEPS.map(each => (
              <label className="opt" key={each}>
                <input type="radio" name="steps" checked={steps === each} onChange={() => setSteps(each)} />
                <span>{job.restore[each]}</span>
              </label>
            ))}
          </fieldset>
        </section>
      }
    />
  );
}
