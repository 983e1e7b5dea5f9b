import { Field, Int, ObjectType } from 'type-graphql';
import { Asset } from './asset.type.js';
import { FaceOutcomeEnum, RestorationStepsEnum } from './enums.js';
import { IdPhoto, PhotoBackground } from './id-photo-task.type.js';
import { Task } from './task.type.js';

@ObjectType({ implements: Task, description: 'Buys the clean photos of previews, each once.', simpleResolvers: true })
export class ReleaseTask extends Task {
  @Field(() => [IdPhoto], { description: 'The photos that it buys; `clean` is there once the task has succeeded.' })
  photos?: IdPhoto[];

  photoIds!: string[];
}

@ObjectType({ implements: Task, description: 'Arranges an ID photo on a print sheet.', simpleResolvers: true })
export class PrintSheetTask extends Task {
  @Field(() => Asset, {
    nullable: true,
    description: 'The sheet, 6 inches (152 x 102 mm); null until the task succeeds.',
  })
  sheet?: Asset | null;

  @Field(() => Int, { nullable: true, description: 'How many photos are on it; null until the task succeeds.' })
  count!: number | null;

  sheetAssetId!: string | null;
}

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

@ObjectType({ implements: Task, description: 'Paints pictures from words.', simpleResolvers: true })
export class PaintingTask extends Task {
  @Field({ description: 'What was asked for.' })
  text!: string;

  @Field({ description: 'One of `paintingStyles`.' })
  style!: string;

  @Field({ description: 'Width and height, as in `1024*1536`.' })
  resolution!: string;

  @Field(() => Int, { description: 'How many images were asked for.' })
  count!: number;

  @Field(() => [Asset], {
    description:
      'The images, with the AI label; empty until the task succeeds. Fewer than asked for gives the warning FEWER_IMAGES.',
  })
  images?: Asset[];

  imageAssetIds!: string[];
}

@ObjectType({
  implements: Task,
  description: 'Compares a face with the photo of the national register. Name and number are not part of any answer.',
  simpleResolvers: true,
})
export class FaceVerificationTask extends Task {
  @Field(() => FaceOutcomeEnum, {
    nullable: true,
    description:
      'What was found; null until the task succeeds. One photo is no proof that a living person stands there.',
  })
  outcome!: keyof typeof FaceOutcomeEnum | null;

  @Field({ description: 'The reference of the consent.' })
  consentReference!: string;
}
