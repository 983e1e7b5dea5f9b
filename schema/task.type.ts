import { Field, Float, ID, Int, InterfaceType, ObjectType } from 'type-graphql';
import { Consent } from './consent.type.js';
import {
  AttemptOutcomeEnum,
  BilledEnum,
  ErrorCodeEnum,
  OperationEnum,
  PictureRoleEnum,
  ProgressSourceEnum,
  TaskStageEnum,
  TaskStateEnum,
  TaskWarningEnum,
  VendorEnum,
  WaitingOnEnum,
} from './enums.js';
import { Node } from './node.type.js';

@ObjectType({ description: 'How far a task is.', simpleResolvers: true })
export class TaskProgress {
  @Field(() => Float, { nullable: true, description: '0 to 100; null where nothing is known.' })
  percent!: number | null;

  @Field(() => ProgressSourceEnum, { description: 'How much the percentage can be trusted.' })
  source!: keyof typeof ProgressSourceEnum;
}

@ObjectType({ description: 'Why a task failed, or what is not known about it.', simpleResolvers: true })
export class TaskFailure {
  @Field(() => ErrorCodeEnum, { description: 'The stable code.' })
  code!: keyof typeof ErrorCodeEnum;

  @Field({ description: 'For developers, in English.' })
  message!: string;

  @Field({
    description:
      'For the person in front of the screen, in Chinese or English: by the header `Accept-Language` (`zh-CN`, `en`), or on a WebSocket by `language` in the payload of `connection_init` (`connectionParams`), which goes before the header and holds for all operations of the socket. English where nothing is chosen.',
  })
  userMessage!: string;

  @Field(() => String, { nullable: true, description: "The vendor's own code, for its support." })
  vendorCode!: string | null;

  @Field({
    description: 'True if the same request may well succeed later, and the failed one was certainly not charged.',
  })
  retryable!: boolean;

  @Field({ description: 'True if the person can mend it, e.g. with another photo.' })
  userFixable!: boolean;
}

@ObjectType({ description: 'A picture of a task, or all of one call of it, that was given up.', simpleResolvers: true })
export class MissingPart {
  @Field(() => Int, {
    description: 'Which of the things that were asked for, from 0: of `backgrounds`, of `photoIds`; of a painting 0.',
  })
  index!: number;

  @Field(() => PictureRoleEnum, { nullable: true, description: 'Which picture of it; null: all of it.' })
  role!: keyof typeof PictureRoleEnum | null;

  @Field(() => TaskFailure, { description: 'Why.' })
  failure!: TaskFailure;
}

@ObjectType({
  description:
    'How much of a task there is: photos, images, an outcome. What has come can be used while the rest is awaited.',
  simpleResolvers: true,
})
export class TaskParts {
  @Field(() => Int, { description: 'How many were asked for.' })
  wanted!: number;

  @Field(() => Int, { description: 'How many are there.' })
  delivered!: number;

  @Field(() => Int, { description: 'How many will not come; the rest is awaited.' })
  failed!: number;

  @Field(() => [MissingPart], {
    description:
      'Which, and why; print sheets that are missing too. Where the whole task failed, see `failure`; what a vendor left out without a word is counted in `failed` only.',
  })
  missing!: MissingPart[];
}

@ObjectType({ description: 'One call to a vendor on behalf of a task.', simpleResolvers: true })
export class Attempt {
  @Field(() => Int, { description: 'Counted from 1.' })
  number!: number;

  @Field(() => VendorEnum, { description: 'Who was called.' })
  vendor!: keyof typeof VendorEnum;

  @Field({ description: 'True if our sandbox played the vendor.' })
  sandbox!: boolean;

  @Field(() => String, { nullable: true, description: "The vendor's own id of work that goes on or went on there." })
  vendorTaskId!: string | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When the vendor deletes what it answered with, as far as it says; our own copy is not touched by it.',
  })
  vendorExpiresAt!: Date | null;

  @Field(() => Int, { description: "Units of the vendor's package that it uses up, if it is charged." })
  units!: number;

  @Field(() => String, {
    nullable: true,
    description: 'What it costs in yuan, if it is charged; null where no price was configured when its task was made.',
  })
  cost!: string | null;

  @Field(() => Date, { description: 'When the call was about to be made.' })
  startedAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description:
      'When the request went out to the vendor. Null: it did not, or the server ended at that moment, or the call costs nothing.',
  })
  sentAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Units that were left of the package before the call, as the vendor itself counts them. Null where it does not count.',
  })
  unitsLeftBefore!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Units that the vendor counted after the answer was lost. Evidence for `resolveTask` and `resolveAttempt`, and no proof: other calls of the account count as well.',
  })
  unitsLeftAfter!: number | null;

  @Field(() => Date, { nullable: true, description: 'When its outcome was kept; null while it runs.' })
  endedAt!: Date | null;

  @Field(() => AttemptOutcomeEnum, { nullable: true, description: 'How it ended; null while it runs.' })
  outcome!: keyof typeof AttemptOutcomeEnum | null;

  @Field(() => BilledEnum, { description: 'Whether it was charged. UNKNOWN of an ended call: see `resolveAttempt`.' })
  billed!: keyof typeof BilledEnum;

  @Field(() => String, {
    nullable: true,
    description: 'What a public source says of such a charge, with the source, where it is or was UNKNOWN. No proof.',
  })
  evidence!: string | null;

  @Field(() => ErrorCodeEnum, { nullable: true, description: 'Our error code of a call that failed.' })
  code!: keyof typeof ErrorCodeEnum | null;

  @Field(() => String, { nullable: true, description: "The vendor's own code of a call that failed." })
  vendorCode!: string | null;
}

@InterfaceType({
  implements: Node,
  description:
    'A photo job. It is kept before the mutation answers, and its state reaches subscribers by `taskUpdated`.',
})
export abstract class Task extends Node {
  @Field(() => OperationEnum, { description: 'What it does.' })
  operation!: keyof typeof OperationEnum;

  @Field(() => TaskStateEnum, { description: 'Where it stands.' })
  state!: keyof typeof TaskStateEnum;

  @Field(() => WaitingOnEnum, { description: 'Whose turn it is.' })
  waitingOn!: keyof typeof WaitingOnEnum;

  @Field(() => TaskStageEnum, { description: 'What is being done right now.' })
  stage!: keyof typeof TaskStageEnum;

  @Field(() => TaskProgress, { description: 'How far it is.' })
  progress!: TaskProgress;

  @Field(() => Int, { description: 'Rises by one with every change of this task: the greater one is the newer state.' })
  sequence!: number;

  @Field(() => VendorEnum, { description: 'Who serves it.' })
  vendor!: keyof typeof VendorEnum;

  @Field({ description: 'True if our sandbox plays the vendor: nothing is charged, and nothing is real.' })
  sandbox!: boolean;

  @Field(() => [String], { description: 'Fields of the input that whoever serves it cannot honour, as paths.' })
  ignoredOptions!: string[];

  @Field(() => [TaskWarningEnum], { description: 'What about the results is not as it was asked for.' })
  warnings!: (keyof typeof TaskWarningEnum)[];

  @Field(() => TaskParts, { description: 'How much of what was asked for is there.' })
  parts!: TaskParts;

  @Field(() => TaskFailure, { nullable: true, description: 'Why it failed; null unless it did, or waits for review.' })
  failure!: TaskFailure | null;

  @Field(() => [Attempt], { description: 'Every call that was made for it, in order.' })
  attempts?: Attempt[];

  @Field(() => Consent, { nullable: true, description: 'The consent that it was made under; null without one.' })
  consent?: Consent | null;

  @Field(() => String, { nullable: true, description: "The caller's own reference, such as an order number." })
  reference!: string | null;

  @Field(() => [String], { description: "The caller's labels, such as a school or a department." })
  labels!: string[];

  @Field(() => ID, { nullable: true, description: 'The webhook that it names, beside those that hear of all tasks.' })
  webhookId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The API key that made it, or by whose link it was made; null: it was made without a key.',
  })
  apiKeyId!: string | null;

  @Field(() => Task, {
    nullable: true,
    description: 'The task of which this one is another try; null if it is none, or that one is gone.',
  })
  retryOf?: Task | null;

  retryOfId!: string | null;

  @Field(() => Date, { description: 'When it was accepted.' })
  createdAt!: Date;

  @Field(() => Date, { description: 'When it last changed.' })
  updatedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When work began; null before.' })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended; null before.' })
  endedAt!: Date | null;
}
