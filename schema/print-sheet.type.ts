import { Field, Int, ObjectType } from 'type-graphql';
import { Asset } from './asset.type.js';
import { Task } from './task.type.js';

@ObjectType({ description: 'A photo of a print sheet, as it was placed.', simpleResolvers: true })
export class PrintSheetItem {
  @Field(() => Asset, { nullable: true, description: 'The photo.' })
  photo?: Asset | null;

  @Field(() => Int, { description: 'How many of it are on the sheet.' })
  count!: number;

  @Field(() => Boolean, { description: 'They are rotated by 90 degrees, clockwise.' })
  rotated!: boolean;

  assetId!: string;
}

@ObjectType({ implements: Task, description: 'Arranges ID photos on a print sheet.', simpleResolvers: true })
export class PrintSheetTask extends Task {
  @Field(() => Asset, { nullable: true, description: 'The sheet, a JPEG; null until the task succeeds.' })
  sheet?: Asset | null;

  @Field(() => Int, { nullable: true, description: 'How many photos are on it; null until the task succeeds.' })
  count!: number | null;

  @Field(() => [PrintSheetItem], {
    description: 'What was placed, in the order of the items that were asked for; empty until the task succeeds.',
  })
  items!: PrintSheetItem[];

  sheetAssetId!: string | null;
}
