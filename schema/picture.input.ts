import { Field, ID, InputType, Int } from 'type-graphql';
import { RestorationStepsEnum, VendorChoiceEnum } from './enums.js';
import { BackgroundInput } from './id-photo.input.js';
import { PhotoInput } from './photo.input.js';
import { TaskOptionsInput } from './task-options.input.js';

@InputType({ description: 'Photos to buy.' })
export class ReleasePhotosInput extends TaskOptionsInput {
  @Field(() => [ID], { description: 'Ids of photos with previews, 1 to 6, of one vendor. Each is bought once.' })
  photoIds!: string[];

  @Field(() => Boolean, {
    nullable: true,
    description: 'True to buy again what an earlier release may have been charged for without giving the photo.',
  })
  acceptPossibleCharge?: boolean | null;
}

@InputType({ description: 'A print sheet to make: exactly one of `photoId` and `assetId`.' })
export class CreatePrintSheetInput extends TaskOptionsInput {
  @Field(() => ID, { nullable: true, description: 'A photo of an IdPhotoTask whose clean picture is there.' })
  photoId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Any finished ID photo that is an asset.' })
  assetId?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many photos; 8 or 10 for one inch. Default: as many as fit.' })
  count?: number | null;
}

@InputType({ description: 'An old photo to restore.' })
export class RestorePhotoInput extends TaskOptionsInput {
  @Field(() => PhotoInput, { description: 'The old photo.' })
  photo!: PhotoInput;

  @Field(() => RestorationStepsEnum, { description: 'How far it is restored.' })
  steps!: keyof typeof RestorationStepsEnum;

  @Field(() => VendorChoiceEnum, { nullable: true, description: 'Who restores it; default AUTO.' })
  vendor?: keyof typeof VendorChoiceEnum | null;
}

@InputType({ description: 'A photo whose background is to change.' })
export class ChangeBackgroundInput extends TaskOptionsInput {
  @Field(() => PhotoInput, { description: 'A photo with one person.' })
  photo!: PhotoInput;

  @Field(() => BackgroundInput, { description: 'What to put behind the person.' })
  background!: BackgroundInput;

  @Field(() => VendorChoiceEnum, { nullable: true, description: 'Who changes it; default AUTO.' })
  vendor?: keyof typeof VendorChoiceEnum | null;
}

@InputType({ description: 'What a painting has to be like.' })
export class PaintingOptionsInput extends TaskOptionsInput {
  @Field({ description: 'What to paint: 1 to 100 characters.' })
  text!: string;

  @Field({ description: 'One of `paintingStyles`.' })
  style!: string;

  @Field({ defaultValue: '1024*1024', description: '`1024*1024`, `1024*1536` or `1536*1024`.' })
  resolution!: string;

  @Field(() => Int, { nullable: true, description: '1 to 6 images, each charged; default 1.' })
  count?: number | null;

  @Field(() => VendorChoiceEnum, { nullable: true, description: 'Who paints; default AUTO.' })
  vendor?: keyof typeof VendorChoiceEnum | null;
}

@InputType({ description: "That the person agreed, as China's rules on facial data ask: kept with the task." })
export class ConsentInput {
  @Field({ description: 'Where the consent can be found, such as the id of a signed form: 1 to 200 characters.' })
  reference!: string;

  @Field({ description: 'What it was given for: 1 to 200 characters.' })
  purpose!: string;
}

@InputType({ description: 'A face to compare with the national register.' })
export class VerifyFaceInput extends TaskOptionsInput {
  @Field({ description: 'The Chinese name, as on the ID card. Sealed at once, erased at the end of the task.' })
  name!: string;

  @Field({ description: 'The 18-digit ID number (GB 11643). Sealed at once, erased at the end of the task.' })
  idNumber!: string;

  @Field(() => PhotoInput, { description: 'The face.' })
  photo!: PhotoInput;

  @Field(() => ConsentInput, { description: "The person's consent." })
  consent!: ConsentInput;

  @Field(() => VendorChoiceEnum, {
    nullable: true,
    description: 'Who verifies; default AUTO. The sandbox is reached by SANDBOX only.',
  })
  vendor?: keyof typeof VendorChoiceEnum | null;
}
