import { Field, ID, InputType, Int } from 'type-graphql';
import { ConsentInput } from './consent.input.js';
import { TaskOptionsInput } from './task-options.input.js';

@InputType({ description: 'A print sheet to make: exactly one of `photoId` and `assetId`.' })
export class CreatePrintSheetInput extends TaskOptionsInput {
  @Field(() => ID, { nullable: true, description: 'A photo of an IdPhotoTask whose clean picture is there.' })
  photoId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Any finished ID photo that is an asset.' })
  assetId?: string | null;

  @Field(() => ConsentInput, {
    nullable: true,
    description:
      'That the person agreed. A photo that this server made is covered by the consent of its task; of another one see createIdPhoto.',
  })
  consent?: ConsentInput | null;

  @Field(() => Int, { nullable: true, description: 'How many photos; 8 or 10 for one inch. Default: as many as fit.' })
  count?: number | null;
}
