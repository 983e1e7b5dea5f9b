import { Field, InputType } from 'type-graphql';
import { OperationEnum, TaskStateEnum, VendorEnum } from './enums.js';

@InputType({
  description: 'Which tasks to list; every field that is given has to match. An empty list filters nothing.',
})
export class TaskFilterInput {
  @Field(() => [TaskStateEnum], { nullable: true, description: 'Any of these states.' })
  states?: (keyof typeof TaskStateEnum)[] | null;

  @Field(() => [OperationEnum], { nullable: true, description: 'Any of these operations.' })
  operations?: (keyof typeof OperationEnum)[] | null;

  @Field(() => [VendorEnum], { nullable: true, description: 'Served by any of these.' })
  vendors?: (keyof typeof VendorEnum)[] | null;

  @Field(() => Date, { nullable: true, description: 'Accepted from this time on.' })
  createdFrom?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Accepted before this time.' })
  createdTo?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only tasks with a call of which nobody knows whether it was charged; see `resolveAttempt`. Not for `tasksUpdated`.',
  })
  chargeInDoubt?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Exactly this reference.' })
  reference?: string | null;

  @Field(() => [String], { nullable: true, description: 'All of these labels.' })
  labels?: string[] | null;
}
