/** What of a photo can be asked for in numbers, and is measured on the result. */
export const ASKED_CODES = [
  'WIDTH_PX',
  'HEIGHT_PX',
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
  'ROLL',
  'YAW',
  'PITCH',
] as const;
export type AskedCode = (typeof ASKED_CODES)[number];

/**
 * A range that is asked for; an open end is null. Lengths are shares of the height of the photo, those of widths of its
 * width, the eye line from the upper edge; all else in px, dpi, bytes, percent or degrees.
 */
export interface AskedNumber {
  code: AskedCode;
  min: number | null;
  max: number | null;
  /** CALLER: by an option of the request. SPEC: as the spec is sold. The others: how strictly a rule means it. */
  strength: 'CALLER' | 'SPEC' | 'LIMIT' | 'APPROXIMATE' | 'USUAL';
  /** Who asks: the id of a rule; null for all others. */
  rule: string | null;
  /** Where the head ends, for its height and the margin above it. EITHER: the rule does not say. */
  headTop?: 'HAIR' | 'SKULL' | 'EITHER';
}
