import { Field, InputType } from 'type-graphql';
import { ConsentInput } from './consent.input.js';
import { VendorChoiceEnum } from './enums.js';
import { PhotoInput } from './photo.input.js';
import { TaskOptionsInput } from './task-options.input.js';

@InputType({ description: 'A face to compare with the national register.' })
export class VerifyFaceInput extends TaskOptionsInput {
  @Field({ description: 'The Chinese name, as on the ID card. Sealed at once, erased at the end of the task.' })
  name!: string;

  @Field({ description: 'The 18-digit ID number (GB 11643). Sealed at once, erased at the end of the task.' })
  idNumber!: string;

  @Field(() => PhotoInput, {
    description: 'The face. It is deleted at the end of the task, unless another open task needs it.',
  })
  photo!: PhotoInput;

  @Field(() => ConsentInput, { description: "The person's consent; of a person under 14 that of a guardian." })
  consent!: ConsentInput;

  @Field(() => VendorChoiceEnum, {
    nullable: true,
    description: 'Who verifies; default AUTO. The sandbox is reached by SANDBOX only.',
  })
  vendor?: keyof typeof VendorChoiceEnum | null;
}
