import { FieldResolver, Resolver, Root } from 'type-graphql';
import { type PhotoRule, SpecRule } from '../schema/rule.type.js';
import { EditingPolicyEnum, HeadTopEnum, WithoutRuleEnum } from '../schema/rule-enums.js';
import { Spec } from '../schema/spec.type.js';
import { specs } from '../src/specs/catalogue.js';
import type { RuleBook, RulesOfSpec } from '../src/specs/rules/rule-book.js';
import { HEAD_TOP, toPhotoRule } from './rule.map.js';

/** What offices ask of the photos of a spec. Most queries of specs do not ask for it, so it is made when it is wanted, and kept. */
@Resolver(() => Spec)
export class SpecRulesResolver {
  private readonly found = new Map<string, RulesOfSpec>();
  private readonly objects = new Map<string, PhotoRule>();

  constructor(private readonly book: RuleBook) {}

  @FieldResolver(() => [SpecRule], {
    description: 'What offices are reported to ask of such a photo, the nearest rule first.',
  })
  rules(@Root() spec: Spec): SpecRule[] {
    return this.of(spec).applied.map(({ rule, match, differences }) => {
      const object = this.objects.get(rule.id) ?? toPhotoRule(rule);
      this.objects.set(rule.id, object);
      return { match, rule: object, differences: [...differences] };
    });
  }

  @FieldResolver(() => WithoutRuleEnum, {
    nullable: true,
    description: 'Why there is no rule; null where there is one.',
  })
  withoutRule(@Root() spec: Spec): keyof typeof WithoutRuleEnum | null {
    return this.of(spec).withoutRule;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What to know about the choice of rules, in English.',
  })
  rulesNote(@Root() spec: Spec): string | null {
    return this.of(spec).note;
  }

  @FieldResolver(() => EditingPolicyEnum, {
    description:
      'The strictest word on edits in the rules of that very document. UNKNOWN: nothing was found, which is no permission.',
  })
  editing(@Root() spec: Spec): keyof typeof EditingPolicyEnum {
    return this.of(spec).editing;
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether the rule of that very document asks for a photo receipt (回执); null: unknown.',
  })
  receiptRequired(@Root() spec: Spec): boolean | null {
    return this.of(spec).receiptRequired;
  }

  @FieldResolver(() => HeadTopEnum, {
    nullable: true,
    description: 'Where the rule of that very document measures the head to; null: it has no such number.',
  })
  headMeasuredTo(@Root() spec: Spec): keyof typeof HeadTopEnum | null {
    const { headMeasuredTo } = this.of(spec);
    return headMeasuredTo === null ? null : HEAD_TOP[headMeasuredTo];
  }

  private of({ id }: Spec): RulesOfSpec {
    const known = this.found.get(id);
    if (known !== undefined) return known;
    const rules = this.book.of(specs.byId(id)!);
    this.found.set(id, rules);
    return rules;
  }
}
