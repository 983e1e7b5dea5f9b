import { useState } from 'react';
import { useQuery } from 'urql';
import { MakePaintingDocument, type PaintingStyle, PaintingStylesDocument } from '../data/generated.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { SimpleJob } from './simple-job.tsx';
import { titleOf } from './spec-facts.tsx';
import { useRun } from './use-run.ts';

export function PaintingJob() {
  const { job } = useWords();
  const run = useRun();
  const [text, setText] = useState('');
  const [chosen, setStyle] = useState<PaintingStyle>();
  const language = useLanguage();
  const [{ data }] = useQuery({ query: PaintingStylesDocument });
  const styles = data?.paintingStyles ?? [];
  const style = chosen ?? styles[0]?.style;
  const input = style && { text: text.trim() || '-', style };
  return (
    <SimpleJob
      operation="PAINTING"
      slot={undefined}
      run={run}
      document={MakePaintingDocument}
      input={text.trim() === '' ? undefined : input}
      quote={input && { painting: input }}
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
            <select value={style} onChange={({ target }) => setStyle(target.value as PaintingStyle)}>
              {styles.map(each => (
                <option key={each.style} value={each.style}>
                  {titleOf(each, language)}
                </option>
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
