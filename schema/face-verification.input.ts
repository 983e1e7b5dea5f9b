import { Field, InputType } from 'type-graphql';
import { VendorChoiceEnum } from './enums.js';
import { PhotoInput } from './photo.input.js';
import { TaskOptionsInput } from './task-options.input.js';

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
