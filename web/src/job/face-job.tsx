import { useState } from 'react';
import { MakeFaceCheckDocument } from '../data/generated.ts';
import { useServers } from '../data/use-servers.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { SimpleJob } from './simple-job.tsx';
import { usePhoto } from './use-photo.ts';
import { useRun } from './use-run.ts';

const EMPTY = { name: '', idNumber: '', reference: '', purpose: '', noticeVersion: '' };

export function FaceJob() {
  const { job, codes, space } = useWords();
  const slot = usePhoto();
  const run = useRun();
  const [person, setPerson] = useState(EMPTY);
  const [agreed, setAgreed] = useState(false);
  const real = useServers('FACE_VERIFICATION').some(({ sandbox }) => !sandbox);
  const assetId = slot.photo?.asset?.id;
  const { name, idNumber, ...consent } = person;
  const whole = agreed && Object.values(person).every(text => text.trim() !== '');
  const vendor = real ? 'AUTO' : 'SANDBOX';
  const field = (key: keyof typeof EMPTY, label: string, hint?: string) => (
    <label className="f">
      {label}
      <input
        type="text"
        autoComplete="off"
        placeholder={hint}
        value={person[key]}
        onChange={({ target }) => setPerson({ ...person, [key]: target.value })}
      />
    </label>
  );
  return (
    <SimpleJob
      operation="FACE_VERIFICATION"
      slot={slot}
      run={run}
      document={MakeFaceCheckDocument}
      input={
        assetId === undefined || !whole
          ? undefined
          : { photo: { assetId }, name: name.trim(), idNumber: idNumber.trim(), consent, vendor }
      }
      quote={{ faceVerification: true }}
      by={vendor}
      label={job.face.make}
      missing={assetId === undefined ? job.first : job.face.agreed}
      picturesOf={() => []}
      outcome={task =>
        task.__typename === 'FaceVerificationTask' && <h2>{codes.face[task.outcome ?? ''] ?? task.outcome}</h2>
      }
      form={
        <section className="sec col">
          {field('name', job.face.name, job.face.nameHint)}
          {field('idNumber', job.face.idNumber)}
          {field('reference', job.face.consent)}
          {field('purpose', job.face.purpose)}
          {field('noticeVersion', job.face.notice)}
          <label className="ck">
            <input type="checkbox" checked={agreed} onChange={({ target }) => setAgreed(target.checked)} />
            <span className="s">{job.face.agreed}</span>
          </label>
          <div className="note">
            <Icon name="shield" />
            <p className="s">
              {job.face.sealed}
              {!real && space + job.face.sandbox}
            </p>
          </div>
        </section>
      }
    />
  );
}
