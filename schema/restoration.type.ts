import { Field, ObjectType } from 'type-graphql';
import { Asset } from './asset.type.js';
import { RestorationStepsEnum } from './enums.js';
import { Task } from './task.type.js';

@ObjectType({ implements: Task, description: 'Restores an old photo.', simpleResolvers: true })
export class RestorationTask extends Task {
  @Field(() => Asset, { nullable: true, description: 'The photo that it is made from; null once its row is gone.' })
  source?: Asset | null;

  @Field(() => Asset, { nullable: true, description: 'The result; null until the task succeeds.' })
  image?: Asset | null;

  sourceAssetId!: string;
  imageAssetId!: string | null;

  @Field(() => RestorationStepsEnum, { description: 'How far it is restored.' })
  steps!: keyof typeof RestorationStepsEnum;
}
