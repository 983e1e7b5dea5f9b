import type { Spec } from '../spec.js';
import type { EditingPolicy, HeadTop, PhotoRule, RuleMatch, SpecRules, WithoutRule } from './photo-rule.js';
import publishedRules from './rules.json';
import { type Difference, differencesOf } from './spec-against-rule.js';
import publishedMap from './spec-rules.json';

/** A rule as it belongs to a spec. */
export interface AppliedRule {
  readonly rule: PhotoRule;
  readonly match: RuleMatch;
  /** In what the spec is sold otherwise. */
  readonly differences: readonly Difference[];
}

/** What is known of the office that takes the photos of a spec. */
export interface RulesOfSpec {
  /** The nearest first. */
  readonly applied: readonly AppliedRule[];
  /** Why there is none. */
  readonly withoutRule: WithoutRule | null;
  /** What to know about the choice of rules, in English. */
  readonly note: string | null;
  /** The strictest of the rules of this very document; UNKNOWN is no permission. */
  readonly editing: EditingPolicy;
  /** By the rules of this very document; null is unknown. */
  readonly receiptRequired: boolean | null;
  readonly headMeasuredTo: HeadTop | null;
}

/** Rules by id, and which of them belong to a spec. */
export interface RuleTable {
  readonly rules: readonly PhotoRule[];
  readonly specs: Readonly<Record<string, SpecRules>>;
}

/** What is published, as it was read; checked by the tests and by `npm run rules -- check`, not at each start. */
export const PUBLISHED: RuleTable = {
  rules: publishedRules as readonly PhotoRule[],
  specs: publishedMap as Readonly<Record<string, SpecRules>>,
};

/** The strictest first. */
const STRICTNESS: readonly EditingPolicy[] = [
  'NONE',
  'BACKGROUND_MUST_NOT_CHANGE',
  'NO_FEATURE_CHANGE',
  'ANY',
  'UNKNOWN',
];

/** The acceptance rules of offices: the published ones, with those of the operator laid over them. */
export class RuleBook {
  readonly list: readonly PhotoRule[];
  readonly #byId: ReadonlyMap<string, PhotoRule>;
  readonly #specs: Readonly<Record<string, SpecRules>>;

  /** @param own rules that replace those of the same id, and specs whose rules are others than published */
  constructor(own: RuleTable = { rules: [], specs: {} }, published: RuleTable = PUBLISHED) {
    this.#byId = new Map([...published.rules, ...own.rules].map(rule => [rule.id, rule]));
    this.list = [...this.#byId.values()];
    this.#specs = { ...published.specs, ...own.specs };
  }

  rule(id: string): PhotoRule | undefined {
    return this.#byId.get(id);
  }

  of(spec: Spec): RulesOfSpec {
    const { rules = [], withoutRule, note } = this.#specs[spec.id] ?? {};
    const nearestFirst = [...rules].sort((a, b) => Number(a.match === 'FAMILY') - Number(b.match === 'FAMILY'));
    const applied = nearestFirst.flatMap(({ id, match }) => {
      const rule = this.#byId.get(id);
      return rule === undefined ? [] : [{ rule, match, differences: differencesOf(spec, rule) }];
    });
    // The rule of a neighbouring document is advice: it forbids nothing and requires nothing.
    const own = applied.filter(({ match }) => match === 'EXACT').map(({ rule }) => rule);
    const policies = own.map(({ editing }) => editing.policy);
    return {
      applied,
      withoutRule: withoutRule ?? null,
      note: note ?? null,
      editing: STRICTNESS.find(policy => policies.includes(policy)) ?? 'UNKNOWN',
      receiptRequired: own.find(rule => rule.receiptRequired !== undefined)?.receiptRequired ?? null,
      headMeasuredTo: own.find(rule => rule.head !== undefined)?.head?.measuredTo ?? null,
    };
  }
}
