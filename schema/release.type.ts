import { Field, ObjectType } from 'type-graphql';
import { IdPhoto } from './id-photo-task.type.js';
import { Task } from './task.type.js';

@ObjectType({ implements: Task, description: 'Gives the clean photos of previews, each once.', simpleResolvers: true })
export class ReleaseTask extends Task {
  @Field(() => [IdPhoto], { description: 'The photos that it releases; `clean` is there once the task has succeeded.' })
  photos?: IdPhoto[];

  photoIds!: string[];
}
