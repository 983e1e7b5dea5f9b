import { Field, ObjectType } from 'type-graphql';
import { FaceOutcomeEnum } from './enums.js';
import { Task } from './task.type.js';

@ObjectType({
  implements: Task,
  description: 'Compares a face with the photo of the national register. Name and number are not part of any answer.',
  simpleResolvers: true,
})
export class FaceVerificationTask extends Task {
  @Field(() => FaceOutcomeEnum, {
    nullable: true,
    description:
      'What was found; null until the task succeeds. One photo is no proof that a living person stands there.',
  })
  outcome!: keyof typeof FaceOutcomeEnum | null;
}
