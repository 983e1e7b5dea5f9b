import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import {
  DeliveryFailureEnum,
  DeliveryStateEnum,
  DisabledReasonEnum,
  WebhookEventEnum,
  WebhookStateEnum,
} from './enums.js';
import { PageInfo } from './node.type.js';
import { URLScalar } from './scalars.js';

@ObjectType({
  description:
    'A URL that is told what became of tasks, by a POST that is signed as Standard Webhooks (standardwebhooks.com) has it. At least once, in no order: know a message by its `webhook-id`, and the newer of two about a task by its `sequence`.',
  simpleResolvers: true,
})
export class Webhook {
  @Field(() => ID, { description: 'Of the webhook.' })
  id!: string;

  @Field(() => URLScalar, { description: 'Where the messages go.' })
  url!: string;

  @Field(() => [WebhookEventEnum], { description: 'What it is told of.' })
  events!: (keyof typeof WebhookEventEnum)[];

  @Field({ description: 'True: it hears of all tasks. False: of those that name it in their `webhookId`.' })
  followsAll!: boolean;

  @Field(() => ID, {
    nullable: true,
    description: 'The API key of whose tasks it hears alone; null: of all tasks of the tenant. It ends with the key.',
  })
  apiKeyId!: string | null;

  @Field(() => WebhookStateEnum, { description: 'Whether messages are sent to it.' })
  state!: keyof typeof WebhookStateEnum;

  @Field(() => DisabledReasonEnum, { nullable: true, description: 'Why it is disabled; null while it is active.' })
  disabledReason!: keyof typeof DisabledReasonEnum | null;

  @Field(() => Date, { nullable: true, description: 'Since when it is disabled.' })
  disabledAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Since when it has taken no message; null if it took the last one.',
  })
  failingSince!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Until when the secret before the present one signs too; null if it does not.',
  })
  oldSecretUntil!: Date | null;

  @Field(() => Date, { description: 'When it was made.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A webhook with its secret, which is shown only here.', simpleResolvers: true })
export class WebhookWithSecret {
  @Field(() => Webhook, { description: 'The webhook.' })
  webhook!: Webhook;

  @Field({
    description:
      'The key of the signatures, `whsec_` and base64: give it to the library that checks them. Keep it secret.',
  })
  secret!: string;
}

@ObjectType({ description: 'One message to one webhook.', simpleResolvers: true })
export class WebhookDelivery {
  @Field(() => ID, { description: 'The `webhook-id` of the message: the same in each try.' })
  id!: string;

  @Field(() => ID, { description: 'The webhook.' })
  webhookId!: string;

  @Field(() => ID, { nullable: true, description: 'The task that it is about; null for a test.' })
  taskId!: string | null;

  @Field({ description: 'The `type` of the message: `task.succeeded`, `webhook.test`.' })
  type!: string;

  @Field({ description: 'The body, as it is signed.' })
  payload!: string;

  @Field(() => DeliveryStateEnum, { description: 'What became of it.' })
  state!: keyof typeof DeliveryStateEnum;

  @Field(() => Int, { description: 'Tries so far.' })
  attempts!: number;

  @Field(() => Date, { nullable: true, description: 'When it was last tried.' })
  lastAttemptAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'The HTTP status of the last answer; null if there was none.' })
  lastStatus!: number | null;

  @Field(() => DeliveryFailureEnum, { nullable: true, description: 'Why the last try failed; null if it did not.' })
  lastFailure!: keyof typeof DeliveryFailureEnum | null;

  @Field(() => Date, { nullable: true, description: 'When it is tried next; null once nothing more is done.' })
  nextAttemptAt!: Date | null;

  @Field(() => Date, { description: 'When it was written, with the state of the task.' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was taken or given up; it is deleted 30 days later.' })
  endedAt!: Date | null;
}

@ObjectType({ description: 'A delivery in a page.', simpleResolvers: true })
export class WebhookDeliveryEdge {
  @Field({ description: 'Where this edge stands; give it as `after`.' })
  cursor!: string;

  @Field(() => WebhookDelivery, { description: 'The delivery.' })
  node!: WebhookDelivery;
}

@ObjectType({ description: 'A page of deliveries, newest first.', simpleResolvers: true })
export class WebhookDeliveryConnection {
  @Field(() => [WebhookDeliveryEdge], { description: 'The deliveries with their cursors.' })
  edges!: WebhookDeliveryEdge[];

  @Field(() => [WebhookDelivery], { description: 'The deliveries alone.' })
  nodes!: WebhookDelivery[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo!: PageInfo;
}

@InputType({ description: 'A new webhook.' })
export class CreateWebhookInput {
  @Field({
    description:
      'An https URL on the usual port of a public host, up to 2,048 characters; its server answers each message with 2xx within 20 s. Redirects are not followed.',
  })
  url!: string;

  @Field(() => [WebhookEventEnum], { nullable: true, description: 'What it is told of; default: all.' })
  events?: (keyof typeof WebhookEventEnum)[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Default true: it hears of all tasks. False: only of those that name it in their `webhookId`.',
  })
  followsAll?: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'It hears of tasks made with this API key, or by its links, alone, and is disabled with it; of the whole tenant if not given.',
  })
  apiKeyId?: string | null;
}

@InputType({ description: 'Which deliveries to list; every field that is given has to match.' })
export class WebhookDeliveryFilterInput {
  @Field(() => ID, { nullable: true, description: 'To this webhook.' })
  webhookId?: string | null;

  @Field(() => ID, { nullable: true, description: 'About this task.' })
  taskId?: string | null;

  @Field(() => [DeliveryStateEnum], { nullable: true, description: 'Any of these states; DEAD: the dead letters.' })
  states?: (keyof typeof DeliveryStateEnum)[] | null;
}
