import { Extensions, Field, InputType } from 'type-graphql';
import { ConsentInput } from './consent.input.js';
import { VendorChoiceEnum } from './enums.js';
import { PhotoInput } from './photo.input.js';
import { TaskOptionsInput } from './task-options.input.js';

@InputType({ description: 'A background that runs from one colour to another.' })
export class GradientInput {
  @Field({ description: 'At the top: `#RRGGBB` or the id of a plain colour.' })
  from!: string;

  @Field({ description: 'At the bottom: `#RRGGBB` or the id of a plain colour.' })
  to!: string;
}

@Extensions({ oneOf: true })
@InputType({ description: 'What to put behind the person: exactly one of `color` and `gradient`.' })
export class BackgroundInput {
  @Field(() => String, {
    nullable: true,
    description: 'The id of a colour of `colors`, `#RRGGBB`, or `transparent` for a PNG with an alpha channel.',
  })
  color?: string | null;

  @Field(() => GradientInput, { nullable: true, description: 'A gradient of your own.' })
  gradient?: GradientInput | null;
}

@InputType({ description: 'How the background of a photo is to change.' })
export class BackgroundOptionsInput extends TaskOptionsInput {
  @Field(() => BackgroundInput, { description: 'What to put behind the person.' })
  background!: BackgroundInput;

  @Field(() => VendorChoiceEnum, { nullable: true, description: 'Who changes it; default AUTO.' })
  vendor?: keyof typeof VendorChoiceEnum | null;
}

@InputType({ description: 'A photo whose background is to change.' })
export class ChangeBackgroundInput extends BackgroundOptionsInput {
  @Field(() => PhotoInput, { description: 'A photo with one person.' })
  photo!: PhotoInput;

  @Field(() => ConsentInput, {
    nullable: true,
    description: 'That the person agreed. Required where the operator says so (DARKROOM_REQUIRE_CONSENT).',
  })
  consent?: ConsentInput | null;
}
