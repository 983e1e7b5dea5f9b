import type { Point } from './affine.js';
import type { Analysis } from './analysis.js';
import type { AskedCode, AskedNumber } from './asked-numbers.js';
import type { Measured } from './findings.js';
import type { MeasuredGeometry } from './photo.js';
import type { AskedTraits, PhotoHead, PixelBox } from './report.js';
import { POSE_LIMITS, type Traits } from './trait-checks.js';

/** What the checks of traits look at; boxes are in pixels of the picture that the report is about. */
export function lookAt(
  analysis: Analysis,
  asked: AskedTraits,
  toPicture: (point: Point) => Point,
  size: { widthPx: number; heightPx: number },
): Traits {
  const { measures, facts, warnings, frame, toSource } = analysis;
  const boxes: Traits['boxes'] = {};
  for (const name of ['face', 'eyes', 'mouth'] as const) {
    const [from, to] = measures.boxes[name];
    const corners: Point[] = [from, to, [from[0], to[1]], [to[0], from[1]]];
    boxes[name] = boxAround(corners.map(toPicture), size);
  }
  const pixelsPerStep = Math.hypot(frame.toPhoto.xx, frame.toPhoto.yx) * toSource.xx;
  return { asked, measures, facts, eyesClosed: warnings.includes('EYES_CLOSED'), pixelsPerStep, boxes };
}

/** Lines of the head for whoever draws them; to a tenth of a pixel. */
export function headAt(crown: Point, chin: Point, [left, right]: readonly [Point, Point]): PhotoHead {
  const at = ([x, y]: Point) => ({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 });
  return { crown: at(crown), chin: at(chin), leftEye: at(left), rightEye: at(right) };
}

export function boxAround(
  points: readonly Point[],
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): PixelBox {
  const [left, width] = extent(
    points.map(([x]) => x),
    widthPx,
  );
  const [top, height] = extent(
    points.map(([, y]) => y),
    heightPx,
  );
  return { left, top, width, height };
}

/** Whole pixels within the picture, one at least. */
function extent(values: readonly number[], side: number): [from: number, length: number] {
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const from = within(Math.floor(Math.min(...values)), side - 1);
  return [from, Math.max(1, within(Math.ceil(Math.max(...values)), side) - from)];
}

/** Where each number of the head is measured. */
export function headBoxes(
  { headRatio, topMargin, faceCenter, faceWidth = 0, eyeDistancePx }: MeasuredGeometry,
  boxes: Traits['boxes'],
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): (code: AskedCode) => PixelBox | null {
  const box = (left: number, top: number, right: number, bottom: number) =>
    boxAround(
      [
        [left * widthPx, top * heightPx],
        [right * widthPx, bottom * heightPx],
      ],
      { widthPx, heightPx },
    );
  const [west, east] = [faceCenter.x - faceWidth / 2, faceCenter.x + faceWidth / 2];
  const half = eyeDistancePx / widthPx / 2;
  const chin = topMargin + headRatio;
  const places: Partial<Record<AskedCode, PixelBox | undefined>> = {
    HEAD_HEIGHT: box(west, topMargin, east, chin),
    FACE_WIDTH: box(west, topMargin, east, chin),
    TOP_MARGIN: box(0, 0, 1, topMargin),
    BELOW_CHIN: box(0, chin, 1, 1),
    EYE_LINE: box(0, faceCenter.y, 1, faceCenter.y),
    INTER_EYE: box(faceCenter.x - half, faceCenter.y, faceCenter.x + half, faceCenter.y),
    ROLL: boxes.eyes,
    YAW: boxes.face,
    PITCH: boxes.face,
  };
  return code => places[code] ?? null;
}

/** A pose that no office takes, where the rules have no number of their own. */
export function usualPose(asked: readonly AskedNumber[]): AskedNumber[] {
  const known = new Set(asked.map(({ code }) => code));
  const upTo = (code: AskedCode, max: number): AskedNumber[] =>
    known.has(code) ? [] : [{ code, min: null, max, strength: 'USUAL', rule: null }];
  return [...upTo('ROLL', POSE_LIMITS.roll), ...upTo('YAW', POSE_LIMITS.yaw), ...upTo('PITCH', POSE_LIMITS.pitch)];
}

export function poseOf({ measures: { face } }: Analysis, roll: number): Measured['pose'] {
  return { roll, yaw: face.yawDegrees, pitch: face.pitchDegrees };
}
