/**
 * How well a program can judge it. AUTOMATIC: by landmarks, matte, pixels or the header. PARTIAL: an estimate, worth a
 * warning and no refusal. NOT_POSSIBLE: a person has to look, or to know.
 */
export const JUDGEMENTS = ['AUTOMATIC', 'PARTIAL', 'NOT_POSSIBLE'] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

/** What rules ask for, by code, and how it can be judged. */
export const RULE_CHECKS = {
  PIXELS: { judged: 'AUTOMATIC', how: 'Header.' },
  ASPECT: { judged: 'AUTOMATIC', how: 'Header.' },
  DPI: { judged: 'AUTOMATIC', how: 'JFIF/EXIF density; says nothing of the picture itself.' },
  FILE_FORMAT: { judged: 'AUTOMATIC', how: 'Magic bytes.' },
  FILE_SIZE: { judged: 'AUTOMATIC', how: 'Bytes; use the safe reading of KB.' },
  FILE_NAME: { judged: 'AUTOMATIC', how: 'Only where the caller names the file.' },
  JPEG_QUALITY: { judged: 'AUTOMATIC', how: 'Estimated from the quantisation tables.' },
  BIT_DEPTH: { judged: 'AUTOMATIC', how: 'Header.' },
  COLOR_NOT_GREY: { judged: 'AUTOMATIC', how: 'Chroma of the face.' },
  BACKGROUND_COLOR: {
    judged: 'AUTOMATIC',
    how: 'Median of the pixels outside the matte, distance in Lab; most rules publish a name and no tolerance.',
  },
  BACKGROUND_EVENNESS: { judged: 'AUTOMATIC', how: 'Spread and gradient outside the matte.' },
  BORDER: { judged: 'AUTOMATIC', how: 'Constant lines at the edges.' },
  HEAD_HEIGHT: {
    judged: 'AUTOMATIC',
    how: 'Chin landmark to matte top (hairTop) or to an estimated skull (crownWithoutHair, needs a model: weaker).',
  },
  FACE_WIDTH: {
    judged: 'AUTOMATIC',
    how: 'Cheek or ear landmarks; say which, rules differ (cheeks, ear roots, head width).',
  },
  EYE_LINE: { judged: 'AUTOMATIC', how: 'Eye landmarks.' },
  TOP_MARGIN: { judged: 'AUTOMATIC', how: 'Matte top.' },
  BOTTOM_MARGIN: { judged: 'AUTOMATIC', how: 'Chin landmark.' },
  SIDE_MARGIN: { judged: 'AUTOMATIC', how: 'Matte sides.' },
  CENTRING: { judged: 'AUTOMATIC', how: 'Eye midpoint or matte.' },
  INTER_EYE: { judged: 'AUTOMATIC', how: 'Pupil landmarks.' },
  ROLL: { judged: 'AUTOMATIC', how: 'Eye line angle.' },
  SINGLE_FACE: { judged: 'AUTOMATIC', how: 'Detector.' },
  SHARPNESS: { judged: 'AUTOMATIC', how: 'Local contrast in the face.' },
  EXPOSURE: { judged: 'AUTOMATIC', how: 'Histogram of the face.' },
  YAW: { judged: 'PARTIAL', how: 'From landmarks, some degrees of error.' },
  PITCH: { judged: 'PARTIAL', how: 'From landmarks, weaker than yaw.' },
  EYES_OPEN: { judged: 'PARTIAL', how: 'Lid landmarks.' },
  MOUTH_CLOSED: { judged: 'PARTIAL', how: 'Lip landmarks.' },
  NEUTRAL_EXPRESSION: { judged: 'PARTIAL', how: 'Mouth shape only.' },
  GAZE: { judged: 'PARTIAL', how: 'Iris landmarks.' },
  RED_EYE: { judged: 'PARTIAL', how: 'Colour of the pupils.' },
  SHADOW: { judged: 'PARTIAL', how: 'Left-right luminance of face and background.' },
  GLASSES_PRESENT: { judged: 'PARTIAL', how: 'Needs a classifier.' },
  GLASSES_GLARE: { judged: 'PARTIAL', how: 'Specular pixels near the eyes.' },
  HEADWEAR: { judged: 'PARTIAL', how: 'Needs a classifier or face parsing.' },
  EARS_VISIBLE: { judged: 'PARTIAL', how: 'Face parsing or skin at the ear landmarks.' },
  BROWS_VISIBLE: { judged: 'PARTIAL', how: 'Face parsing.' },
  SHOULDERS_VISIBLE: { judged: 'PARTIAL', how: 'Matte at the lower corners.' },
  LOWER_EDGE: { judged: 'PARTIAL', how: 'Chin to lower edge only stands in for the collarbone.' },
  CLOTHES_VS_BACKGROUND: { judged: 'PARTIAL', how: 'Colour distance along the matte.' },
  DISTORTED: { judged: 'PARTIAL', how: 'Face proportions; only gross stretching.' },
  EDITED: {
    judged: 'PARTIAL',
    how: 'A program knows what it did itself (background, retouch, rotation); it cannot prove that a photo is original.',
  },
  UPSCALED: { judged: 'PARTIAL', how: 'Known if done here; guessed from the spectrum otherwise.' },
  MIRRORED: { judged: 'NOT_POSSIBLE', how: 'Not seen in a face.' },
  RECENCY: { judged: 'NOT_POSSIBLE', how: 'EXIF date is a hint.' },
  UNIFORM: { judged: 'NOT_POSSIBLE', how: 'Only a person can say.' },
  MAKEUP: { judged: 'NOT_POSSIBLE', how: 'Only a person can say.' },
  JEWELLERY: { judged: 'NOT_POSSIBLE', how: 'Only a person can say.' },
  COLOURED_LENSES: { judged: 'NOT_POSSIBLE', how: 'Only a person can say.' },
  GLASSES_HABITUAL: { judged: 'NOT_POSSIBLE', how: 'Whether the person always wears them.' },
  LIKENESS: { judged: 'NOT_POSSIBLE', how: 'Only a person can say.' },
  TAKEN_BY: { judged: 'NOT_POSSIBLE', how: 'Only a person can say.' },
  PRINT_PAPER: { judged: 'NOT_POSSIBLE', how: 'Only a person can say.' },
  OFFICIAL_TOOL: { judged: 'NOT_POSSIBLE', how: 'The office runs its own program afterwards.' },
  RECEIPT: { judged: 'NOT_POSSIBLE', how: 'Issued by a studio or an app, never by an image program.' },
} as const satisfies Record<string, { judged: Judgement; how: string }>;

export type RuleCheck = keyof typeof RULE_CHECKS;
