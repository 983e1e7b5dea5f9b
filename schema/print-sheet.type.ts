import { Field, Int, ObjectType } from 'type-graphql';
import { Asset } from './asset.type.js';
import { Task } from './task.type.js';

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
