import { ABOUT } from './fit-head.js';
import type { AskedCode, AskedNumber, Finding, MeasuredGeometry, PhotoFacts } from './photo.js';

/** What is measured of a finished photo. */
export interface Measured {
  widthPx: number;
  heightPx: number;
  dpi: number;
  bytes: number;
  /** Absent for PNG. */
  quality?: number | undefined;
  geometry: MeasuredGeometry;
  /** `tiltDegrees`: what is left of the head's tilt. */
  facts: Pick<PhotoFacts, 'yaw'> & { tiltDegrees?: number };
}

/** Landmarks are found to about half a pixel, so a share of 700 lines is known to a thousandth. */
const ROUNDING = 0.0015;
/** How exactly a head is placed where a caller says. */
const PLACED_WITHIN = 0.01;
/** The tip of the nose moves by 0.15 widths of the face with 20 degrees; for small angles in proportion. */
const DEGREES_PER_YAW = 20 / 0.15;

/** Each number that was asked for beside what the photo has. One that does not apply (the quality of a PNG) is left out. */
export function findingsOf(asked: readonly AskedNumber[], photo: Measured): Finding[] {
  return asked.flatMap(number => {
    const measured = measuredOf(number, photo);
    return measured === undefined ? [] : [{ ...number, measured, held: holds(number, measured, photo) }];
  });
}

/** A limit of a rule, or an option of the caller: what is only "about" or usual is no miss. */
export function isMissed(findings: readonly Finding[]): boolean {
  return findings.some(({ strength, held }) => !held && (strength === 'LIMIT' || strength === 'CALLER'));
}

function holds(number: AskedNumber, measured: number, photo: Measured): boolean {
  // Where the rule does not say how it measures, one of the two readings is enough.
  if (number.headTop === 'EITHER' && !within(number, measured)) {
    const other = measuredOf({ ...number, headTop: 'SKULL' }, photo);
    return other !== undefined && within(number, other);
  }
  return within(number, measured);
}

const SHARES: ReadonlySet<AskedCode> = new Set([
  'HEAD_HEIGHT',
  'FACE_WIDTH',
  'EYE_LINE',
  'TOP_MARGIN',
  'BELOW_CHIN',
  'INTER_EYE',
]);

function within({ code, min, max, strength }: AskedNumber, measured: number): boolean {
  const slack = SHARES.has(code) ? slackOf({ min, max, strength }) : 0;
  return measured >= (min ?? Number.NEGATIVE_INFINITY) - slack && measured <= (max ?? Number.POSITIVE_INFINITY) + slack;
}

/** A caller names one value, and a rule that names one means "about". */
function slackOf({ min, max, strength }: Pick<AskedNumber, 'min' | 'max' | 'strength'>): number {
  if (strength === 'CALLER') return PLACED_WITHIN;
  return strength === 'APPROXIMATE' || (min !== null && min === max) ? ABOUT : ROUNDING;
}

function measuredOf({ code, headTop }: AskedNumber, photo: Measured): number | undefined {
  const { geometry, widthPx, heightPx } = photo;
  const isSkull = headTop === 'SKULL';
  const values: Record<AskedCode, number | undefined> = {
    WIDTH_PX: widthPx,
    HEIGHT_PX: heightPx,
    DPI: photo.dpi,
    FILE_BYTES: photo.bytes,
    JPEG_QUALITY: photo.quality,
    HEAD_HEIGHT: isSkull ? geometry.skullRatio : geometry.headRatio,
    FACE_WIDTH: geometry.faceWidth,
    EYE_LINE: geometry.faceCenter.y,
    TOP_MARGIN: isSkull ? geometry.skullMargin : geometry.topMargin,
    BELOW_CHIN: 1 - geometry.topMargin - geometry.headRatio,
    INTER_EYE: geometry.eyeDistancePx / widthPx,
    // What was turned is told by `rollDegrees`.
    ROLL: Math.abs(photo.facts.tiltDegrees ?? 0),
    YAW: Math.abs(photo.facts.yaw) * DEGREES_PER_YAW,
  };
  const value = values[code];
  return value === undefined ? undefined : Math.round(value * 10_000) / 10_000;
}
