import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Asset } from './asset.type.js';
import { AuditEntry } from './audit.type.js';
import { PhotoLink } from './browser-token.type.js';
import { Consent } from './consent.type.js';
import { BilledEnum, OperationEnum, VendorEnum } from './enums.js';
import { LedgerKindEnum } from './personal-enums.js';
import { Task } from './task.type.js';

@ObjectType({ description: 'An entry of the ledger: what a vendor call may have cost.', simpleResolvers: true })
export class LedgerEntry {
  @Field(() => ID, { description: 'The task; it may be erased by now.' })
  taskId!: string;

  @Field(() => Int, { description: 'The number of its attempt.' })
  attempt!: number;

  @Field(() => Date, { description: 'When it was written.' })
  at!: Date;

  @Field(() => OperationEnum, { description: 'What was asked for.' })
  operation!: keyof typeof OperationEnum;

  @Field(() => VendorEnum, { description: 'Who was called.' })
  vendor!: keyof typeof VendorEnum;

  @Field({ description: 'True if our sandbox played the vendor.' })
  sandbox!: boolean;

  @Field(() => LedgerKindEnum, { description: 'What it tells.' })
  kind!: keyof typeof LedgerKindEnum;

  @Field(() => BilledEnum, { description: 'Whether it was charged, as known then.' })
  billed!: keyof typeof BilledEnum;

  @Field(() => Int, { description: "Units of the vendor's package." })
  units!: number;
}

@ObjectType({
  description:
    'What is kept of one person. Not in it, since nobody can read it any more or yet: names and ID numbers, which are sealed and erased at the end of a task. What vendors hold is told by a receipt of an erasure.',
  simpleResolvers: true,
})
export class PersonExport {
  @Field(() => [Task], { description: 'Tasks of this reference, and those made of their results; oldest first.' })
  tasks!: Task[];

  @Field(() => [Consent], { description: 'What the person agreed to.' })
  consents!: Consent[];

  @Field(() => [PhotoLink], { description: 'Photo links of this reference; oldest first.' })
  photoLinks!: PhotoLink[];

  @Field(() => [Asset], { description: 'Photos and results that are still there, with links.' })
  assets!: Asset[];

  @Field(() => [LedgerEntry], { description: 'What vendor calls may have cost.' })
  ledger!: LedgerEntry[];

  @Field(() => [AuditEntry], { description: 'Who did what with it, this export included; oldest first.' })
  audit!: AuditEntry[];

  @Field({ description: 'False where there is more than one request gives: 500 tasks, 500 links, 5,000 entries.' })
  complete!: boolean;
}
