import type { AskedCode, AskedNumber } from './asked-numbers.js';
import { ABOUT } from './fit-head.js';
import type { MeasuredGeometry } from './photo.js';
import { type CheckSeverity, type CheckSource, type PhotoCheck, type PixelBox, rounded, verdictOf } from './report.js';

/** What is measured of a photo; what is absent is not judged. */
export interface Measured {
  widthPx: number;
  heightPx: number;
  /** Null where the file does not say. */
  dpi: number | null;
  bytes: number;
  /** Absent for PNG. */
  quality?: number | undefined;
  bitDepth: number;
  geometry: MeasuredGeometry | null;
  /** Degrees; a lean is what is left of it in the photo. */
  pose: { roll: number; yaw: number; pitch: number } | null;
}

/** Landmarks are found to about half a pixel, so a share of 700 lines is known to a thousandth. */
const ROUNDING = 0.0015;
/** How exactly a head is placed where a caller says. */
const PLACED_WITHIN = 0.01;
/** A head's turn and nod are estimates: beyond a limit by less than this nothing is said. Degrees. */
const POSE_WITHIN: Partial<Record<AskedCode, number>> = { ROLL: 1, YAW: 3, PITCH: 10 };

/** Each number that was asked for beside what the photo has. One that does not apply (the quality of a PNG) is left out. */
export function numberChecks(
  asked: readonly AskedNumber[],
  photo: Measured,
  boxOf: (code: AskedCode) => PixelBox | null = () => null,
): PhotoCheck[] {
  return asked.flatMap((number): PhotoCheck[] => {
    const { code, min, max, rule, headTop } = number;
    const measured = measuredOf(number, photo);
    if (measured === undefined) return [];
    const severity = severityOf(number);
    const common = { code, severity, min, max, source: sourceOf(number), rule, ...(headTop && { headTop }) };
    if (measured === null) {
      const reason = code === 'DPI' ? 'NO_METADATA' : 'NO_FACE';
      return [{ ...common, measured, verdict: 'NOT_JUDGED', box: null, reason }];
    }
    return [{ ...common, measured, verdict: verdictOf(holds(number, measured, photo), severity), box: boxOf(code) }];
  });
}

/** A turn and a nod are estimates, which refuse nothing. */
function severityOf({ code, strength }: AskedNumber): CheckSeverity {
  const strict = strength === 'LIMIT' || strength === 'CALLER' || strength === 'SPEC';
  return strict && code !== 'YAW' && code !== 'PITCH' ? 'REQUIRED' : 'ADVISED';
}

function sourceOf({ rule, strength }: AskedNumber): CheckSource {
  if (rule !== null) return 'RULE';
  return strength === 'CALLER' || strength === 'SPEC' ? strength : 'ENGINE';
}

function holds(number: AskedNumber, measured: number, photo: Measured): boolean {
  // Where the rule does not say how it measures, one of the two readings is enough.
  if (number.headTop === 'EITHER' && !within(number, measured)) {
    const other = measuredOf({ ...number, headTop: 'SKULL' }, photo);
    return other != null && within(number, other);
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
  'EYE_MIDPOINT_FROM_LEFT',
]);

function within({ code, min, max, strength }: AskedNumber, measured: number): boolean {
  const slack = SHARES.has(code) ? slackOf({ min, max, strength }) : (POSE_WITHIN[code] ?? 0);
  return measured >= (min ?? Number.NEGATIVE_INFINITY) - slack && measured <= (max ?? Number.POSITIVE_INFINITY) + slack;
}

/** A caller names one value, and a rule that names one means "about". */
function slackOf({ min, max, strength }: Pick<AskedNumber, 'min' | 'max' | 'strength'>): number {
  if (strength === 'CALLER') return PLACED_WITHIN;
  return strength === 'APPROXIMATE' || (min !== null && min === max) ? ABOUT : ROUNDING;
}

/** Null where it could not be measured, undefined where it does not apply. */
function measuredOf({ code, headTop }: AskedNumber, photo: Measured): number | null | undefined {
  const { geometry, pose, widthPx } = photo;
  const isSkull = headTop === 'SKULL';
  const ofFile: Partial<Record<AskedCode, number | null | undefined>> = {
    WIDTH_PX: widthPx,
    HEIGHT_PX: photo.heightPx,
    DPI: photo.dpi,
    FILE_BYTES: photo.bytes,
    JPEG_QUALITY: photo.quality,
    BIT_DEPTH: photo.bitDepth,
  };
  if (code in ofFile) return ofFile[code];
  const ofHead: Partial<Record<AskedCode, number | undefined>> =
    geometry === null
      ? {}
      : {
          HEAD_HEIGHT: isSkull ? geometry.skullRatio : geometry.headRatio,
          FACE_WIDTH: geometry.faceWidth,
          EYE_LINE: geometry.faceCenter.y,
          TOP_MARGIN: isSkull ? geometry.skullMargin : geometry.topMargin,
          BELOW_CHIN: 1 - geometry.topMargin - geometry.headRatio,
          INTER_EYE: geometry.eyeDistancePx / widthPx,
          EYE_MIDPOINT_FROM_LEFT: geometry.faceCenter.x,
        };
  const ofPose: Partial<Record<AskedCode, number>> =
    pose === null ? {} : { ROLL: pose.roll, YAW: pose.yaw, PITCH: pose.pitch };
  const turned = ofPose[code];
  const value = turned === undefined ? ofHead[code] : Math.abs(turned);
  return value === undefined ? null : rounded(value);
}
