import { Field, ID, InputType } from 'type-graphql';
import { AuditActEnum } from './personal-enums.js';

@InputType({ description: 'Which entries of the audit trail; all conditions have to hold.' })
export class AuditFilterInput {
  @Field(() => [AuditActEnum], { nullable: true, description: 'What was done.' })
  acts?: (keyof typeof AuditActEnum)[] | null;

  @Field(() => ID, { nullable: true, description: 'About this task.' })
  taskId?: string | null;

  @Field(() => String, { nullable: true, description: 'About this reference of yours.' })
  reference?: string | null;

  @Field(() => String, { nullable: true, description: 'By this key or user: the `id` that `viewer` tells them.' })
  actorId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'By the holder of JWTs with this `sub`, which stands in the trail as an HMAC. In place of `actorId`.',
  })
  actorSubject?: string | null;

  @Field(() => Date, { nullable: true, description: 'From this time on.' })
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Until before this time.' })
  to?: Date | null;
}
