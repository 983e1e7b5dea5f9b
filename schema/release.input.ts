import { Field, ID, InputType } from 'type-graphql';
import { TaskOptionsInput } from './task-options.input.js';

@InputType({
  description:
    'Photos to release. Give your order number as `reference`: asked for again with it, the same photos give the same task; with another one, or none, the error is ALREADY_RELEASED.',
})
export class ReleasePhotosInput extends TaskOptionsInput {
  @Field(() => [ID], { description: 'Ids of photos with previews, 1 to 6, of one vendor. Each is released once.' })
  photoIds!: string[];

  @Field(() => Boolean, {
    nullable: true,
    description: 'True to buy again what an earlier release may have been charged for without giving the photo.',
  })
  acceptPossibleCharge?: boolean | null;
}
