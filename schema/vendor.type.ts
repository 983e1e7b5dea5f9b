import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { SourceKey } from '../datasources/contract.js';
import { Budget } from './budget.type.js';
import { ErrorCodeEnum, OperationEnum, QuotaSourceEnum, VendorEnum, VendorStateEnum } from './enums.js';
import { RuleOverride } from './rule.type.js';

@ObjectType({ description: "What is left of a vendor's package.", simpleResolvers: true })
export class VendorQuota {
  @Field(() => Int, { description: 'Units left.' })
  left!: number;

  @Field(() => Int, { nullable: true, description: 'Units of the whole package; null if the operator did not say.' })
  total!: number | null;

  @Field(() => QuotaSourceEnum, { description: 'Who counted.' })
  source!: keyof typeof QuotaSourceEnum;

  @Field({ description: 'True if 20 % or less is left.' })
  low!: boolean;

  @Field(() => Int, {
    nullable: true,
    description:
      'Units of which it is not known whether they were charged. They are not taken off `left`; null if the vendor counts.',
  })
  inDoubt!: number | null;
}

@ObjectType({
  description: 'How calls that ended lately went, of all tenants and replicas; 5 seconds old at most.',
  simpleResolvers: true,
})
export class RecentCalls {
  @Field(() => Int, { description: 'How many ended, those that were canceled left out; the newest 1,000 at most.' })
  calls!: number;

  @Field(() => Int, {
    description:
      'How many of them failed: an error, no answer in time, an answer that was lost. One that failed for the photo or the text does not count.',
  })
  failedCalls!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Half of those with a result took no longer, from sending the request until the result was kept here; null if none had one.',
  })
  medianSeconds!: number | null;

  @Field(() => Float, { nullable: true, description: 'The same of 95 in 100.' })
  p95Seconds!: number | null;
}

@ObjectType({
  description: 'Somebody who can serve tasks: a vendor, our own engine, or our sandbox in the place of a vendor.',
  simpleResolvers: true,
})
export class VendorStatus {
  @Field(() => ID, { description: 'The name of the vendor: one entry each.' })
  id!: string;

  @Field(() => VendorEnum, { description: 'Who it is.' })
  vendor!: keyof typeof VendorEnum;

  @Field({ description: 'True if the operator has set its keys, or it needs none.' })
  configured!: boolean;

  @Field({ description: 'True if our sandbox plays it: nothing is charged, and nothing is real.' })
  sandbox!: boolean;

  @Field(() => [OperationEnum], {
    description: 'What it can do here; empty if it is neither configured nor played by the sandbox.',
  })
  operations!: (keyof typeof OperationEnum)[];

  @Field(() => VendorStateEnum, {
    nullable: true,
    description: 'Whether it is called at the moment, by any replica of this server; null if it cannot be.',
  })
  state!: keyof typeof VendorStateEnum | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When it began to fail, or was well again; null if it never failed.',
  })
  since!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When a call tries it again; null unless `state` is OPEN.',
  })
  retryAt!: Date | null;

  @Field(() => ErrorCodeEnum, {
    nullable: true,
    description: 'The error for which it is not called; null if `state` is CLOSED.',
  })
  reason!: keyof typeof ErrorCodeEnum | null;

  @Field(() => VendorQuota, { nullable: true, description: 'What is left of its package; null where nobody can say.' })
  quota?: VendorQuota | null;

  @Field(() => RecentCalls, {
    nullable: true,
    description: 'How its calls of the last hour went; null if it is neither configured nor played by the sandbox.',
  })
  lastHour?: RecentCalls | null;

  key!: SourceKey | null;
}

@ObjectType({ description: 'What a request would come to. Nothing was sent.', simpleResolvers: true })
export class Quote {
  @Field(() => VendorEnum, { description: 'Who would serve it.' })
  vendor!: keyof typeof VendorEnum;

  @Field({ description: 'True if our sandbox would.' })
  sandbox!: boolean;

  @Field(() => Int, { description: "Units of the vendor's package that it would use up; 0 if it is free." })
  units!: number;

  @Field(() => [String], {
    description: 'Fields of the input of the mutation that would have no effect, as paths: `input.topMargin`.',
  })
  ignoredOptions!: string[];

  @Field(() => [RuleOverride], {
    description: 'Backgrounds of the request that the rule of that very document does not list.',
  })
  ruleOverrides!: RuleOverride[];

  @Field(() => String, {
    nullable: true,
    description: 'The most that it may cost, in yuan; null if the operator did not say what a unit costs.',
  })
  cost!: string | null;

  @Field({ description: 'True if every budget that is for it has enough left; see `refusedBy`.' })
  affordable!: boolean;

  @Field(() => Budget, {
    nullable: true,
    description: 'The budget for which the request would be BUDGET_EXHAUSTED or UNIT_PRICE_MISSING; null if none.',
  })
  refusedBy!: Budget | null;

  @Field(() => [VendorEnum], {
    description: 'Who would take over if the first cannot, as long as nobody charged anything.',
  })
  failover!: (keyof typeof VendorEnum)[];
}
