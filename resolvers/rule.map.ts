import type { RuleOverride as Override } from '../datasources/contract.js';
import { PhotoRule, RuleOverride } from '../schema/rule.type.js';
import type { HeadTopEnum } from '../schema/rule-enums.js';
import type { HeadTop, PhotoRule as Rule } from '../src/specs/rules/photo-rule.js';
import { RULE_CHECKS, type RuleCheck } from '../src/specs/rules/rule-checks.js';
import { numbersOf } from '../src/specs/rules/rule-numbers.js';

export const HEAD_TOP: Record<HeadTop, keyof typeof HeadTopEnum> = {
  hairTop: 'HAIR_TOP',
  crownWithoutHair: 'CROWN_WITHOUT_HAIR',
  unknown: 'UNKNOWN',
};

/** Made once a rule: it never changes while the process lives. */
export function toPhotoRule(rule: Rule): PhotoRule {
  const { background, head, file, editing } = rule;
  return Object.assign(new PhotoRule(), {
    ...texts(rule),
    id: rule.id,
    title: rule.title,
    titleEn: rule.titleEn,
    country: rule.country,
    authority: rule.authority,
    document: rule.document,
    grade: rule.grade,
    readOn: rule.readOn,
    sources: rule.sources.map(({ url, kind, date = null, readOn = null, note = null }) => ({
      url,
      kind,
      date,
      readOn,
      note,
    })),
    numbers: numbersOf(rule).map(({ share, ...number }) => ({
      ...number,
      minShare: share?.min ?? null,
      maxShare: share?.max ?? null,
    })),
    formats: [...(file.formats ?? [])],
    backgrounds: (background?.colours ?? []).map(({ name, rgb, note = null }) => ({
      name,
      hex: rgb === undefined ? null : toHex(rgb),
      note,
    })),
    backgroundEven: background?.even ?? null,
    headMeasuredTo: head === undefined ? null : HEAD_TOP[head.measuredTo],
    headCentred: head?.centred ?? null,
    lowerEdge: head?.lowerEdge ?? null,
    priority: head?.priority ?? null,
    editing: {
      policy: editing.policy,
      reason: editing.reason,
      geometryAllowed: editing.geometryAllowed ?? null,
      rotationAllowed: editing.rotationAllowed ?? null,
      upscalingAllowed: editing.upscalingAllowed ?? null,
    },
    takenBy: rule.takenBy,
    receiptRequired: rule.receiptRequired ?? null,
    // That every code is known is checked where the rules are read.
    checks: (rule.checks as RuleCheck[]).map(code => ({ code, judged: RULE_CHECKS[code].judged })),
    contradictions: [...(rule.contradictions ?? [])],
  } satisfies PhotoRule);
}

const TEXTS = [
  'standard',
  'sourceUrl',
  'sourceDate',
  'takenByNote',
  'officialTool',
  'receiptNote',
  'fileNaming',
  'expression',
  'glasses',
  'headwear',
  'clothing',
  'hairAndMakeup',
  'notes',
] as const;

/** What a rule need not say. */
function texts(rule: Rule): Record<(typeof TEXTS)[number], string | null> {
  return Object.fromEntries(TEXTS.map(name => [name, rule[name] ?? null])) as Record<
    (typeof TEXTS)[number],
    string | null
  >;
}

function toHex(rgb: readonly number[]): string {
  return `#${rgb
    .map(value => value.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()}`;
}

export function toRuleOverride({ path, rule }: Override): RuleOverride {
  return Object.assign(new RuleOverride(), { path, ruleId: rule } satisfies RuleOverride);
}
