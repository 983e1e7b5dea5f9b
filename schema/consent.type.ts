import { Field, ID, ObjectType } from 'type-graphql';
import { ConsentGiverEnum, GuardianEnum } from './personal-enums.js';

@ObjectType({ description: 'The consent that a task was made under.', simpleResolvers: true })
export class Consent {
  @Field(() => ID, { description: 'As the audit trail has it.' })
  id!: string;

  @Field(() => ID, { description: 'The task that it was given for.' })
  taskId!: string;

  @Field({ description: 'What it was given for.' })
  purpose!: string;

  @Field({ description: 'Which version of the notice the person has seen.' })
  noticeVersion!: string;

  @Field(() => ConsentGiverEnum, { description: 'Who agreed.' })
  givenBy!: keyof typeof ConsentGiverEnum;

  @Field(() => GuardianEnum, { nullable: true, description: 'Who the guardian is; null where the person agreed.' })
  guardian!: keyof typeof GuardianEnum | null;

  @Field(() => String, { nullable: true, description: "The caller's own proof; null once the task is erased." })
  reference!: string | null;

  @Field(() => Date, { description: 'When it was given.' })
  givenAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was withdrawn; null unless it was.' })
  withdrawnAt!: Date | null;
}
