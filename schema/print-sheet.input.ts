import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { CROP_LINES, SHEET_ROTATIONS } from '../src/engine/picture.js';
import { LIMITS } from '../src/kernel/limits.js';
import { PAPERS, type PaperName, SHEET_DEFAULTS } from '../src/operations/print-sheet.js';
import { ConsentInput } from './consent.input.js';
import { enumOf, texts } from './enum-of.js';
import { TaskOptionsInput } from './task-options.input.js';

const { items, minMm, maxMm, maxGapMm, maxMarginMm, maxDpi } = LIMITS.sheet;

export const PaperEnum = enumOf(
  'Paper',
  'Photo paper, lying on its long side: width x height.',
  texts(Object.keys(PAPERS) as PaperName[], {
    INCH_5: '5 inches, 3R, L: 127 x 89 mm.',
    INCH_6: '6 inches, 4R: 152 x 102 mm.',
    A5: '210 x 148 mm.',
    A4: '297 x 210 mm.',
  }),
);

export const CropLinesEnum = enumOf(
  'CropLines',
  'Grey lines to cut along. They lie just outside the photos and cover nothing of them.',
  texts(CROP_LINES, {
    NONE: 'No lines.',
    MARKS: 'Two short lines at each corner of a photo.',
    LINES: 'Along the edges of the photos, to the edge of the paper.',
  }),
);

export const SheetRotationEnum = enumOf(
  'SheetRotation',
  'Whether photos are rotated by 90 degrees on the sheet.',
  texts(SHEET_ROTATIONS, {
    AUTO: 'The photos of one size are rotated where more fit.',
    UPRIGHT: 'None.',
    SIDEWAYS: 'All.',
  }),
);

@InputType({ description: `Paper of another size, as it lies: ${minMm} to ${maxMm} mm a side.` })
export class CustomPaperInput {
  @Field(() => Float, { description: 'Width in millimetres.' })
  widthMm!: number;

  @Field(() => Float, { description: 'Height in millimetres.' })
  heightMm!: number;
}

@InputType({
  description:
    'A photo of a print sheet: exactly one of `photoId` and `assetId`. It is printed in its size by its own dpi: pixel for pixel where the sheet has the same dpi, else scaled. A file without a dpi counts as 300.',
})
export class PrintSheetItemInput {
  @Field(() => ID, { nullable: true, description: 'A photo of an IdPhotoTask whose clean picture is there.' })
  photoId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Any finished ID photo that is an asset, without a watermark.' })
  assetId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many. Without it as many as fit; several such items get one more in turn. Error DOES_NOT_FIT says how many would.',
  })
  count?: number | null;
}

@InputType({
  description:
    'A print sheet to make. Rows of equal photos lie one below the other in the order of the items, in the middle of the paper; photos of one size share rows. Each length in mm becomes the nearest whole number of pixels.',
})
export class CreatePrintSheetInput extends TaskOptionsInput {
  @Field(() => [PrintSheetItemInput], { description: `The photos, 1 to ${items}, of one size or several.` })
  items!: PrintSheetItemInput[];

  @Field(() => PaperEnum, { nullable: true, description: 'Default: INCH_6.' })
  paper?: keyof typeof PaperEnum | null;

  @Field(() => CustomPaperInput, { nullable: true, description: 'Instead of `paper`.' })
  customPaper?: CustomPaperInput | null;

  @Field(() => Int, { nullable: true, description: `72 to ${maxDpi}. Default: ${SHEET_DEFAULTS.dpi}.` })
  dpi?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: `Between two photos: 0 to ${maxGapMm} mm. Default: ${SHEET_DEFAULTS.gapMm}.`,
  })
  gapMm?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: `At least so much white at each edge, which a printer may trim: 0 to ${maxMarginMm} mm. Default: ${SHEET_DEFAULTS.marginMm}.`,
  })
  marginMm?: number | null;

  @Field(() => CropLinesEnum, { nullable: true, description: `Default: ${SHEET_DEFAULTS.cropLines}.` })
  cropLines?: keyof typeof CropLinesEnum | null;

  @Field(() => SheetRotationEnum, { nullable: true, description: `Default: ${SHEET_DEFAULTS.rotate}.` })
  rotate?: keyof typeof SheetRotationEnum | null;

  @Field(() => ConsentInput, {
    nullable: true,
    description:
      'That the person agreed. A photo that this server made is covered by the consent of its task; of another one see createIdPhoto.',
  })
  consent?: ConsentInput | null;
}
