import { Field, Float, ID, ObjectType } from 'type-graphql';
import {
  EditingPolicyEnum,
  HeadTopEnum,
  NumberStrengthEnum,
  NumberUnitEnum,
  PhotoTakerEnum,
  RuleCheckCodeEnum,
  RuleGradeEnum,
  RuleJudgementEnum,
  RuleMatchEnum,
  RuleNumberCodeEnum,
  SpecDifferenceCodeEnum,
} from './rule-enums.js';
import { HexColor, URLScalar } from './scalars.js';

const nullable = true;

@ObjectType({ description: 'A page on which a rule was read, in a copy.', simpleResolvers: true })
export class RuleSource {
  @Field(() => URLScalar, { description: 'Its address.' })
  url!: string;

  @Field({ description: 'Whose page it is: authority, government, university, agent or thirdParty.' })
  kind!: string;

  @Field(() => String, { nullable, description: 'The date that the page gives.' })
  date!: string | null;

  @Field(() => String, { nullable, description: 'When it was read for this rule; null: it was known from before.' })
  readOn!: string | null;

  @Field(() => String, { nullable, description: 'What to know about it, in English.' })
  note!: string | null;
}

@ObjectType({
  description: 'One published number. None is made up: what is unknown is not here.',
  simpleResolvers: true,
})
export class RuleNumber {
  @Field(() => RuleNumberCodeEnum, { description: 'What it measures.' })
  code!: keyof typeof RuleNumberCodeEnum;

  @Field(() => Float, { nullable, description: 'The smallest value; null: open.' })
  min!: number | null;

  @Field(() => Float, { nullable, description: 'The largest value; null: open.' })
  max!: number | null;

  @Field(() => NumberUnitEnum, { description: 'The unit, as published.' })
  unit!: keyof typeof NumberUnitEnum;

  @Field(() => NumberStrengthEnum, { description: 'How strictly it is meant.' })
  strength!: keyof typeof NumberStrengthEnum;

  @Field(() => Float, {
    nullable,
    description:
      'The smallest value as a share of the height of the picture, or of its width for widths; the eye line from the top.',
  })
  minShare!: number | null;

  @Field(() => Float, { nullable, description: 'The largest value as such a share.' })
  maxShare!: number | null;

  @Field(() => String, { nullable, description: 'Between which points it is measured, in English.' })
  measured!: string | null;

  @Field(() => String, { nullable, description: 'What to know about it, in English.' })
  note!: string | null;
}

@ObjectType({ description: 'A background that a rule lists.', simpleResolvers: true })
export class RuleColor {
  @Field({ description: 'Its name as published, in English: `light blue`.' })
  name!: string;

  @Field(() => HexColor, { nullable, description: '`#RRGGBB`, where it is published.' })
  hex!: string | null;

  @Field(() => String, { nullable, description: 'What to know about it.' })
  note!: string | null;
}

@ObjectType({ description: 'What a rule says of edits.', simpleResolvers: true })
export class RuleEditing {
  @Field(() => EditingPolicyEnum, { description: 'In one word.' })
  policy!: keyof typeof EditingPolicyEnum;

  @Field({ description: 'What the sources say, in English.' })
  reason!: string;

  @Field(() => Boolean, { nullable, description: 'Whether a photo may be cropped and scaled; null: unknown.' })
  geometryAllowed!: boolean | null;

  @Field(() => Boolean, { nullable, description: 'Whether a tilted head may be turned upright; null: unknown.' })
  rotationAllowed!: boolean | null;

  @Field(() => Boolean, { nullable, description: 'Whether a photo may be enlarged; null: unknown.' })
  upscalingAllowed!: boolean | null;
}

@ObjectType({ description: 'Something that a rule asks for.', simpleResolvers: true })
export class RuleCheck {
  @Field(() => RuleCheckCodeEnum, { description: 'What.' })
  code!: keyof typeof RuleCheckCodeEnum;

  @Field(() => RuleJudgementEnum, { description: 'How well a program can judge it.' })
  judged!: keyof typeof RuleJudgementEnum;
}

@ObjectType({
  description:
    'What an office is reported to ask of a photo, read in copies of public pages. It is not official: ask the office.',
  simpleResolvers: true,
})
export class PhotoRule {
  @Field(() => ID, { description: 'A readable id such as `cn-id-card-ga461`.' })
  id!: string;

  @Field({ description: 'The title in Chinese.' })
  title!: string;

  @Field({ description: 'The title in English.' })
  titleEn!: string;

  @Field({ description: 'Two letters of ISO 3166-1; `INT` for international standards, `EU` for the Union.' })
  country!: string;

  @Field({ description: 'The office.' })
  authority!: string;

  @Field({ description: 'The document that the photo is for.' })
  document!: string;

  @Field(() => String, { nullable, description: 'Number and name of a published standard.' })
  standard!: string | null;

  @Field(() => RuleGradeEnum, { description: 'How good its sources are.' })
  grade!: keyof typeof RuleGradeEnum;

  @Field({ description: 'When the sources were read.' })
  readOn!: string;

  @Field(() => URLScalar, { nullable, description: 'The main source.' })
  sourceUrl!: string | null;

  @Field(() => String, { nullable, description: 'The date of the main source: a year, a month or a day.' })
  sourceDate!: string | null;

  @Field(() => [RuleSource], { description: 'All sources.' })
  sources!: RuleSource[];

  @Field(() => [RuleNumber], { description: 'Its numbers.' })
  numbers!: RuleNumber[];

  @Field(() => [String], { description: 'The file formats that it takes; empty: it does not say.' })
  formats!: string[];

  @Field(() => [RuleColor], { description: 'The backgrounds that it lists; empty: it does not say.' })
  backgrounds!: RuleColor[];

  @Field(() => Boolean, { nullable, description: 'Whether the background has to be even; null: unknown.' })
  backgroundEven!: boolean | null;

  @Field(() => HeadTopEnum, { nullable, description: 'Where it measures the head to; null: it has no such number.' })
  headMeasuredTo!: keyof typeof HeadTopEnum | null;

  @Field(() => Boolean, { nullable, description: 'Whether the head has to be in the middle; null: unknown.' })
  headCentred!: boolean | null;

  @Field(() => String, { nullable, description: 'What has to be at the lower edge, in English.' })
  lowerEdge!: string | null;

  @Field(() => String, { nullable, description: 'Which of two numbers wins where both cannot hold, in English.' })
  priority!: string | null;

  @Field(() => RuleEditing, { description: 'What it says of edits.' })
  editing!: RuleEditing;

  @Field(() => PhotoTakerEnum, { description: 'Who has to take the photo.' })
  takenBy!: keyof typeof PhotoTakerEnum;

  @Field(() => String, { nullable, description: 'More about who takes it, in English.' })
  takenByNote!: string | null;

  @Field(() => String, {
    nullable,
    description: "The office's own program that looks at the file afterwards; what it measures is mostly not public.",
  })
  officialTool!: string | null;

  @Field(() => Boolean, { nullable, description: 'Whether a photo receipt (回执) is needed; null: unknown.' })
  receiptRequired!: boolean | null;

  @Field(() => String, { nullable, description: 'More about the receipt, in English.' })
  receiptNote!: string | null;

  @Field(() => String, { nullable, description: 'How the file has to be named.' })
  fileNaming!: string | null;

  @Field(() => String, { nullable, description: 'Which expression it wants.' })
  expression!: string | null;

  @Field(() => String, { nullable, description: 'What it says of glasses.' })
  glasses!: string | null;

  @Field(() => String, { nullable, description: 'What it says of headwear.' })
  headwear!: string | null;

  @Field(() => String, { nullable, description: 'What it says of clothes.' })
  clothing!: string | null;

  @Field(() => String, { nullable, description: 'What it says of hair and make-up.' })
  hairAndMakeup!: string | null;

  @Field(() => [RuleCheck], { description: 'All that it asks for, also what no program can judge.' })
  checks!: RuleCheck[];

  @Field(() => [String], { description: 'In what its sources contradict each other, in English.' })
  contradictions!: string[];

  @Field(() => String, { nullable, description: 'What else to know, in English.' })
  notes!: string | null;
}

@ObjectType({ description: 'In what a spec is sold otherwise than its rule asks.', simpleResolvers: true })
export class SpecDifference {
  @Field(() => SpecDifferenceCodeEnum, { description: 'What differs.' })
  code!: keyof typeof SpecDifferenceCodeEnum;

  @Field({ description: "What the vendor's guide sells." })
  sold!: string;

  @Field({ description: 'What the rule asks for.' })
  asked!: string;
}

@ObjectType({ description: 'A rule as it belongs to a spec.', simpleResolvers: true })
export class SpecRule {
  @Field(() => RuleMatchEnum, { description: 'Whether it is of that very document.' })
  match!: keyof typeof RuleMatchEnum;

  @Field(() => PhotoRule, { description: 'The rule.' })
  rule!: PhotoRule;

  @Field(() => [SpecDifference], { description: 'In what the spec is sold otherwise; usually empty.' })
  differences!: SpecDifference[];
}

@ObjectType({
  description: 'An option of the request that goes against a rule: what the caller says goes before it.',
  simpleResolvers: true,
})
export class RuleOverride {
  @Field({ description: 'Where the option stands in the input of the mutation: `input.backgrounds.0`.' })
  path!: string;

  @Field(() => ID, { description: 'The id of the rule, as `rules` of the spec has it.' })
  ruleId!: string;
}
