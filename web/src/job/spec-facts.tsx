import type { ReactNode } from 'react';
import { formatBytes, formatNumber } from '../i18n/format.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import type { Spec } from './wish.ts';

type RuleOf = Spec['rules'][number];
type RuleNumber = RuleOf['rule']['numbers'][number];

export function titleOf({ title, titleEn }: { title: string; titleEn: string }, language: string): string {
  return language === 'zh' ? title : titleEn;
}

export function kilobytesOf({ minKb, maxKb }: Pick<Spec, 'minKb' | 'maxKb'>): string | undefined {
  if (minKb !== null && maxKb !== null) return `${minKb}–${maxKb} KB`;
  if (maxKb !== null) return `≤ ${maxKb} KB`;
  return minKb === null ? undefined : `≥ ${minKb} KB`;
}

/** `60–64 %`, `≥ 300 dpi`, `15.0–50.0 KB`. */
export function rangeOf({ min, max, unit }: Pick<RuleNumber, 'min' | 'max' | 'unit'>): string {
  const one = (value: number) => {
    if (unit === 'FRACTION') return formatNumber(value * 100, value * 100 === Math.round(value * 100) ? 0 : 1);
    if (unit === 'BYTES') return formatBytes(value);
    return formatNumber(value, Number.isInteger(value) ? 0 : 1);
  };
  const name = { FRACTION: ' %', PERCENT: ' %', MM: ' mm', PX: ' px', DPI: ' dpi', DEGREES: '°', BITS: ' bit' };
  const end = (name as Record<string, string>)[unit] ?? '';
  if (min !== null && max !== null) return min === max ? `${one(min)}${end}` : `${one(min)}–${one(max)}${end}`;
  return max === null ? `≥ ${one(min ?? 0)}${end}` : `≤ ${one(max)}${end}`;
}

/** The number of the nearest rule that says one. */
export function numberOf(spec: Spec | undefined, code: RuleNumber['code']): RuleNumber | undefined {
  return spec?.rules
    .flatMap(({ rule }) => rule.numbers)
    .find(number => number.code === code && number.unit === 'FRACTION');
}

/** What of the rules a clerk looks for first. */
export function SpecChips({ spec }: { spec: Spec }) {
  const { job, codes } = useWords();
  const head = numberOf(spec, 'HEAD_HEIGHT');
  const tone = {
    ANY: 'ok',
    NO_FEATURE_CHANGE: 'ok',
    BACKGROUND_MUST_NOT_CHANGE: 'bad',
    NONE: 'bad',
    UNKNOWN: 'ask',
  } as const;
  const editing = tone[spec.editing];
  return (
    <div className="chips">
      <span className={`tag ${editing}`}>
        <Icon name={({ ok: 'check', bad: 'ban', ask: 'ask' } as const)[editing]} />
        {codes.editing[spec.editing]}
      </span>
      <span className="tag num">{kilobytesOf(spec) ?? job.spec.anySize}</span>
      {head && <span className="tag num">{job.spec.head(rangeOf(head))}</span>}
      <span className="tag num">{spec.dpi} dpi</span>
      {spec.receiptRequired && (
        <span className="tag ask">
          <Icon name="ask" />
          {job.spec.receipt}
        </span>
      )}
      {spec.rows[0] !== undefined && <span className="tag out num">{job.spec.row(spec.rows[0])}</span>}
    </div>
  );
}

/** Each rule with its numbers, and where it was read. */
export function SpecRules({ spec }: { spec: Spec }) {
  const { job, codes } = useWords();
  const language = useLanguage();
  if (spec.rules.length === 0) {
    const why = spec.rulesNote ?? (spec.withoutRule && codes.withoutRule[spec.withoutRule]);
    return why ? <p className="s muted">{why}</p> : null;
  }
  return (
    <div className="col">
      {spec.rules.map(({ rule, match, differences }) => (
        <section className="rule col" key={rule.id}>
          <h3 className="s">{titleOf(rule, language)}</h3>
          <p className="xs muted">
            {codes.match[match]} · {job.spec.grade(rule.grade)} · {job.spec.read(rule.readOn)}
          </p>
          <Numbers rule={rule}>
            {differences.map(({ code, sold, asked }) => (
              <p className="xs warn" key={code}>
                {job.spec.differs(sold, asked)}
              </p>
            ))}
          </Numbers>
          <p className="xs muted">{rule.editing.reason}</p>
          {rule.sourceUrl && (
            <a className="xs cut" href={rule.sourceUrl} target="_blank" rel="noreferrer noopener">
              {job.spec.source}: {new URL(rule.sourceUrl).hostname}
            </a>
          )}
        </section>
      ))}
      <p className="xs dim">{job.spec.notOfficial}</p>
    </div>
  );
}

function Numbers({ rule, children }: { rule: RuleOf['rule']; children: ReactNode }) {
  const { codes } = useWords();
  return (
    <>
      <dl className="kv num">
        {rule.numbers.map(number => (
          <div className="pair" key={`${number.code} ${number.unit} ${number.min} ${number.max}`}>
            <dt>{codes.number[number.code] ?? number.code}</dt>
            <dd>{rangeOf(number)}</dd>
          </div>
        ))}
      </dl>
      {children}
    </>
  );
}
