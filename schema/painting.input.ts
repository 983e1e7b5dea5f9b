import { Field, InputType, Int } from 'type-graphql';
import { PaintingLabelEnum, VendorChoiceEnum } from './enums.js';
import { TaskOptionsInput } from './task-options.input.js';

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
