import { Field, InputType } from 'type-graphql';
import { ConsentInput } from './consent.input.js';
import { RestorationStepsEnum, VendorChoiceEnum } from './enums.js';
import { PhotoInput } from './photo.input.js';
import { TaskOptionsInput } from './task-options.input.js';

@InputType({ description: 'How an old photo is to be restored.' })
export class RestorationOptionsInput extends TaskOptionsInput {
  @Field(() => RestorationStepsEnum, { description: 'How far it is restored.' })
  steps!: keyof typeof RestorationStepsEnum;

  @Field(() => VendorChoiceEnum, { nullable: true, description: 'Who restores it; default AUTO.' })
  vendor?: keyof typeof VendorChoiceEnum | null;
}

@InputType({ description: 'An old photo to restore.' })
export class RestorePhotoInput extends RestorationOptionsInput {
  @Field(() => PhotoInput, { description: 'The old photo.' })
  photo!: PhotoInput;

  @Field(() => ConsentInput, {
    nullable: true,
    description: 'That the person agreed. Required where the operator says so (DARKROOM_REQUIRE_CONSENT).',
  })
  consent?: ConsentInput | null;
}
