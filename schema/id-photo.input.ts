import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { PhotoInput } from './photo.input.js';

@InputType({
  description:
    'A size that is no spec: pixels, or millimetres, which the dpi turns into pixels. Sides of 48 to 3000 px.',
})
export class CustomSizeInput {
  @Field(() => Int, { nullable: true, description: 'Width in pixels; goes with heightPx.' })
  widthPx?: number | null;

  @Field(() => Int, { nullable: true, description: 'Height in pixels; goes with widthPx.' })
  heightPx?: number | null;

  @Field(() => Float, { nullable: true, description: 'Width in millimetres; goes with heightMm.' })
  widthMm?: number | null;

  @Field(() => Float, { nullable: true, description: 'Height in millimetres; goes with widthMm.' })
  heightMm?: number | null;
}

@InputType({ description: 'A background that runs from one colour to another.' })
export class GradientInput {
  @Field({ description: 'At the top: `#RRGGBB` or the id of a plain colour.' })
  from!: string;

  @Field({ description: 'At the bottom: `#RRGGBB` or the id of a plain colour.' })
  to!: string;
}

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

@InputType({
  description:
    'The file size that is accepted. The minimum counts in 1024 bytes and the maximum in 1000 where both fit.',
})
export class FileSizeInput {
  @Field(() => Int, { nullable: true, description: 'At least so many KB: 1 to 10000.' })
  minKb?: number | null;

  @Field(() => Int, { nullable: true, description: 'At most so many KB: 1 to 10000.' })
  maxKb?: number | null;
}

@InputType({ description: 'A point as fractions of the width from the left and of the height from the top.' })
export class FaceCenterInput {
  @Field(() => Float, { defaultValue: 0.5, description: '0.2 to 0.8; 0.5 is the middle.' })
  x!: number;

  @Field(() => Float, { description: '0.2 to 0.8, from the top.' })
  y!: number;
}

@InputType({ description: 'An ID photo to make. Exactly one of `specId` and `customSize`.' })
export class CreateIdPhotoInput {
  @Field(() => PhotoInput, { description: 'The portrait.' })
  photo!: PhotoInput;

  @Field(() => ID, { nullable: true, description: 'A spec of `specs`.' })
  specId?: string | null;

  @Field(() => CustomSizeInput, { nullable: true, description: 'A size of your own.' })
  customSize?: CustomSizeInput | null;

  @Field(() => [BackgroundInput], {
    nullable: true,
    description: '1 to 6, each once; each gives a photo. Default: the first background of the spec, or white.',
  })
  backgrounds?: BackgroundInput[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "72 to 1200. Default: the spec's, or 300. It changes what is written in the file, and the pixels only of a customSize in millimetres.",
  })
  dpi?: number | null;

  @Field(() => FileSizeInput, { nullable: true, description: "Default: the spec's limits, if it has any." })
  fileSize?: FileSizeInput | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'From crown to chin, as a fraction of the height: 0.3 to 0.9. Default by the kind of document, 0.62 for Chinese ones.',
  })
  headRatio?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'From the upper edge to the crown, as a fraction of the height: 0 to 0.5. Not together with faceCenter.',
  })
  topMargin?: number | null;

  @Field(() => FaceCenterInput, {
    nullable: true,
    description:
      'Where the point midway between the eyes goes (face centre of ISO/IEC 19794-5). Not together with topMargin.',
  })
  faceCenter?: FaceCenterInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters.',
  })
  idempotencyKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please.',
  })
  reference?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Up to 10 labels of up to 64 characters; tasks can be found by them.',
  })
  labels?: string[] | null;
}
