import { Field, Float, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { BackgroundInput } from './background.input.js';
import { ConsentInput } from './consent.input.js';
import { PhotoReleaseEnum, VendorChoiceEnum } from './enums.js';
import { PhotoInput } from './photo.input.js';
import { TaskOptionsInput } from './task-options.input.js';

@InputType({
  description:
    'A size that is no spec: pixels, or millimetres, which the dpi turns into pixels. Sides of 48 to 3000 px.',
})
export class CustomSizeInput {
  @Field(() => Int, { nullable: true, description: 'Width in pixels; goes with heightPx.' })
  widthPx?: number | null;

  @Field(() => Int, { nullable: true, description: 'Height in pixels; goes with widthPx.' })
  heightPx?: number | null;

  @Field(() => Float, { nullable: true, description: 'Width in millimetres; goes with heightMm.' })
  widthMm?: number | null;

  @Field(() => Float, { nullable: true, description: 'Height in millimetres; goes with widthMm.' })
  heightMm?: number | null;
}

@InputType({
  description:
    'The file size that is accepted. The minimum counts in 1024 bytes and the maximum in 1000 where both fit.',
})
export class FileSizeInput {
  @Field(() => Int, { nullable: true, description: 'At least so many KB: 1 to 10000.' })
  minKb?: number | null;

  @Field(() => Int, { nullable: true, description: 'At most so many KB: 1 to 10000.' })
  maxKb?: number | null;
}

@InputType({ description: 'A point as fractions of the width from the left and of the height from the top.' })
export class FaceCenterInput {
  @Field(() => Float, { defaultValue: 0.5, description: '0.2 to 0.8; 0.5 is the middle.' })
  x!: number;

  @Field(() => Float, { description: '0.2 to 0.8, from the top.' })
  y!: number;
}

@InputType({ description: 'From and to, in pixels.' })
export class PixelRangeInput {
  @Field(() => Int, { description: 'At least.' })
  min!: number;

  @Field(() => Int, { description: 'At most.' })
  max!: number;
}

@InputType({ description: "Parameters that Jumei's ID photo alone has, as its guide has them." })
export class JumeiIdPhotoInput {
  @Field(() => Float, { nullable: true, description: '`beautyDegree`: 1.0 to 5.0.' })
  beautyDegree?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "`faceRatio`: 0 to 1, by Jumei's own measure, which is not headRatio; 0.5 if not given.",
  })
  faceRatio?: number | null;

  @Field(() => Float, { nullable: true, description: '`faceCenterRange`: 0 to 1; 0.45 if not given.' })
  faceCenterRange?: number | null;

  @Field(() => PixelRangeInput, { nullable: true, description: '`topEmpty`: pixels above the head.' })
  topEmpty?: PixelRangeInput | null;
}

@InputType({ description: 'From and to, as fractions of 1.' })
export class BoundsInput {
  @Field(() => Float, { description: 'At least: 0 to 1.' })
  min!: number;

  @Field(() => Float, { description: 'At most: 0 to 1.' })
  max!: number;
}

@InputType({ description: "`ratios` of Leqi's guide; what is not given stays open." })
export class LeqiRatiosInput {
  @Field(() => BoundsInput, { nullable: true, description: 'head_h/pic_h: height of the head / of the picture.' })
  headHeight?: BoundsInput | null;

  @Field(() => BoundsInput, { nullable: true, description: 'eye_h/pic_h: height of the eyes / of the picture.' })
  eyeHeight?: BoundsInput | null;

  @Field(() => BoundsInput, {
    nullable: true,
    description: 'top_h/pic_h: space above the head / height of the picture.',
  })
  topHeight?: BoundsInput | null;

  @Field(() => BoundsInput, { nullable: true, description: 'face_w/pic_w: width of the face / of the picture.' })
  faceWidth?: BoundsInput | null;
}

export enum LeqiPrintType {
  STANDARD = 'STANDARD',
  COMPACT = 'COMPACT',
}
registerEnumType(LeqiPrintType, {
  name: 'LeqiPrintType',
  description: "How Leqi's print sheet is filled.",
  valuesConfig: {
    STANDARD: { description: '8 one-inch photos.' },
    COMPACT: { description: '10 one-inch photos.' },
  },
});

export enum LeqiAlignment {
  CENTER = 'CENTER',
  EARS = 'EARS',
}
registerEnumType(LeqiAlignment, {
  name: 'LeqiAlignment',
  description: 'How Leqi cuts to the width.',
  valuesConfig: {
    CENTER: { description: 'By the centre.' },
    EARS: { description: 'By the ears.' },
  },
});

@InputType({ description: "Parameters that Leqi's ID photo alone has, as its guide has them." })
export class LeqiIdPhotoInput {
  @Field(() => LeqiRatiosInput, {
    nullable: true,
    description: 'Where the head has to be. Too narrow ones make it fail.',
  })
  ratios?: LeqiRatiosInput | null;

  @Field(() => LeqiPrintType, { nullable: true, description: '`print_type`: how the print sheet is filled.' })
  printType?: LeqiPrintType | null;

  @Field(() => LeqiAlignment, { nullable: true, description: '`hor_align_type`: how it is cut to the width.' })
  horizontalAlignment?: LeqiAlignment | null;

  @Field(() => Boolean, { nullable: true, description: '`pose_fix`: levels the shoulders as well as the eyes.' })
  poseFix?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: '`need_origin_beauty`: retouches the original; takes 5 to 40 seconds more.',
  })
  originBeauty?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      "`clothes`: the name of a garment to put on, such as `api_20240521-3-boy`. Leqi's sales staff has the list. In the guide's sample, not in its table.",
  })
  clothes?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "`fair_level`: how strongly the face is retouched, 1 to 5. In the guide's codes, not in its table; the range is that of Leqi's other products.",
  })
  fairLevel?: number | null;
}

export enum FollowedSize {
  SPEC = 'SPEC',
  RULE = 'RULE',
}
registerEnumType(FollowedSize, {
  name: 'FollowedSize',
  description: 'Whose size and colour a photo gets where a spec is sold in others than its document wants.',
  valuesConfig: {
    SPEC: { description: "The spec's." },
    RULE: {
      description:
        "The document's own, by the rule of that very document; the colour is the first that is sold and listed, else the first that is listed. `backgrounds` go before it.",
    },
  },
});

export enum EditMode {
  FULL = 'FULL',
  BACKGROUND = 'BACKGROUND',
  NONE = 'NONE',
}
registerEnumType(EditMode, {
  name: 'EditMode',
  description: 'What may be done to the pixels of a photo.',
  valuesConfig: {
    FULL: { description: 'Everything that whoever makes it does, a retouch included. LOCAL retouches nothing.' },
    BACKGROUND: { description: 'A new background and a level head; no retouch.' },
    NONE: {
      description:
        'Cropped, scaled and encoded: no rotation, no new background, no retouch. LOCAL only, and without `backgrounds`.',
    },
  },
});

export enum PhotoRequirement {
  RULES = 'RULES',
}
registerEnumType(PhotoRequirement, {
  name: 'PhotoRequirement',
  description: 'What a photo has to be, or it is not delivered.',
  valuesConfig: {
    RULES: {
      description: 'Within every limit of the rules of that very document: no check of its report fails by one.',
    },
  },
});

@InputType({ description: 'What an ID photo has to be like. Exactly one of `specId` and `customSize`.' })
export class IdPhotoOptionsInput extends TaskOptionsInput {
  @Field(() => ID, { nullable: true, description: 'A spec of `specs`.' })
  specId?: string | null;

  @Field(() => CustomSizeInput, { nullable: true, description: 'A size of your own.' })
  customSize?: CustomSizeInput | null;

  @Field(() => [BackgroundInput], {
    nullable: true,
    description: '1 to 6, each once; each gives a photo. Default: the first background of the spec, or white.',
  })
  backgrounds?: BackgroundInput[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "72 to 1200. Default: the spec's, or 300. It changes what is written in the file, and the pixels only of a customSize in millimetres.",
  })
  dpi?: number | null;

  @Field(() => FileSizeInput, {
    nullable: true,
    description: 'Default: the limits of the spec and of the rules of its document, if there are any.',
  })
  fileSize?: FileSizeInput | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'From crown to chin, as a fraction of the height: 0.3 to 0.9. Default by the rules of the document, else by its kind, 0.62 for Chinese ones.',
  })
  headRatio?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'From the upper edge to the crown, as a fraction of the height: 0 to 0.5. Not together with faceCenter.',
  })
  topMargin?: number | null;

  @Field(() => FaceCenterInput, {
    nullable: true,
    description:
      'Where the point midway between the eyes goes (face centre of ISO/IEC 19794-5). Not together with topMargin.',
  })
  faceCenter?: FaceCenterInput | null;

  @Field(() => FollowedSize, {
    nullable: true,
    description:
      'Whose size and colour it gets; default SPEC. RULE needs a spec with a rule of that very document that names one of them.',
  })
  follow?: FollowedSize | null;

  @Field(() => EditMode, {
    nullable: true,
    description:
      'What may be done to the pixels. Default: NONE where the rule of that very document forbids edits and neither backgrounds nor a vendor are named, else BACKGROUND with LOCAL and FULL with a vendor. Edits against the rule are told by the warning EDITED_AGAINST_RULE.',
  })
  edit?: EditMode | null;

  @Field(() => PhotoRequirement, {
    nullable: true,
    description:
      'RULES: the task fails with RULES_MISSED instead of delivering a photo whose report has a FAIL by its rules. LOCAL only.',
  })
  require?: PhotoRequirement | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'LOCAL only. Where the source ends so close below the chin that the body would float above the lower edge, although the head was moved down and enlarged as far as it may: true delivers it with the warning BODY_CUT; else it fails with BODY_CUT.',
  })
  allowBodyCut?: boolean | null;

  @Field(() => VendorChoiceEnum, {
    nullable: true,
    description: 'Who makes it; default AUTO. Leqi is chosen by name only: it gives previews first.',
  })
  vendor?: keyof typeof VendorChoiceEnum | null;

  @Field(() => PhotoReleaseEnum, {
    nullable: true,
    description: 'When the clean photo comes. Default: NOW, from LEQI always LATER.',
  })
  release?: keyof typeof PhotoReleaseEnum | null;

  @Field(() => JumeiIdPhotoInput, { nullable: true, description: 'With vendor JUMEI_ID_PHOTO only.' })
  jumei?: JumeiIdPhotoInput | null;

  @Field(() => LeqiIdPhotoInput, { nullable: true, description: 'With vendor LEQI only.' })
  leqi?: LeqiIdPhotoInput | null;
}

@InputType({ description: 'An ID photo to make. Exactly one of `specId` and `customSize`.' })
export class CreateIdPhotoInput extends IdPhotoOptionsInput {
  @Field(() => ConsentInput, {
    nullable: true,
    description: 'That the person agreed. Required where the operator says so (DARKROOM_REQUIRE_CONSENT).',
  })
  consent?: ConsentInput | null;

  @Field(() => PhotoInput, { description: 'The portrait.' })
  photo!: PhotoInput;
}
