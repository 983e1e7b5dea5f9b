import { useState } from 'react';
import { useLanguage, useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { placeOf } from './head-place.ts';
import { millimetresOf, Scale } from './scale.tsx';
import { SpecChips, SpecRules, titleOf } from './spec-facts.tsx';
import { SpecPicker } from './spec-picker.tsx';
import type { Spec, Wish } from './wish.ts';

export function SpecCard(props: {
  spec: Spec | undefined;
  wish: Wish;
  onChoose: (spec: Spec) => void;
  onCustom: (size: NonNullable<Wish['custom']>) => void;
}) {
  const { spec, wish, onChoose, onCustom } = props;
  const { job } = useWords();
  const [picking, setPicking] = useState(false);
  return (
    <section className="sec">
      <div className="h">
        <h2 className="h3">{job.spec.title}</h2>
        <button type="button" className="btn sm end" onClick={() => setPicking(true)}>
          <Icon name="search" />
          {job.spec.change}
        </button>
      </div>
      {wish.custom ? <CustomSize custom={wish.custom} /> : <Known spec={spec} />}
      {picking && (
        <SpecPicker
          chosen={wish.specId}
          onClose={() => setPicking(false)}
          onChoose={next => {
            onChoose(next);
            setPicking(false);
          }}
          onCustom={size => {
            onCustom(size);
            setPicking(false);
          }}
        />
      )}
    </section>
  );
}

function CustomSize({ custom }: { custom: NonNullable<Wish['custom']> }) {
  const { job } = useWords();
  const { widthMm, heightMm, widthPx, heightPx } = custom;
  return (
    <p>
      <b className="spec-title">{job.spec.custom}</b>
      <span className="block num muted">{widthMm ? `${widthMm} × ${heightMm} mm` : `${widthPx} × ${heightPx} px`}</span>
    </p>
  );
}

function Known({ spec }: { spec: Spec | undefined }) {
  const { job } = useWords();
  const language = useLanguage();
  if (!spec) return <span className="sk sk-spec" />;
  const [width, height, reckoned] = millimetresOf(spec);
  return (
    <>
      <div className="spec">
        <Scale spec={spec} width={148} {...placeOf(spec)} />
        <div className="col start">
          <b className="spec-title">{titleOf(spec, language)}</b>
          <span className="num s muted">
            {spec.widthPx} × {spec.heightPx} px
            <br />
            {reckoned && '≈ '}
            {width} × {height} mm
          </span>
        </div>
      </div>
      <SpecChips spec={spec} />
      <details className="rules">
        <summary>{job.spec.rule}</summary>
        <SpecRules spec={spec} />
      </details>
    </>
  );
}
