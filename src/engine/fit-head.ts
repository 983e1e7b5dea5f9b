import type { AskedCode, AskedNumber } from './asked-numbers.js';
import type { HeadGeometry } from './head-position.js';
import { skullRow } from './skull.js';

/** Crown and chin of a rendered photo, as shares of its height from the upper edge. */
export interface HeadPlace {
  crown: number;
  chin: number;
}

/** A half-plane of places: `crown * place.crown + chin * place.chin <= limit`. */
export interface HalfPlane {
  crown: number;
  chin: number;
  limit: number;
}

/** Landmarks and matte are off by so much of the height at most; a range is entered by this, or by a quarter of it. */
const MEASURED_WITHIN = 0.008;
/** What is published as "about", without a tolerance, may be missed by so much. */
export const ABOUT = 0.03;

/** Every place that a head could be given. */
const ALL_PLACES: readonly HeadPlace[] = [
  { crown: -0.2, chin: 0 },
  { crown: 0.9, chin: 1.1 },
  { crown: 0.9, chin: 1.6 },
  { crown: -0.2, chin: 1.6 },
];

/**
 * The weight of what is asked for, the heaviest first. A caller's wish, then limits, then the rest; of one strength the
 * size of the head and its eyes before the margin above it, which high hair may fill (GA 461 says so of its own numbers).
 */
const STRENGTHS: readonly AskedNumber['strength'][] = ['CALLER', 'LIMIT', 'SPEC', 'APPROXIMATE', 'USUAL'];
const WEIGHTS: readonly AskedCode[] = [
  'HEAD_HEIGHT',
  'EYE_LINE',
  'FACE_WIDTH',
  'INTER_EYE',
  'TOP_MARGIN',
  'BELOW_CHIN',
];

/**
 * The place nearest to the wished one at which every number holds. Each is linear in the rows of crown and chin, so the
 * places that are left form a convex polygon. A number that cannot hold beside heavier ones is met as nearly as they let it.
 *
 * @param aspect width / height of the photo
 * @param lowest a row of the head's grid that has to lie at the lower edge of the photo or below it, if the numbers let it
 */
export function fitHead(
  head: HeadGeometry,
  asked: readonly AskedNumber[],
  wished: HeadPlace,
  aspect: number,
  lowest?: number,
): HeadPlace {
  let polygon = narrowed(ALL_PLACES, head, asked, aspect);
  if (lowest !== undefined) {
    const share = (lowest - head.crownY) / (head.chinY - head.crownY);
    polygon = cut(polygon, { crown: share - 1, chin: -share, limit: -1 });
  }
  return nearest(polygon, wished);
}

/** The same within bounds that no number may overstep; undefined where no place is within them. */
export function fitHeadWithin(
  bounds: readonly HalfPlane[],
  head: HeadGeometry,
  asked: readonly AskedNumber[],
  wished: HeadPlace,
  aspect: number,
): HeadPlace | undefined {
  let polygon = ALL_PLACES;
  for (const bound of bounds) {
    if (polygon.every(place => excessOf(bound, place) > 0)) return undefined;
    polygon = cut(polygon, bound);
  }
  return nearest(narrowed(polygon, head, asked, aspect), wished);
}

/** The places of a polygon at which the numbers hold. */
function narrowed(
  places: readonly HeadPlace[],
  head: HeadGeometry,
  asked: readonly AskedNumber[],
  aspect: number,
): readonly HeadPlace[] {
  const eyesY = (head.eyes[0][1] + head.eyes[1][1]) / 2;
  const rows = { ...head, eyesY, skullY: skullRow({ ...head, eyesY }) };
  let polygon = places;
  for (const number of sorted(asked)) {
    for (const plane of planesOf(number, rows, aspect)) polygon = cut(polygon, plane);
  }
  return polygon;
}

function sorted(asked: readonly AskedNumber[]): AskedNumber[] {
  const weight = ({ strength, code }: AskedNumber) => STRENGTHS.indexOf(strength) * 10 + WEIGHTS.indexOf(code);
  return asked.filter(({ code }) => WEIGHTS.includes(code)).sort((a, b) => weight(a) - weight(b));
}

type Rows = HeadGeometry & { eyesY: number; skullY: number };

function planesOf(number: AskedNumber, rows: Rows, aspect: number): HalfPlane[] {
  const length = lengthOf(number, rows, aspect);
  const { min, max } = inset(number);
  const negated = { crown: -length.crown, chin: -length.chin };
  return [
    ...(min === null ? [] : [{ ...negated, limit: length.offset - min }]),
    ...(max === null ? [] : [{ crown: length.crown, chin: length.chin, limit: max - length.offset }]),
  ];
}

/** A range entered so far that the measured result is within it, too. */
function inset({ min, max, strength }: AskedNumber): { min: number | null; max: number | null } {
  if (strength === 'CALLER') return { min, max };
  if (min !== null && min === max) return { min: min - ABOUT / 2, max: max + ABOUT / 2 };
  const step = min === null || max === null ? MEASURED_WITHIN : Math.min(MEASURED_WITHIN, (max - min) / 4);
  return { min: min === null ? null : min + step, max: max === null ? null : max - step };
}

/** What is measured, as a linear function of the place. */
function lengthOf(
  { code, headTop }: AskedNumber,
  rows: Rows,
  aspect: number,
): { crown: number; chin: number; offset: number } {
  const share = (y: number) => (y - rows.crownY) / (rows.chinY - rows.crownY);
  const at = (y: number) => ({ crown: 1 - share(y), chin: share(y), offset: 0 });
  const across = (width: number) => {
    const perHead = width / (rows.chinY - rows.crownY) / aspect;
    return { crown: -perHead, chin: perHead, offset: 0 };
  };
  const top = at(headTop === 'SKULL' ? rows.skullY : rows.crownY);
  if (code === 'HEAD_HEIGHT') return { crown: -top.crown, chin: 1 - top.chin, offset: 0 };
  if (code === 'TOP_MARGIN') return top;
  if (code === 'EYE_LINE') return at(rows.eyesY);
  if (code === 'BELOW_CHIN') return { crown: 0, chin: -1, offset: 1 };
  if (code === 'FACE_WIDTH') return across(rows.faceWidth);
  const [left, right] = rows.eyes;
  return across(Math.hypot(right[0] - left[0], right[1] - left[1]));
}

function excessOf({ crown, chin, limit }: HalfPlane, place: HeadPlace): number {
  return crown * place.crown + chin * place.chin - limit;
}

/** The part of a convex polygon within a half-plane; where there is none, the part of it that is nearest. */
function cut(polygon: readonly HeadPlace[], plane: HalfPlane): readonly HeadPlace[] {
  const excess = (place: HeadPlace) => excessOf(plane, place);
  const least = Math.min(...polygon.map(excess));
  if (least > 0) return polygon.filter(place => excess(place) - least < 1e-9);
  return polygon.flatMap((from, index) => {
    const to = polygon[(index + 1) % polygon.length]!;
    const [before, after] = [excess(from), excess(to)];
    const kept = before <= 0 ? [from] : [];
    if (before <= 0 === after <= 0) return kept;
    const t = before / (before - after);
    return [...kept, { crown: from.crown + t * (to.crown - from.crown), chin: from.chin + t * (to.chin - from.chin) }];
  });
}

function nearest(polygon: readonly HeadPlace[], wished: HeadPlace): HeadPlace {
  if (polygon.length > 2 && isInside(polygon, wished)) return wished;
  const candidates = polygon.map((from, index) => {
    const to = polygon[(index + 1) % polygon.length]!;
    const [across, down] = [to.crown - from.crown, to.chin - from.chin];
    const squared = across ** 2 + down ** 2;
    const along = (wished.crown - from.crown) * across + (wished.chin - from.chin) * down;
    const t = squared === 0 ? 0 : Math.min(1, Math.max(0, along / squared));
    return { crown: from.crown + t * across, chin: from.chin + t * down };
  });
  const distance = (place: HeadPlace) => Math.hypot(place.crown - wished.crown, place.chin - wished.chin);
  return candidates.reduce((best, place) => (distance(place) < distance(best) ? place : best));
}

/** On the same side of every edge. */
function isInside(polygon: readonly HeadPlace[], place: HeadPlace): boolean {
  const sides = polygon.map((from, index) => {
    const to = polygon[(index + 1) % polygon.length]!;
    return (to.crown - from.crown) * (place.chin - from.chin) - (to.chin - from.chin) * (place.crown - from.crown);
  });
  return sides.every(side => side >= -1e-12) || sides.every(side => side <= 1e-12);
}
