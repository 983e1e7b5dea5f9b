import type { HeadTop, LENGTH_UNITS, PhotoRule } from './photo-rule.js';

export const RULE_NUMBERS = [
  'WIDTH_PX',
  'HEIGHT_PX',
  'WIDTH_MM',
  'HEIGHT_MM',
  'DPI',
  'FILE_BYTES',
  'JPEG_QUALITY',
  'BIT_DEPTH',
  'HEAD_HEIGHT',
  'FACE_WIDTH',
  'EYE_LINE',
  'TOP_MARGIN',
  'BELOW_CHIN',
  'INTER_EYE',
  'EYE_MIDPOINT_FROM_LEFT',
  'SIDE_MARGIN',
  'ROLL',
  'YAW',
  'PITCH',
  'RECENCY',
] as const;
export type RuleNumberCode = (typeof RULE_NUMBERS)[number];

export const NUMBER_UNITS = ['PX', 'MM', 'FRACTION', 'DPI', 'BYTES', 'PERCENT', 'BITS', 'DEGREES', 'MONTHS'] as const;
export type NumberUnit = (typeof NUMBER_UNITS)[number];

/**
 * LIMIT: a photo has to hold it. APPROXIMATE: published as "about", without a tolerance. USUAL: what photos generally
 * have. A miss of the last two is worth a warning and no refusal.
 */
export const NUMBER_STRENGTHS = ['LIMIT', 'APPROXIMATE', 'USUAL'] as const;
export type NumberStrength = (typeof NUMBER_STRENGTHS)[number];

/** One published number. An end that is null is open. */
export interface RuleNumber {
  readonly code: RuleNumberCode;
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: NumberUnit;
  readonly strength: NumberStrength;
  /**
   * The same as a share of the picture's height, or of its width for widths, with the eye line from the top. Null where
   * it is no length, or the frame is unknown.
   */
  readonly share: { readonly min: number | null; readonly max: number | null } | null;
  /** Between which points: `cheeks`, `ear roots`, `from the top`. */
  readonly measured: string | null;
  readonly note: string | null;
}

interface Range {
  min?: number | undefined;
  max?: number | undefined;
  approximate?: boolean | undefined;
  note?: string | undefined;
}
type Length = Range & { unit: (typeof LENGTH_UNITS)[number] };
type Frame = NonNullable<NonNullable<PhotoRule['head']>['referenceFrame']>;

const HEAD_TOP_WORDS: Record<HeadTop, string> = {
  hairTop: 'chin to the highest hair',
  crownWithoutHair: 'chin to the crown without hair',
  unknown: 'chin to the top of the head; the text does not say whether with hair',
};

/** All numbers of a rule, one by one. */
export function numbersOf(rule: PhotoRule): RuleNumber[] {
  const { pixels, millimetres, dpi, file, pose, recencyMonths, head } = rule;
  const size = { approximate: pixels?.approximate, note: pixels?.note };
  return [
    plain('WIDTH_PX', 'PX', pixels?.width && { ...pixels.width, ...size }),
    plain('HEIGHT_PX', 'PX', pixels?.height && { ...pixels.height, ...size }),
    plain('WIDTH_MM', 'MM', millimetres?.width),
    plain('HEIGHT_MM', 'MM', millimetres?.height),
    plain('DPI', 'DPI', dpi),
    ...plain('FILE_BYTES', 'BYTES', file.bytes).map(number => ({ ...number, strength: strengthOf(file.bytes?.kind) })),
    plain('JPEG_QUALITY', 'PERCENT', file.jpegQuality),
    plain('BIT_DEPTH', 'BITS', exactly(file.colour?.bitDepth)),
    ...(head === undefined ? [] : headNumbers(head)),
    plain('ROLL', 'DEGREES', upTo(pose?.rollMaxDeg)),
    plain('YAW', 'DEGREES', upTo(pose?.yawMaxDeg)),
    plain('PITCH', 'DEGREES', upTo(pose?.pitchMaxDeg)),
    plain('RECENCY', 'MONTHS', upTo(recencyMonths)),
  ].flat();
}

function headNumbers(head: NonNullable<PhotoRule['head']>): RuleNumber[] {
  const { referenceFrame: frame, chinToTop, faceWidth, eyeLine } = head;
  return [
    long('HEAD_HEIGHT', chinToTop, frame, 'height', HEAD_TOP_WORDS[head.measuredTo]),
    long('FACE_WIDTH', faceWidth, frame, 'width', faceWidth?.between),
    eyeLineOf(eyeLine, frame),
    long('TOP_MARGIN', head.topMargin, frame, 'height'),
    long('BELOW_CHIN', head.belowChin, frame, 'height'),
    long('INTER_EYE', head.interEye, frame, 'width'),
    long('EYE_MIDPOINT_FROM_LEFT', head.eyeMidpointFromLeft, frame, 'width'),
    long('SIDE_MARGIN', head.sideMargin, frame, 'width'),
  ].flat();
}

/** Published from above or from below; the share is from above, as pixels are counted. */
function eyeLineOf(line: (Length & { from: 'top' | 'bottom' }) | undefined, frame: Frame | undefined): RuleNumber[] {
  return long('EYE_LINE', line, frame, 'height', line && `from the ${line.from} edge`).map(number => ({
    ...number,
    share: number.share && line?.from === 'bottom' ? fromTop(number.share) : number.share,
  }));
}

function fromTop({ min, max }: NonNullable<RuleNumber['share']>): NonNullable<RuleNumber['share']> {
  return { min: max === null ? null : round(1 - max), max: min === null ? null : round(1 - min) };
}

function plain(code: RuleNumberCode, unit: NumberUnit, range: Range | undefined): RuleNumber[] {
  if (range === undefined) return [];
  const { min = null, max = null, approximate = false, note = null } = range;
  const strength = approximate ? 'APPROXIMATE' : 'LIMIT';
  return [{ code, min, max, unit, strength, share: null, measured: null, note }];
}

function strengthOf(kind: 'limit' | 'usual' | undefined): NumberStrength {
  return kind === 'usual' ? 'USUAL' : 'LIMIT';
}

const UNITS = { px: 'PX', mm: 'MM', fraction: 'FRACTION' } as const;

function long(
  code: RuleNumberCode,
  length: Length | undefined,
  frame: Frame | undefined,
  side: 'width' | 'height',
  measured: string | undefined = undefined,
): RuleNumber[] {
  if (length === undefined) return [];
  const whole = length.unit === 'fraction' ? 1 : frame?.unit === length.unit ? frame[side] : undefined;
  const shareOf = (end: number | undefined) => (end === undefined || whole === undefined ? null : round(end / whole));
  const share = whole === undefined ? null : { min: shareOf(length.min), max: shareOf(length.max) };
  return plain(code, UNITS[length.unit], length).map(number => ({ ...number, share, measured: measured ?? null }));
}

function exactly(value: number | undefined): Range | undefined {
  return value === undefined ? undefined : { min: value, max: value };
}

function upTo(value: number | undefined): Range | undefined {
  return value === undefined ? undefined : { max: value };
}

function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
