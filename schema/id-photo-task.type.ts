import { Extensions, Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { LIMITS } from '../src/kernel/limits.js';
import type { Reported } from '../src/operations/photo-reports.js';
import { Asset } from './asset.type.js';
import { EditOperationEnum, PhotoWarningEnum, ReportAbsenceEnum } from './enums.js';
import { Node } from './node.type.js';
import { PhotoReport } from './photo-check.type.js';
import { RuleOverride } from './rule.type.js';
import { HexColor } from './scalars.js';
import { Spec } from './spec.type.js';
import { Task, TaskFailure } from './task.type.js';

export enum BackgroundKind {
  SOLID = 'SOLID',
  GRADIENT = 'GRADIENT',
  TRANSPARENT = 'TRANSPARENT',
  ORIGINAL = 'ORIGINAL',
}
registerEnumType(BackgroundKind, {
  name: 'BackgroundKind',
  description: 'What stands behind the person.',
  valuesConfig: {
    SOLID: { description: 'One colour.' },
    GRADIENT: { description: 'From `hex` at the top to `hexEnd` at the bottom.' },
    TRANSPARENT: { description: 'Nothing: a PNG with an alpha channel.' },
    ORIGINAL: { description: 'What the photo was taken before: nothing was cut out.' },
  },
});

@ObjectType({ description: 'The background of a photo.', simpleResolvers: true })
export class PhotoBackground {
  @Field(() => BackgroundKind, { description: 'What kind it is.' })
  kind!: BackgroundKind;

  @Field(() => HexColor, { nullable: true, description: '`#RRGGBB`; the top end of a gradient; null if transparent.' })
  hex!: string | null;

  @Field(() => HexColor, { nullable: true, description: '`#RRGGBB`, the bottom end of a gradient; else null.' })
  hexEnd!: string | null;
}

@ObjectType({
  description: 'A point as fractions of the width from the left and of the height from the top.',
  simpleResolvers: true,
})
export class RelativePoint {
  @Field(() => Float, { description: '0 is the left edge, 1 the right edge.' })
  x!: number;

  @Field(() => Float, { description: '0 is the upper edge, 1 the lower edge.' })
  y!: number;
}

@ObjectType({
  description: 'Where the head is, measured on the finished photo (terms of ISO/IEC 19794-5).',
  simpleResolvers: true,
})
export class PhotoGeometry {
  @Field(() => Float, { description: 'From crown to chin, as a fraction of the height.' })
  headRatio!: number;

  @Field(() => Float, { description: 'From the upper edge to the crown, as a fraction of the height.' })
  topMargin!: number;

  @Field(() => RelativePoint, { description: 'The face centre: midway between the eyes.' })
  faceCenter!: RelativePoint;

  @Field(() => Float, { description: 'Between the centres of the eyes, in pixels.' })
  eyeDistancePx!: number;

  @Field(() => Float, {
    description:
      'How far the head was tilted in the source, in degrees, clockwise positive; it was turned upright, but for up to 8 degrees that are left where the body would float otherwise.',
  })
  rollDegrees!: number;

  @Field(() => Float, { description: 'Pixels of the photo per pixel of the source: above 1 it was enlarged.' })
  scale!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'From cheek to cheek, as a fraction of the width; null for photos made before it was measured.',
  })
  faceWidth?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'From the skull (without hair, estimated by the proportions of an adult face) to the chin, as a fraction of the height; null for older photos.',
  })
  skullRatio?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'From the upper edge to the skull, as a fraction of the height; null for older photos.',
  })
  skullMargin?: number | null;
}

@ObjectType({
  description:
    'How a photo was made without edits: with its source, the same bytes can be made again. `npm run verify` takes all of its fields.',
  simpleResolvers: true,
})
export class EditProof {
  @Field(() => Int, {
    description: 'The form of this proof: 2, or 1 for photos that were made before originals were kept.',
  })
  version!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'SHA-256 of the source: the photo as it was sent (`Asset.original`), where that was kept; else `IdPhotoTask.source`. Null in version 1, whose source is `IdPhotoTask.source`.',
  })
  sourceSha256!: string | null;

  @Field(() => Int, { description: 'EXIF orientation of the source, 1 to 8: how it was turned upright.' })
  orientation!: number;

  @Field(() => [EditOperationEnum], { description: 'All that was done, in this order.' })
  operations!: (keyof typeof EditOperationEnum)[];

  @Field(() => Int, { description: 'Left edge of the crop, in pixels of the upright source.' })
  cropLeft!: number;

  @Field(() => Int, { description: 'Upper edge of the crop.' })
  cropTop!: number;

  @Field(() => Int, { description: 'Width of the crop.' })
  cropWidth!: number;

  @Field(() => Int, { description: 'Height of the crop.' })
  cropHeight!: number;

  @Field(() => Int, { description: 'Width that it was scaled to.' })
  widthPx!: number;

  @Field(() => Int, { description: 'Height that it was scaled to.' })
  heightPx!: number;

  @Field({ description: 'The kernel of the scaling.' })
  kernel!: string;

  @Field({ description: 'The encoder and its versions.' })
  encoder!: string;

  @Field(() => Int, { nullable: true, description: 'Quality of the JPEG.' })
  quality!: number | null;

  @Field(() => Int, { description: 'Density that was written, in dots per inch.' })
  dpi!: number;

  @Field(() => Int, { description: 'Size of the file in bytes.' })
  bytes!: number;
}

@ObjectType({ implements: Node, description: 'One finished ID photo.', simpleResolvers: true })
export class IdPhoto extends Node {
  @Field(() => PhotoBackground, { description: 'What stands behind the person.' })
  background!: PhotoBackground;

  @Field(() => Asset, {
    nullable: true,
    description:
      'A watermarked preview of a photo that is released apart: of LEQI, or made with `release: LATER`; else null.',
  })
  preview?: Asset | null;

  @Field(() => Asset, {
    nullable: true,
    description: 'The photo to hand in; null until it was released, where it is released apart.',
  })
  clean?: Asset | null;

  @Field(() => Asset, {
    nullable: true,
    description: "A watermarked preview of the vendor's print sheet; null where there is none.",
  })
  sheetPreview?: Asset | null;

  @Field(() => Asset, {
    nullable: true,
    description:
      "The vendor's print sheet, bought together with the clean photo; null where there is none. See also `createPrintSheet`.",
  })
  sheet?: Asset | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Until when `releasePhotos` can give the clean photo; null where there is nothing to release.',
  })
  releaseExpiresAt!: Date | null;

  @Field(() => Int, { description: 'Width in pixels, as asked for.' })
  widthPx!: number;

  @Field(() => Int, { description: 'Height in pixels, as asked for.' })
  heightPx!: number;

  @Field(() => Int, { description: 'Dots per inch, as asked for.' })
  dpi!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      '0 to 1: how sure the cut between person and background is. Below 0.75 it comes with the warning LOW_CUTOUT_QUALITY. LOCAL only.',
  })
  matteQuality!: number | null;

  @Field(() => PhotoGeometry, { nullable: true, description: 'Where the head is, as measured. LOCAL only.' })
  geometry!: PhotoGeometry | null;

  @Field(() => [PhotoWarningEnum], { description: 'What a person should look at before it is handed in.' })
  warnings!: (keyof typeof PhotoWarningEnum)[];

  @Extensions({ cost: LIMITS.graphql.reportCost })
  @Field(() => PhotoReport, {
    nullable: true,
    description:
      "How it stands to the rules of that very document and to the options that place the head, as measured on the finished photo. Of a vendor's photo it is made when it is first asked for, which takes about a second, and kept; null: see `reportAbsence`. It counts for 20 fields.",
  })
  report?: PhotoReport | null;

  @Extensions({ cost: LIMITS.graphql.reportCost })
  @Field(() => ReportAbsenceEnum, {
    nullable: true,
    description: 'Why `report` is null; null where it is there. It counts for 20 fields, too.',
  })
  reportAbsence?: keyof typeof ReportAbsenceEnum | null;

  @Field(() => EditProof, {
    nullable: true,
    description:
      'How a photo of `edit: NONE` was made of the photo that was sent; `npm run verify` makes it again. Else null.',
  })
  proof!: EditProof | null;

  /** The report or why there is none, made once for all that ask for it in one answer. */
  reported!: () => Promise<Reported>;

  /** Ids of its assets. */
  assetIds!: { clean: string | null; preview: string | null; sheet: string | null; sheetPreview: string | null };
}

@ObjectType({ description: 'A photo that was not made, while others of its task were.', simpleResolvers: true })
export class MissingPhoto {
  @Field(() => PhotoBackground, { description: 'The background that it would have had.' })
  background!: PhotoBackground;

  @Field(() => TaskFailure, { description: 'Why.' })
  failure!: TaskFailure;
}

@ObjectType({ implements: Task, description: 'Makes ID photos from a portrait.', simpleResolvers: true })
export class IdPhotoTask extends Task {
  @Field(() => Spec, { nullable: true, description: 'The spec that was asked for; null for a custom size.' })
  spec!: Spec | null;

  @Field(() => Asset, {
    nullable: true,
    description:
      'The photo that it is made from. Give its id for a further spec or colour: that is quicker than sending it again.',
  })
  source?: Asset | null;

  @Field(() => [RuleOverride], {
    description:
      'Backgrounds that were asked for and that the rule of that very document does not list; known from the start, with the warning BACKGROUND_AGAINST_RULE.',
  })
  ruleOverrides!: RuleOverride[];

  @Field(() => [IdPhoto], {
    description:
      'The photos, in the order of the backgrounds that were asked for, each as soon as it is there; see `parts`.',
  })
  photos?: IdPhoto[];

  @Field(() => Int, {
    nullable: true,
    description:
      "How many photos are on the vendor's print sheet, as it tells; null until the task succeeds, and where there is no such sheet.",
  })
  sheetCount!: number | null;

  @Field(() => [MissingPhoto], {
    description: 'Backgrounds whose photo will not come, while others were made.',
  })
  missing!: MissingPhoto[];

  sourceAssetId!: string;
}
