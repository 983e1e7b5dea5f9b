import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Color } from './color.type.js';
import { SizeUnitEnum } from './enums.js';
import { Node, PageInfo } from './node.type.js';

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'A kind of ID photo, from the 181 rows of the Jumei ID-photo guide (table `spec及bgColor参考`). Rows that say the same are one spec.',
})
export class Spec extends Node {
  @Field({ description: 'The title as the guide prints it, in Chinese.' })
  title!: string;

  @Field({ description: 'The title in English; our translation.' })
  titleEn!: string;

  @Field(() => Int, { description: 'Width in pixels; authoritative.' })
  widthPx!: number;

  @Field(() => Int, { description: 'Height in pixels; authoritative.' })
  heightPx!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Width in millimetres as the guide prints it; null where it prints pixels.',
  })
  widthMm!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Height in millimetres as the guide prints it; null where it prints pixels.',
  })
  heightMm!: number | null;

  @Field(() => Int, {
    description: 'Dots per inch written into the file; 300 unless the guide or a standard says otherwise.',
  })
  dpi!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The smallest file that is accepted, in KB; null if there is no such limit.',
  })
  minKb!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The largest file that is accepted, in KB; null if there is no such limit.',
  })
  maxKb!: number | null;

  @Field(() => [Color], {
    description: 'The backgrounds that the guide lists, in its order. The first is the default.',
  })
  backgrounds!: Color[];

  @Field(() => SizeUnitEnum, { description: 'The unit in which the guide prints the size.' })
  unit!: keyof typeof SizeUnitEnum;

  @Field({ description: 'True if the guide prints the size without its unit, so that the unit is our reading.' })
  unitInferred!: boolean;

  @Field(() => [Int], { description: "The rows of the guide's table that say this, counted from 1." })
  rows!: number[];

  @Field(() => [String], {
    description: 'What to know about this spec before relying on it, in English; usually empty.',
  })
  notes!: string[];
}

@ObjectType({ description: 'A spec in a page of specs.', simpleResolvers: true })
export class SpecEdge {
  @Field({ description: 'Where this edge stands; give it as `after`.' })
  cursor!: string;

  @Field(() => Spec, { description: 'The spec.' })
  node!: Spec;
}

@ObjectType({ description: 'A page of specs.', simpleResolvers: true })
export class SpecConnection {
  @Field(() => [SpecEdge], { description: 'The specs with their cursors.' })
  edges!: SpecEdge[];

  @Field(() => [Spec], { description: 'The specs alone.' })
  nodes!: Spec[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many specs match in all.' })
  totalCount!: number;
}
