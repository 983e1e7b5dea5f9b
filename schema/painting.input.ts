import { Field, InputType, Int } from 'type-graphql';
import { PaintingLabelEnum, VendorChoiceEnum } from './enums.js';
import { PaintingResolutionEnum, PaintingStyleEnum } from './painting-enums.js';
import { TaskOptionsInput } from './task-options.input.js';

@InputType({ description: 'What a painting has to be like.' })
export class PaintingOptionsInput extends TaskOptionsInput {
  @Field({ description: 'What to paint: 1 to 100 characters.' })
  text!: string;

  @Field(() => PaintingStyleEnum, { description: 'How it looks.' })
  style!: string;

  @Field(() => PaintingResolutionEnum, { defaultValue: '1024*1024', description: 'Its width and height.' })
  resolution!: string;

  @Field(() => Int, { nullable: true, description: '1 to 6 images, each charged; default 1.' })
  count?: number | null;

  @Field(() => PaintingLabelEnum, {
    nullable: true,
    description: 'Where the label of generated content stands; default VISIBLE_AND_METADATA.',
  })
  label?: keyof typeof PaintingLabelEnum | null;

  @Field(() => String, {
    nullable: true,
    description:
      'With METADATA_ONLY: the reference of the agreement by which who asks takes the duty to label, 1 to 128 characters, kept in the audit trail. No personal data.',
  })
  labelAgreement?: string | null;

  @Field(() => VendorChoiceEnum, { nullable: true, description: 'Who paints; default AUTO.' })
  vendor?: keyof typeof VendorChoiceEnum | null;
}

@InputType({ description: 'A painting to make.' })
export class GeneratePaintingInput extends PaintingOptionsInput {}
