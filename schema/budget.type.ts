import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { BUDGET_PERIODS } from '../src/store/budget-rows.js';
import { enumOf, texts } from './enum-of.js';
import { VendorEnum } from './enums.js';

export const BudgetPeriodEnum = enumOf(
  'BudgetPeriod',
  'When a budget begins anew.',
  texts(BUDGET_PERIODS, {
    DAY: 'Each day, at midnight in China (Asia/Shanghai).',
    MONTH: 'Each month, by the same clock.',
    TOTAL: 'Never.',
  }),
);

@ObjectType({
  description:
    'How much may be spent on vendors. The most that a task may come to is reserved with it, or it is BUDGET_EXHAUSTED; what it did not come to is given back at its end. What is in doubt stays taken until it is resolved. Every budget that is for a task has to hold.',
  simpleResolvers: true,
})
export class Budget {
  @Field(() => ID, { description: 'Of the budget.' })
  id!: string;

  @Field(() => ID, { description: 'Whose tasks it is for.' })
  tenantId!: string;

  @Field(() => ID, { nullable: true, description: 'The API key whose tasks it is for; null: all.' })
  apiKeyId!: string | null;

  @Field(() => String, { nullable: true, description: 'It is for tasks with this label; null: for all.' })
  label!: string | null;

  @Field(() => VendorEnum, {
    nullable: true,
    description: 'It is for what this vendor charges; null: for all vendors.',
  })
  vendor!: keyof typeof VendorEnum | null;

  @Field(() => BudgetPeriodEnum, { description: 'When it begins anew.' })
  per!: keyof typeof BudgetPeriodEnum;

  @Field(() => Int, { nullable: true, description: 'Units that may be taken in one period; null: any number.' })
  units!: number | null;

  @Field(() => Int, {
    description: 'Units taken in this period: charged, in doubt, or reserved by tasks that have not ended.',
  })
  takenUnits!: number;

  @Field(() => Int, { nullable: true, description: 'Units left in this period; null if their number is not limited.' })
  leftUnits!: number | null;

  @Field(() => String, { nullable: true, description: 'Yuan that may be taken in one period, `35.5`; null: any sum.' })
  cost!: string | null;

  @Field({ description: 'Yuan taken in this period, as far as prices were configured.' })
  takenCost!: string;

  @Field(() => String, { nullable: true, description: 'Yuan left in this period; null if the sum is not limited.' })
  leftCost!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it begins anew; null: never.' })
  renewsAt!: Date | null;

  @Field(() => Date, { description: 'When it was made: what was spent before does not count.' })
  createdAt!: Date;
}

@InputType({ description: 'A budget: for whom, how long, and how much. There is one of each scope and period.' })
export class SetBudgetInput {
  @Field(() => ID, { nullable: true, description: "Whose tasks it is for; the caller's own tenant if not given." })
  tenantId?: string | null;

  @Field(() => ID, { nullable: true, description: 'For tasks made with this API key, or by its links, alone.' })
  apiKeyId?: string | null;

  @Field(() => String, { nullable: true, description: 'For tasks with this label alone.' })
  label?: string | null;

  @Field(() => VendorEnum, { nullable: true, description: 'For what this vendor charges alone.' })
  vendor?: keyof typeof VendorEnum | null;

  @Field(() => BudgetPeriodEnum, { description: 'When it begins anew.' })
  per!: keyof typeof BudgetPeriodEnum;

  @Field(() => Int, { nullable: true, description: 'Units that may be taken in one period. Units, cost, or both.' })
  units?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Yuan that may be taken in one period, with up to four decimals: `35.5`. It needs `<VENDOR>_UNIT_PRICE`.',
  })
  cost?: string | null;
}
