import { Field, ID, Int, ObjectType } from 'type-graphql';
import { OperationEnum, VendorEnum } from './enums.js';

@ObjectType({
  description: "Units used of vendors' packages, as the ledger has them: it is append-only and outlives the tasks.",
  simpleResolvers: true,
})
export class Usage {
  @Field(() => VendorEnum, { nullable: true, description: 'Whose units; null unless grouped by VENDOR.' })
  vendor!: keyof typeof VendorEnum | null;

  @Field({ description: 'True if our sandbox played the vendor: nothing was charged. False unless grouped by VENDOR.' })
  sandbox!: boolean;

  @Field(() => OperationEnum, { nullable: true, description: 'For what; null unless grouped by OPERATION.' })
  operation!: keyof typeof OperationEnum | null;

  @Field(() => String, {
    nullable: true,
    description: 'A label of the tasks; null unless grouped by LABEL, and for tasks without labels.',
  })
  label!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The id of an API key; null unless grouped by KEY, and for tasks that were made without one.',
  })
  apiKeyId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The day in China (Asia/Shanghai), `2026-11-21`; null unless grouped by DAY.',
  })
  day!: string | null;

  @Field(() => Int, { description: 'Units that were certainly charged.' })
  units!: number;

  @Field(() => Int, { description: 'Units of which nobody knows whether they were charged.' })
  unitsInDoubt!: number;

  @Field({ description: 'What the charged units cost, in yuan: by the price of the day on which each call was begun.' })
  cost!: string;

  @Field({ description: 'The same of the units in doubt.' })
  costInDoubt!: string;

  @Field(() => Int, {
    description:
      'Units, charged or in doubt, that had no price (`<VENDOR>_UNIT_PRICE`) and are missing in the sums of money.',
  })
  unitsWithoutPrice!: number;

  @Field(() => Int, { description: 'Calls that could have been charged.' })
  calls!: number;
}
