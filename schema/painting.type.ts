import { Field, Int, ObjectType } from 'type-graphql';
import { Asset } from './asset.type.js';
import { PaintingLabelEnum } from './enums.js';
import { PaintingResolutionEnum, PaintingStyleEnum } from './painting-enums.js';
import { Task } from './task.type.js';

@ObjectType({ implements: Task, description: 'Paints pictures from words.', simpleResolvers: true })
export class PaintingTask extends Task {
  @Field({ description: 'What was asked for.' })
  text!: string;

  @Field(() => PaintingStyleEnum, { description: 'How it looks.' })
  style!: string;

  @Field(() => PaintingResolutionEnum, { description: 'Its width and height.' })
  resolution!: string;

  @Field(() => Int, { description: 'How many images were asked for.' })
  count!: number;

  @Field(() => PaintingLabelEnum, { description: 'Where the label of generated content stands.' })
  label!: keyof typeof PaintingLabelEnum;

  @Field(() => String, { nullable: true, description: 'The agreement by which the visible mark is left out.' })
  labelAgreement!: string | null;

  @Field(() => [Asset], {
    description:
      'The images, with the AI label, each as soon as it is there; see `parts`. Fewer than asked for gives the warning FEWER_IMAGES.',
  })
  images?: Asset[];

  imageAssetIds!: string[];
}
