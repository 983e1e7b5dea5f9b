import { Field, ID, InputType } from 'type-graphql';

/** What every mutation that makes a task takes; GraphQL inputs cannot share fields, so the classes do. */
@InputType({ description: 'Not part of the schema by itself.' })
export abstract class TaskOptionsInput {
  @Field(() => String, {
    nullable: true,
    description:
      'The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters.',
  })
  idempotencyKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please.',
  })
  reference?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Up to 10 labels of up to 64 characters; tasks can be found by them.',
  })
  labels?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once.',
  })
  webhookId?: string | null;
}
