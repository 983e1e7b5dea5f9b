import { Field, ID, InputType } from 'type-graphql';
import { ConsentInput } from './consent.input.js';
import { CustomSizeInput } from './id-photo.input.js';
import { PhotoInput } from './photo.input.js';
import { CheckStageEnum } from './photo-check.type.js';
import { TaskOptionsInput } from './task-options.input.js';

@InputType({ description: 'A photo to check, and what for. Exactly one of `specId` and `customSize`.' })
export class CheckPhotoInput extends TaskOptionsInput {
  @Field(() => PhotoInput, {
    description:
      'The photo, as it is to be judged: an upload is judged by the bytes that were sent. The picture of an IdPhoto can be named by its assetId.',
  })
  photo!: PhotoInput;

  @Field(() => ID, {
    nullable: true,
    description: 'A spec of `specs`: its rules, else what it is sold with, are asked.',
  })
  specId?: string | null;

  @Field(() => CustomSizeInput, {
    nullable: true,
    description: 'A size of your own, mm at 300 dpi; no rule is asked then.',
  })
  customSize?: CustomSizeInput | null;

  @Field(() => CheckStageEnum, {
    nullable: true,
    description: 'What the photo is for. Default: FINISHED, to be handed in as it is.',
  })
  stage?: keyof typeof CheckStageEnum | null;

  @Field(() => ConsentInput, {
    nullable: true,
    description:
      'That the person agreed. A photo that this server made is covered by the consent of its task; of another one see createIdPhoto.',
  })
  consent?: ConsentInput | null;
}
