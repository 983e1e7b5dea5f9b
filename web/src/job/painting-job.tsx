import { useState } from 'react';
import { useQuery } from 'urql';
import { MakePaintingDocument, PaintingStylesDocument } from '../data/generated.ts';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { SimpleJob } from './simple-job.tsx';
import { useRun } from './use-run.ts';

export function PaintingJob() {
  const { job } = useWords();
  const run = useRun();
  const [text, setText] = useState('');
  const [style, setStyle] = useState('');
  const [{ data }] = useQuery({ query: PaintingStylesDocument });
  const styles = data?.paintingStyles ?? [];
  const input = { text: text.trim(), style: style || (styles[0] ?? '') };
  return (
    <SimpleJob
      operation="PAINTING"
      slot={undefined}
      run={run}
      document={MakePaintingDocument}
      input={input.text === '' || input.style === '' ? undefined : input}
      quote={{ painting: { ...input, text: input.text || '-', style: input.style || '-' } }}
      label={job.paint.make}
      missing={job.paint.text}
      empty={job.paint.empty}
      picturesOf={task => (task.__typename === 'PaintingTask' ? task.images : [])}
      form={
        <section className="sec col">
          <label className="f">
            {job.paint.text}
            <textarea rows={3} maxLength={100} value={text} onChange={({ target }) => setText(target.value)} />
          </label>
          <label className="f">
            {job.paint.style}
            <select value={input.style} onChange={({ target }) => setStyle(target.value)}>
              {styles.map(each => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
          <div className="note">
            <Icon name="eye" />
            <p className="s">{job.paint.label}</p>
          </div>
        </section>
      }
    />
  );
}
