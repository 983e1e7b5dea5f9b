import { Field, ObjectType } from 'type-graphql';
import { Asset } from './asset.type.js';
import { PhotoBackground } from './id-photo-task.type.js';
import { Task } from './task.type.js';

@ObjectType({ implements: Task, description: 'Puts another background behind a person.', simpleResolvers: true })
export class BackgroundTask extends Task {
  @Field(() => Asset, { nullable: true, description: 'The photo that it is made from; null once its row is gone.' })
  source?: Asset | null;

  @Field(() => Asset, { nullable: true, description: 'The result; null until the task succeeds.' })
  image?: Asset | null;

  sourceAssetId!: string;
  imageAssetId!: string | null;

  @Field(() => PhotoBackground, { description: 'The background that was asked for.' })
  background!: PhotoBackground;
}
