import type { CheckCode, Unjudged } from '../engine/report.js';
import type { Language } from '../kernel/language.js';

type Said = Readonly<Record<Language, string>>;

/** What a check is called, and what to do where it is not passed. */
export interface CheckText {
  readonly name: Said;
  readonly hint: Said;
}

const text = (en: string, zh: string, hintEn: string, hintZh: string): CheckText => ({
  name: { en, zh },
  hint: { en: hintEn, zh: hintZh },
});

const CROP = ['Crop it anew, or let createIdPhoto do it.', '请重新裁剪，或用 createIdPhoto 制作。'] as const;
const LIGHT = ['Take it again in even light from the front.', '请在正面均匀光线下重新拍摄。'] as const;

/** Every check, once. One without texts does not compile. */
export const CHECK_TEXTS: Readonly<Record<CheckCode, CheckText>> = {
  FACE: text('Face', '人脸', 'Show one whole face, from the front.', '请使用正面、完整的单人照片。'),
  SINGLE_FACE: text('One face', '单人', 'Only one person may be in the picture.', '照片中只能有一个人。'),
  HEAD_CUT: text(
    'Whole head',
    '头部完整',
    'The upper edge cuts the hair: leave room above the head.',
    '头顶被上边缘切断，请在头顶上方留出空间。',
  ),
  WIDTH_PX: text('Width', '宽度', 'Make it in the size that is asked for.', '请按要求的尺寸制作。'),
  HEIGHT_PX: text('Height', '高度', 'Make it in the size that is asked for.', '请按要求的尺寸制作。'),
  DPI: text('Density', '分辨率', 'Write the density that is asked for into the file.', '请在文件中写入要求的分辨率。'),
  FILE_BYTES: text('File size', '文件大小', 'Save it in the size that is asked for.', '请按要求的文件大小保存。'),
  FILE_FORMAT: text('Format', '文件格式', 'Save it in a format that is taken.', '请保存为要求的文件格式。'),
  JPEG_QUALITY: text('JPEG quality', 'JPEG 质量', 'Save it with another quality.', '请用其他质量参数保存。'),
  BIT_DEPTH: text('Bits a pixel', '位深', 'Save it in 24 bits of colour.', '请保存为 24 位彩色。'),
  COLOR_NOT_GREY: text('In colour', '彩色', 'Use a photo in colour.', '请使用彩色照片。'),
  HEAD_HEIGHT: text('Head height', '头部高度', ...CROP),
  FACE_WIDTH: text('Face width', '脸部宽度', ...CROP),
  EYE_LINE: text('Height of the eyes', '眼睛高度', ...CROP),
  TOP_MARGIN: text('Space above the head', '头顶空白', ...CROP),
  BELOW_CHIN: text('Space below the chin', '下巴以下', ...CROP),
  INTER_EYE: text('Distance of the eyes', '两眼距离', ...CROP),
  EYE_MIDPOINT_FROM_LEFT: text('Eyes from the left edge', '两眼中点距左边', ...CROP),
  CENTRING: text('Centred', '左右居中', 'Put the face into the middle.', '请将脸部置于画面中央。'),
  EYE_DISTANCE: text(
    'Pixels between the eyes',
    '两眼像素距离',
    'The face has too few pixels: come closer, or use a larger photo.',
    '脸部像素过少，请靠近拍摄或使用更大的照片。',
  ),
  ROLL: text('Lean', '头部倾斜', 'Hold the head upright.', '请保持头部端正，不要歪头。'),
  YAW: text('Turn', '头部转向', 'Look straight into the camera.', '请正对镜头，不要侧脸。'),
  PITCH: text('Nod', '头部俯仰', 'Hold the chin level.', '请不要抬头或低头。'),
  EYES_OPEN: text('Eyes open', '睁眼', 'Open both eyes.', '请睁开双眼。'),
  MOUTH_CLOSED: text('Mouth closed', '闭嘴', 'Close the mouth, and show no teeth.', '请闭合嘴唇，不要露齿。'),
  GLARE: text(
    'No glare',
    '无反光',
    'A light is mirrored around the eyes: take off the glasses, or move the light.',
    '眼部有反光，请取下眼镜或调整光源。',
  ),
  SHARPNESS: text('Sharpness', '清晰度', 'Take it again, in focus and without moving.', '照片模糊，请对焦后重新拍摄。'),
  UNDEREXPOSURE: text('Not too dark', '曝光不足', ...LIGHT),
  OVEREXPOSURE: text('Not too bright', '曝光过度', ...LIGHT),
  SHADOW: text('No shadow on the face', '脸部阴影', ...LIGHT),
  DYNAMIC_RANGE: text('Contrast', '明暗层次', ...LIGHT),
  LUMINANCE_MEAN: text('Mean light', '平均亮度', ...LIGHT),
  LUMINANCE_VARIANCE: text('Spread of light', '亮度差异', ...LIGHT),
  NATURAL_COLOR: text(
    'Natural colour',
    '肤色自然',
    'Take it again in white light, without a filter.',
    '请在白光下拍摄，不要使用滤镜。',
  ),
  BACKGROUND_COLOR: text(
    'Background colour',
    '背景颜色',
    'Take another background, or let createIdPhoto make it where that is allowed.',
    '请更换背景，或在允许时用 createIdPhoto 制作。',
  ),
  BACKGROUND_EVENNESS: text(
    'Even background',
    '背景均匀',
    'Stand before a plain wall, without shadows and patterns.',
    '请在纯色墙面前拍摄，避免阴影和图案。',
  ),
  EDITED: text('Not edited', '未经修图', 'Use the file of the camera, without edits.', '请使用相机原文件，不要修图。'),
  AI_GENERATED: text(
    'Not generated',
    '非生成图像',
    'It carries a label of generated content: use a photo of a camera.',
    '照片带有人工智能生成标识，请使用相机拍摄的照片。',
  ),
  HEADWEAR: text(
    'Head covering',
    '头饰',
    'Nothing on the head, unless for faith.',
    '不要戴帽子等头饰（宗教原因除外）。',
  ),
  HAIR_OVER_EYES: text('Hair over the eyes', '头发遮眼', 'No hair over the eyes.', '头发不要遮住眼睛。'),
  NEUTRAL_EXPRESSION: text('Expression', '表情', 'A neutral expression.', '表情自然，不要夸张。'),
  GAZE: text('Gaze', '视线', 'Look into the camera.', '请目视镜头。'),
  RED_EYE: text('Red eyes', '红眼', 'No red eyes.', '不要有红眼。'),
  GLASSES_PRESENT: text('Glasses', '眼镜', 'No glasses where they are forbidden.', '要求不戴眼镜时请取下。'),
  EARS_VISIBLE: text('Ears', '耳朵', 'Both ears are to be seen.', '请露出双耳。'),
  BROWS_VISIBLE: text('Brows', '眉毛', 'Both brows are to be seen.', '请露出眉毛。'),
  SHOULDERS_VISIBLE: text('Shoulders', '双肩', 'Both shoulders are to be seen.', '请露出双肩。'),
  LOWER_EDGE: text('Lower edge', '下边缘', 'See where the rule wants the body to end.', '请按要求确定下边缘位置。'),
  SIDE_MARGIN: text('Space beside the head', '两侧空白', ...CROP),
  BORDER: text('No border', '无边框', 'No frame around the picture.', '照片不要有边框。'),
  CLOTHES_VS_BACKGROUND: text(
    'Clothes',
    '衣服与背景',
    'Clothes in another colour than the background.',
    '衣服颜色应与背景有区别。',
  ),
  DISTORTED: text('Proportions', '比例', 'Neither stretched nor squeezed.', '照片不要拉伸变形。'),
  UPSCALED: text('Not enlarged', '未放大', 'Use a photo that has enough pixels.', '请使用像素足够的照片，不要放大。'),
  MIRRORED: text('Not mirrored', '未镜像', 'Not the mirror image of a selfie.', '不要使用镜像自拍。'),
  FILE_NAME: text('File name', '文件名', 'Name the file as the office wants.', '请按要求命名文件。'),
  RECENCY: text('Recent', '近照', 'See how old it may be.', '请使用要求期限内的近照。'),
  UNIFORM: text('Uniform', '制服', 'No uniform where it is forbidden.', '要求不穿制服时请更换。'),
  MAKEUP: text('Make-up', '化妆', 'No heavy make-up.', '不要浓妆。'),
  JEWELLERY: text('Jewellery', '首饰', 'Take off jewellery.', '请取下首饰。'),
  COLOURED_LENSES: text('Lenses', '美瞳', 'No coloured lenses.', '不要佩戴美瞳。'),
  GLASSES_HABITUAL: text('Usual glasses', '常戴眼镜', 'As the person usually wears them.', '常戴眼镜者按要求佩戴。'),
  LIKENESS: text('Likeness', '本人相似', 'The person looks so today.', '照片须与本人现在的样貌一致。'),
  TAKEN_BY: text('Taken by', '拍摄者', 'See who has to take it.', '请确认照片应由谁拍摄。'),
  PRINT_PAPER: text('Paper', '相纸', 'Print it as the office wants.', '请按要求打印。'),
  OFFICIAL_TOOL: text(
    'Office program',
    '官方检测',
    "The office's own program looks at it afterwards.",
    '办理机构会用自己的程序检测。',
  ),
  RECEIPT: text('Receipt', '回执', 'Get the photo receipt from a place that gives it.', '请到指定照相点取得相片回执。'),
};

export const UNJUDGED_TEXTS: Readonly<Record<Unjudged, Said>> = {
  NO_FACE: { en: 'Not judged: no face to measure.', zh: '未判断：没有可测量的人脸。' },
  NO_MODEL: { en: 'Not judged: nothing here can see it.', zh: '未判断：本机无法识别。' },
  NOT_IN_PICTURE: { en: 'Not judged: the picture does not tell.', zh: '未判断：无法从照片得知。' },
  NO_METADATA: { en: 'Not judged: the file does not say.', zh: '未判断：文件中没有相关信息。' },
  NO_BACKGROUND: {
    en: 'Not judged: too little background to be seen or told from the person.',
    zh: '未判断：可见背景太少，或无法与人物区分。',
  },
};

/** The quality component of ISO/IEC 29794-5:2025 that a check follows, where it follows one. */
export const STANDARD_NAMES: Partial<Record<CheckCode, string>> = {
  EYES_OPEN: 'eyes open',
  MOUTH_CLOSED: 'mouth closed',
  OVEREXPOSURE: 'over-exposure prevention',
  DYNAMIC_RANGE: 'dynamic range',
  LUMINANCE_MEAN: 'luminance mean',
  LUMINANCE_VARIANCE: 'luminance variance',
  NATURAL_COLOR: 'natural colour',
};
