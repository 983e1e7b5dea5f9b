import { Field, ID, Int, ObjectType } from 'type-graphql';
import { VendorEnum } from './enums.js';
import { ErasureCauseEnum, HeldThingEnum, NotErasedCodeEnum, RetentionBasisEnum } from './personal-enums.js';

@ObjectType({ description: 'Something that an erasure left, and why.', simpleResolvers: true })
export class NotErased {
  @Field(() => ID, { nullable: true, description: 'The task, where it is one.' })
  taskId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The asset, where it is one.' })
  assetId!: string | null;

  @Field(() => NotErasedCodeEnum, { description: 'Why.' })
  code!: keyof typeof NotErasedCodeEnum;
}

@ObjectType({ description: 'A thing that a vendor got or made.', simpleResolvers: true })
export class HeldByVendor {
  @Field(() => HeldThingEnum, { description: 'What it is.' })
  what!: keyof typeof HeldThingEnum;

  @Field(() => Date, { nullable: true, description: 'Until when the vendor keeps it; null where nobody says.' })
  until!: Date | null;

  @Field(() => RetentionBasisEnum, { description: 'Who says so.' })
  basis!: keyof typeof RetentionBasisEnum;
}

@ObjectType({
  description: 'What one vendor holds of what was erased here. Nothing of it can be taken back by this server.',
  simpleResolvers: true,
})
export class VendorHolding {
  @Field(() => VendorEnum, { description: 'The vendor.' })
  vendor!: keyof typeof VendorEnum;

  @Field({ description: 'True if our sandbox played it: nothing went out.' })
  sandbox!: boolean;

  @Field(() => Int, { description: 'Calls that went out, or may have.' })
  calls!: number;

  @Field(() => Date, { description: 'When the last one was.' })
  lastCallAt!: Date;

  @Field(() => [HeldByVendor], { description: 'What it holds.' })
  holds!: HeldByVendor[];
}

@ObjectType({
  description: 'What was erased, when, and what is left where. Signed: keep `jws` as your proof. No personal data.',
  simpleResolvers: true,
})
export class ErasureReceipt {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => Date, { description: 'When the erasure was done.' })
  issuedAt!: Date;

  @Field(() => ErasureCauseEnum, { description: 'What asked for it.' })
  cause!: keyof typeof ErasureCauseEnum;

  @Field(() => [ID], { description: 'Tasks that are gone.' })
  taskIds!: string[];

  @Field(() => [ID], { description: 'Photos and results whose files are gone.' })
  assetIds!: string[];

  @Field(() => [ID], { description: 'Those of the tasks that had not ended, and were canceled for it.' })
  canceledTaskIds!: string[];

  @Field(() => [NotErased], { description: 'What is still here, and why.' })
  notErased!: NotErased[];

  @Field(() => [VendorHolding], { description: 'What vendors were given, and how long they keep it.' })
  vendors!: VendorHolding[];

  @Field({ description: 'True if nothing is left here. False with empty `notErased`: there is more; ask again.' })
  complete!: boolean;

  @Field({
    description:
      'All of it as a compact JWS (RFC 7515, EdDSA): any JOSE library checks it with `receiptKey`, and `npm run receipt` or `verifyReceipt` do.',
  })
  jws!: string;
}

@ObjectType({ description: 'What `deleteTask` answers with.', simpleResolvers: true })
export class DeletedTask {
  @Field(() => ID, { description: 'The id that the task had.' })
  id!: string;

  @Field(() => ErasureReceipt, { description: 'The proof.' })
  receipt!: ErasureReceipt;
}

@ObjectType({ description: 'Whether a receipt is one of this server.', simpleResolvers: true })
export class ReceiptCheck {
  @Field({ description: 'True if this server has signed exactly this.' })
  valid!: boolean;

  @Field(() => String, { nullable: true, description: 'What it says, as JSON; null unless it is valid.' })
  content!: string | null;
}
