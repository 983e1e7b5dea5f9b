import { Field, InputType } from 'type-graphql';
import { ConsentGiverEnum, GuardianEnum } from './personal-enums.js';

@InputType({
  description:
    "That a person agreed to what is done with the face, as China's rules on facial data ask. Kept beside the task, and as a proof after it. No names, no numbers: your own records know who it is.",
})
export class ConsentInput {
  @Field({ description: 'What it was given for: 1 to 200 characters.' })
  purpose!: string;

  @Field({ description: 'Which version of your notice the person has seen, such as `2026-03`: 1 to 200 characters.' })
  noticeVersion!: string;

  @Field(() => ConsentGiverEnum, {
    nullable: true,
    description: 'Who agreed; default PERSON. Of a person under 14 a guardian has to.',
  })
  givenBy?: keyof typeof ConsentGiverEnum | null;

  @Field(() => GuardianEnum, { nullable: true, description: 'Who the guardian is; exactly with givenBy GUARDIAN.' })
  guardian?: keyof typeof GuardianEnum | null;

  @Field({
    description:
      "Your own proof of this one person's consent, such as the id of a signed form: 1 to 200 characters. `withdrawConsent` takes it.",
  })
  reference!: string;

  @Field(() => Date, { nullable: true, description: 'When it was given; default now.' })
  givenAt?: Date | null;
}
