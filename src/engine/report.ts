import type { AskedNumber } from './asked-numbers.js';

/** The report of a photo: what was looked at, what it has, and whether that is as it was asked for. Types and codes alone. */

/** The unit of what is measured under each code; NONE: it is no number. A code is API and never changes its meaning. */
export const CHECKS = {
  FACE: 'NONE',
  SINGLE_FACE: 'COUNT',
  HEAD_CUT: 'FRACTION',
  WIDTH_PX: 'PX',
  HEIGHT_PX: 'PX',
  DPI: 'DPI',
  FILE_BYTES: 'BYTES',
  FILE_FORMAT: 'NONE',
  JPEG_QUALITY: 'PERCENT',
  BIT_DEPTH: 'BITS',
  COLOR_NOT_GREY: 'LAB',
  HEAD_HEIGHT: 'FRACTION',
  FACE_WIDTH: 'FRACTION',
  EYE_LINE: 'FRACTION',
  TOP_MARGIN: 'FRACTION',
  BELOW_CHIN: 'FRACTION',
  INTER_EYE: 'FRACTION',
  EYE_MIDPOINT_FROM_LEFT: 'FRACTION',
  CENTRING: 'FRACTION',
  EYE_DISTANCE: 'PX',
  ROLL: 'DEGREES',
  YAW: 'DEGREES',
  PITCH: 'DEGREES',
  EYES_OPEN: 'RATIO',
  MOUTH_CLOSED: 'RATIO',
  GLARE: 'FRACTION',
  SHARPNESS: 'RATIO',
  UNDEREXPOSURE: 'LUMA',
  OVEREXPOSURE: 'FRACTION',
  SHADOW: 'RATIO',
  DYNAMIC_RANGE: 'BITS',
  LUMINANCE_MEAN: 'FRACTION',
  LUMINANCE_VARIANCE: 'FRACTION',
  NATURAL_COLOR: 'LAB',
  BACKGROUND_COLOR: 'LAB',
  BACKGROUND_EVENNESS: 'LAB',
  EDITED: 'NONE',
  AI_GENERATED: 'NONE',
  // What nothing here can see; the codes are those of the rules.
  HEADWEAR: 'NONE',
  HAIR_OVER_EYES: 'NONE',
  NEUTRAL_EXPRESSION: 'NONE',
  GAZE: 'NONE',
  RED_EYE: 'NONE',
  GLASSES_PRESENT: 'NONE',
  EARS_VISIBLE: 'NONE',
  BROWS_VISIBLE: 'NONE',
  SHOULDERS_VISIBLE: 'NONE',
  LOWER_EDGE: 'NONE',
  SIDE_MARGIN: 'NONE',
  BORDER: 'NONE',
  CLOTHES_VS_BACKGROUND: 'NONE',
  DISTORTED: 'NONE',
  UPSCALED: 'NONE',
  MIRRORED: 'NONE',
  FILE_NAME: 'NONE',
  RECENCY: 'NONE',
  UNIFORM: 'NONE',
  MAKEUP: 'NONE',
  JEWELLERY: 'NONE',
  COLOURED_LENSES: 'NONE',
  GLASSES_HABITUAL: 'NONE',
  LIKENESS: 'NONE',
  TAKEN_BY: 'NONE',
  PRINT_PAPER: 'NONE',
  OFFICIAL_TOOL: 'NONE',
  RECEIPT: 'NONE',
} as const;
export type CheckCode = keyof typeof CHECKS;
export const CHECK_CODES = Object.keys(CHECKS) as CheckCode[];

export const CHECK_UNITS = [
  'NONE',
  'COUNT',
  'PX',
  'DPI',
  'BYTES',
  'PERCENT',
  'BITS',
  'DEGREES',
  'FRACTION',
  'RATIO',
  'LUMA',
  'LAB',
] as const satisfies readonly (typeof CHECKS)[CheckCode][];
export type CheckUnit = (typeof CHECK_UNITS)[number];

/** ADVICE: a person should look. FAIL: it misses what it has to hold. */
export const CHECK_VERDICTS = ['FAIL', 'ADVICE', 'PASS', 'NOT_JUDGED'] as const;
export type CheckVerdict = (typeof CHECK_VERDICTS)[number];

/** What a miss means. REQUIRED: a refusal. ADVISED: perhaps none, since it is an estimate, or not meant strictly. */
export const CHECK_SEVERITIES = ['REQUIRED', 'ADVISED'] as const;
export type CheckSeverity = (typeof CHECK_SEVERITIES)[number];

/**
 * Who asks. RULE: an office. SPEC: the size and colours in which the spec is sold. CALLER: an option of the request.
 * STANDARD: ISO/IEC 29794-5:2025. ENGINE: Darkroom, by a limit that was measured on portraits.
 */
export const CHECK_SOURCES = ['RULE', 'SPEC', 'CALLER', 'STANDARD', 'ENGINE'] as const;
export type CheckSource = (typeof CHECK_SOURCES)[number];

/** Why something was not judged. */
export const UNJUDGED = ['NO_FACE', 'NO_MODEL', 'NOT_IN_PICTURE', 'NO_METADATA', 'NO_BACKGROUND'] as const;
export type Unjudged = (typeof UNJUDGED)[number];

/** FINISHED: the file is handed in as it is. SOURCE: an ID photo is to be made of it; what that mends is not looked at. */
export const CHECK_STAGES = ['FINISHED', 'SOURCE'] as const;
export type CheckStage = (typeof CHECK_STAGES)[number];

/** Pixels of the upright picture. */
export interface PixelBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where the head is, in pixels of the upright picture; they may lie outside of it. */
export interface PhotoHead {
  crown: PixelPoint;
  chin: PixelPoint;
  /** As they lie in the picture. */
  leftEye: PixelPoint;
  rightEye: PixelPoint;
}

export interface PixelPoint {
  x: number;
  y: number;
}

export interface PhotoCheck {
  code: CheckCode;
  verdict: CheckVerdict;
  severity: CheckSeverity;
  /** Null where it is no number, or was not judged. */
  measured: number | null;
  /** An open end is null. */
  min: number | null;
  max: number | null;
  source: CheckSource;
  /** The id of the rule that asks. */
  rule: string | null;
  /** Where the head ends, for its height and the margin above it. EITHER: the rule does not say. */
  headTop?: 'HAIR' | 'SKULL' | 'EITHER';
  /** What was found, where that is no number: a format, a colour, a program. */
  found?: string;
  /** Where to look; null: nowhere, or everywhere. */
  box: PixelBox | null;
  /** Of what was not judged. */
  reason?: Unjudged;
}

export interface PhotoReport {
  verdict: Exclude<CheckVerdict, 'NOT_JUDGED'>;
  stage: CheckStage;
  /** Of the picture that was looked at, upright. */
  widthPx: number;
  heightPx: number;
  /** Null without a face; absent in reports from before it was told. */
  head?: PhotoHead | null;
  /** The worst first, and what was not judged last. */
  checks: PhotoCheck[];
}

/** What is asked of a photo beside numbers; by the spec and its rules. */
export interface AskedTraits {
  /** Checks that rules name, with the rule. */
  named: Partial<Record<CheckCode, { rule: string; severity: CheckSeverity }>>;
  /** As files are sniffed: `image/jpeg`. Absent: any. */
  formats?: { mimes: readonly string[]; rule: string };
  /** Backgrounds that are taken, `#RRGGBB`; by the spec alone where there is no rule. Absent: any. */
  backgrounds?: { hexes: readonly string[]; rule: string | null };
}

/** How a photo is checked as it is. */
export interface CheckOptions {
  stage: CheckStage;
  asked: readonly AskedNumber[];
  traits: AskedTraits;
  /** What is not mended in a source, because the rule of the document forbids it. */
  keeps: { background: boolean; lean: boolean };
}

const ORDER = (verdict: CheckVerdict) => CHECK_VERDICTS.indexOf(verdict);

export function reportOf(
  stage: CheckStage,
  { widthPx, heightPx, head }: Required<Pick<PhotoReport, 'widthPx' | 'heightPx' | 'head'>>,
  checks: readonly PhotoCheck[],
): PhotoReport {
  const sorted = [...checks].sort(
    (a, b) => ORDER(a.verdict) - ORDER(b.verdict) || CHECK_CODES.indexOf(a.code) - CHECK_CODES.indexOf(b.code),
  );
  const worst = sorted[0]?.verdict ?? 'PASS';
  const verdict = worst === 'NOT_JUDGED' ? 'PASS' : worst;
  return { verdict, stage, widthPx, heightPx, head, checks: sorted };
}

/** What the photo has to hold, and does not: by the numbers of rules and of the caller, and what rules name. */
export function missesOf({ checks }: Pick<PhotoReport, 'checks'>): PhotoCheck[] {
  return checks.filter(({ verdict, source }) => verdict === 'FAIL' && (source === 'RULE' || source === 'CALLER'));
}

/** The verdict of a value that is held or not. */
export function verdictOf(held: boolean, severity: CheckSeverity): CheckVerdict {
  return held ? 'PASS' : severity === 'REQUIRED' ? 'FAIL' : 'ADVICE';
}

/** Measured numbers are told to four places. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
