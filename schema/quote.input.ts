import { Extensions, Field, ID, InputType } from 'type-graphql';
import { BackgroundInput } from './background.input.js';
import { RestorationStepsEnum, VendorChoiceEnum } from './enums.js';
import { IdPhotoOptionsInput } from './id-photo.input.js';
import { PaintingOptionsInput } from './painting.input.js';

@Extensions({ oneOf: true })
@InputType({ description: 'What a quote is for: exactly one operation.' })
export class QuotedOperationInput {
  @Field(() => IdPhotoOptionsInput, { nullable: true, description: 'A quote for `createIdPhoto`.' })
  idPhoto?: IdPhotoOptionsInput | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Ids of photos with previews: a quote for `releasePhotos`. Only who made a preview can sell it.',
  })
  release?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True for a quote for `checkPhoto`.' })
  photoCheck?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'True for a quote for `createPrintSheet`.' })
  printSheet?: boolean | null;

  @Field(() => RestorationStepsEnum, { nullable: true, description: 'A quote for `restorePhoto`.' })
  restoration?: keyof typeof RestorationStepsEnum | null;

  @Field(() => BackgroundInput, { nullable: true, description: 'A quote for `changeBackground`.' })
  background?: BackgroundInput | null;

  @Field(() => PaintingOptionsInput, { nullable: true, description: 'A quote for `generatePainting`.' })
  painting?: PaintingOptionsInput | null;

  @Field(() => Boolean, { nullable: true, description: 'True for a quote for `verifyFace`.' })
  faceVerification?: boolean | null;
}

@InputType({ description: 'A request without its photo.' })
export class QuoteInput {
  @Field(() => QuotedOperationInput, { description: 'The operation, as its mutation takes it.' })
  operation!: QuotedOperationInput;

  @Field(() => [String], { nullable: true, description: 'The labels of the task, for the budgets that are for them.' })
  labels?: string[] | null;

  @Field(() => VendorChoiceEnum, {
    nullable: true,
    description: 'Who is asked; default AUTO, or what the request itself says. Without effect on a release.',
  })
  vendor?: keyof typeof VendorChoiceEnum | null;
}
