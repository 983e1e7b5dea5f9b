import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import {
  CHECK_CODES,
  CHECK_SEVERITIES,
  CHECK_SOURCES,
  CHECK_STAGES,
  CHECK_UNITS,
  CHECK_VERDICTS,
  type CheckCode,
  UNJUDGED,
} from '../src/engine/report.js';
import { CHECK_TEXTS } from '../src/operations/check-texts.js';
import { Asset } from './asset.type.js';
import { enumOf, texts } from './enum-of.js';
import { PhotoRule } from './rule.type.js';
import { HeadTopEnum } from './rule-enums.js';
import { Spec } from './spec.type.js';
import { Task } from './task.type.js';

const nullable = true;

/** How each value is measured, where its name and unit do not say. */
const HOW: Partial<Record<CheckCode, string>> = {
  FACE: 'One whole face, turned to the camera, was found; `found` says why not.',
  SINGLE_FACE: 'How many faces there are.',
  HEAD_CUT: "The share of the head's width that ends at the upper edge of the picture.",
  JPEG_QUALITY: 'Estimated by the quantisation table; other encoders count otherwise.',
  COLOR_NOT_GREY: 'Mean distance of the face from grey, in a* and b*.',
  CENTRING: 'The middle of the eyes, from the middle of the picture, as a share of its width; positive to the right.',
  EYE_DISTANCE: 'Pixels between the centres of the eyes.',
  YAW: 'How far the head is turned, by the depth of the landmarks; known to about 4 degrees.',
  PITCH: 'How far the head nods, by the same; known to about 8 degrees.',
  EYES_OPEN:
    'The less open eye, as a share of the way from the eyes to the chin. Landmarks alone cannot tell a closed eye: it is judged by whether there is an iris, too.',
  MOUTH_CLOSED: 'The mouth between its lips, as a share of the way from the eyes to the chin.',
  GLARE: 'The share of the region around the eyes that is white.',
  SHARPNESS: "Slope of the face's steepest edges, as a share of its range of light.",
  UNDEREXPOSURE: 'Median luma of the face.',
  OVEREXPOSURE: 'The share of the face that is as good as white.',
  SHADOW: 'Light of the darker half of the face, as a share of that of the brighter one.',
  DYNAMIC_RANGE: 'Entropy of the light of the face.',
  LUMINANCE_MEAN: 'Mean light of the face.',
  LUMINANCE_VARIANCE: 'Variance of the light of the face.',
  NATURAL_COLOR: 'How far the cheeks are from the colours of skin, in a* and b*.',
  BACKGROUND_COLOR:
    'How far the background is from the nearest colour that is taken. Rules give names and no tolerance.',
  BACKGROUND_EVENNESS:
    'How far its colours, or its light from place to place, are from each other: shadows and patterns count.',
  EDITED: 'By the programs that the file names, and by what Darkroom did. That none is named proves nothing.',
  AI_GENERATED: 'By labels of generated content. That there is none proves nothing.',
};

export const CheckCodeEnum = enumOf(
  'CheckCode',
  'What a report looks at. More can be added: show an unknown one by its `name` and `hint`.',
  Object.fromEntries(
    CHECK_CODES.map(code => [code, [`${CHECK_TEXTS[code].name.en}.`, HOW[code]].filter(Boolean).join(' ')]),
  ) as Record<CheckCode, string>,
);

export const CheckVerdictEnum = enumOf(
  'CheckVerdict',
  'What a check came to.',
  texts(CHECK_VERDICTS, {
    FAIL: 'It misses what it has to hold.',
    ADVICE: 'A person should look: it is an estimate, or not meant strictly.',
    PASS: 'As it was asked for.',
    NOT_JUDGED: 'It could not be judged; see `reason`.',
  }),
);

export const CheckSeverityEnum = enumOf(
  'CheckSeverity',
  'What it means to miss a check.',
  texts(CHECK_SEVERITIES, {
    REQUIRED: 'A refusal: the verdict is FAIL.',
    ADVISED: 'Perhaps none: the verdict is ADVICE.',
  }),
);

export const CheckSourceEnum = enumOf(
  'CheckSource',
  'Who asks.',
  texts(CHECK_SOURCES, {
    RULE: 'An office, by the rule of that very document; see `rule`.',
    SPEC: 'The size and the colours in which the spec is sold.',
    CALLER: 'An option of the request, or its customSize.',
    STANDARD: 'ISO/IEC 29794-5:2025; see `standard`. Its formula, on our landmarks and with a limit of ours.',
    ENGINE: 'Darkroom, by a limit that was measured on portraits.',
  }),
);

export const CheckUnitEnum = enumOf(
  'CheckUnit',
  'The unit of what is measured.',
  texts(CHECK_UNITS, {
    NONE: 'It is no number.',
    COUNT: 'A number of things.',
    PX: 'Pixels.',
    DPI: 'Dots per inch.',
    BYTES: 'Bytes.',
    PERCENT: 'Of 100.',
    BITS: 'Bits.',
    DEGREES: 'Degrees.',
    FRACTION: 'A share of the height of the picture, of its width for widths, or of what the code says: 0 to 1.',
    RATIO: 'One length or light to another.',
    LUMA: '0 is black, 255 white.',
    LAB: 'A distance in CIE L*a*b* of 1976.',
  }),
);

export const UnjudgedEnum = enumOf(
  'UnjudgedReason',
  'Why something was not judged. More can be added.',
  texts(UNJUDGED, {
    NO_FACE: 'No face was found, or none that can be measured.',
    NO_MODEL: 'Nothing here can see it: a person has to look.',
    NOT_IN_PICTURE: 'The picture does not tell: a person has to know.',
    NO_METADATA: 'The file does not say, or its metadata were taken away.',
    NO_BACKGROUND: 'Too little of the background is to be seen, or it cannot be told from the person.',
  }),
);

export const CheckStageEnum = enumOf(
  'CheckStage',
  'What a photo that is checked is for.',
  texts(CHECK_STAGES, {
    FINISHED:
      'The file is handed in as it is: its pixels, size and density, the place of the head, its background and its face are all judged.',
    SOURCE:
      'An ID photo is to be made of it: only that is judged which this cannot mend. The background and the lean of the head are judged where the rule of the document forbids to change them.',
  }),
);

@ObjectType({ description: 'Whole pixels of the upright picture.', simpleResolvers: true })
export class PixelBox {
  @Field(() => Int, { description: 'Left edge.' })
  x!: number;

  @Field(() => Int, { description: 'Upper edge.' })
  y!: number;

  @Field(() => Int, { description: 'Width.' })
  width!: number;

  @Field(() => Int, { description: 'Height.' })
  height!: number;
}

@ObjectType({ description: 'One thing that was looked at.', simpleResolvers: true })
export class PhotoCheck {
  @Field(() => CheckCodeEnum, { description: 'What.' })
  code!: keyof typeof CheckCodeEnum;

  @Field({ description: 'What people call it, in the language of the request.' })
  name!: string;

  @Field(() => CheckVerdictEnum, { description: 'What it came to.' })
  verdict!: keyof typeof CheckVerdictEnum;

  @Field(() => CheckSeverityEnum, { description: 'What it means to miss it.' })
  severity!: keyof typeof CheckSeverityEnum;

  @Field(() => Float, {
    nullable,
    description:
      'What the photo has. Lengths are shares of its height, widths of its width, the eye line from the top. Null: not judged, or no number.',
  })
  measured!: number | null;

  @Field(() => Float, { nullable, description: 'The smallest value that is asked for; null: open.' })
  min!: number | null;

  @Field(() => Float, { nullable, description: 'The largest value that is asked for; null: open.' })
  max!: number | null;

  @Field(() => CheckUnitEnum, { description: 'The unit of the three.' })
  unit!: keyof typeof CheckUnitEnum;

  @Field(() => String, {
    nullable,
    description: 'What was found where that is no number: a format, `#RRGGBB`, the name of a program.',
  })
  found!: string | null;

  @Field(() => CheckSourceEnum, { description: 'Who asks.' })
  source!: keyof typeof CheckSourceEnum;

  @Field(() => ID, { nullable, description: 'The id of the rule that asks; null where no rule does.' })
  ruleId!: string | null;

  @Field(() => PhotoRule, {
    nullable,
    description: 'That rule, with its own sources; null where no rule asks, and of a rule that is known no more.',
  })
  rule?: PhotoRule | null;

  @Field(() => String, {
    nullable,
    description: 'The quality component of ISO/IEC 29794-5:2025 whose formula was used; else null.',
  })
  standard!: string | null;

  @Field(() => HeadTopEnum, {
    nullable,
    description: 'Where the head ends, for its height and the margin above it; null for all else.',
  })
  headTop!: keyof typeof HeadTopEnum | null;

  @Field(() => PixelBox, { nullable, description: 'Where to look; null: nowhere, or everywhere.' })
  box!: PixelBox | null;

  @Field(() => UnjudgedEnum, { nullable, description: 'Why it was not judged; null where it was.' })
  reason!: keyof typeof UnjudgedEnum | null;

  @Field(() => String, {
    nullable,
    description: 'What to do, in the language of the request; null where it passed.',
  })
  hint!: string | null;
}

@ObjectType({ description: 'A point in pixels from the upper left of the upright picture.', simpleResolvers: true })
export class PixelPoint {
  @Field(() => Float, { description: 'From the left.' })
  x!: number;

  @Field(() => Float, { description: 'From the top.' })
  y!: number;
}

@ObjectType({
  description: 'Where the head is, in the picture of the report; a head that is cut off may end outside of it.',
  simpleResolvers: true,
})
export class PhotoHead {
  @Field(() => PixelPoint, { description: 'Top of the head with its hair, above the middle of the face.' })
  crown!: PixelPoint;

  @Field(() => PixelPoint, { description: 'The chin.' })
  chin!: PixelPoint;

  @Field(() => PixelPoint, { description: 'Centre of the eye on the left of the picture.' })
  leftEye!: PixelPoint;

  @Field(() => PixelPoint, { description: 'Centre of the eye on the right of the picture.' })
  rightEye!: PixelPoint;
}

@ObjectType({
  description: 'How a photo stands to what is asked of it. It is not official: the office decides.',
  simpleResolvers: true,
})
export class PhotoReport {
  @Field(() => CheckVerdictEnum, {
    description: 'The worst of its checks: FAIL, ADVICE or PASS. What was not judged does not count.',
  })
  verdict!: keyof typeof CheckVerdictEnum;

  @Field(() => CheckStageEnum, { description: 'What the photo was judged as.' })
  stage!: keyof typeof CheckStageEnum;

  @Field(() => Int, { description: 'Width of the picture in which the boxes lie, upright.' })
  widthPx!: number;

  @Field(() => Int, { description: 'Height of that picture.' })
  heightPx!: number;

  @Field(() => PhotoHead, {
    nullable,
    description: 'Where the head is; null where no face was found, and in reports from before it was told.',
  })
  head!: PhotoHead | null;

  @Field(() => [PhotoCheck], {
    description: 'What was looked at, the worst first. Two rules that ask for the same give two.',
  })
  checks!: PhotoCheck[];
}

@ObjectType({ implements: Task, description: 'Says how a photo stands to what is asked of it.', simpleResolvers: true })
export class PhotoCheckTask extends Task {
  @Field(() => Spec, { nullable, description: 'The spec that was asked for; null for a custom size.' })
  spec!: Spec | null;

  @Field(() => Asset, {
    nullable,
    description:
      'The photo that was checked. Give its id to `createIdPhoto` to make a photo of it without a new upload.',
  })
  source?: Asset | null;

  @Field(() => PhotoReport, { nullable, description: 'The report; null until the task succeeds.' })
  report!: PhotoReport | null;

  sourceAssetId!: string;
}
