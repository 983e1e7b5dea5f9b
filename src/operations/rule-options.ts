import { ASKED_CODES, type AskedCode, type AskedNumber } from '../engine/asked-numbers.js';
import type { IdPhotoOptions } from '../engine/photo.js';
import { type PhotoRule, ratioOf } from '../specs/rules/photo-rule.js';
import type { RulesOfSpec } from '../specs/rules/rule-book.js';
import { numbersOf, type RuleNumber } from '../specs/rules/rule-numbers.js';
import { colorByRule } from '../specs/rules/spec-against-rule.js';
import type { Spec } from '../specs/spec.js';

/** Which of the rules' numbers can be measured on a photo; the engine calls them the same. */
function isMeasured(code: string): code is AskedCode {
  return (ASKED_CODES as readonly string[]).includes(code);
}

const HEAD_TOPS = { hairTop: 'HAIR', crownWithoutHair: 'SKULL', unknown: 'EITHER' } as const;
const MM_PER_INCH = 25.4;

/** The rules of that very document; others are advice, by which nothing is made. */
export function ownRules({ applied }: RulesOfSpec): PhotoRule[] {
  return applied.filter(({ match }) => match === 'EXACT').map(({ rule }) => rule);
}

/** What the rules of a spec ask of its photos, in the engine's terms. */
export function askedBy(rules: readonly PhotoRule[]): AskedNumber[] {
  return rules.flatMap(rule => numbersOf(rule).flatMap(number => askedOf(rule, number) ?? []));
}

function askedOf(rule: PhotoRule, number: RuleNumber): AskedNumber | undefined {
  const { code } = number;
  // The mesh has the cheeks and the roots of the ears, and no width of the whole head.
  if (!isMeasured(code) || number.measured?.startsWith('head width')) return undefined;
  const isLength =
    number.unit === 'MM' || number.unit === 'FRACTION' || number.measured !== null || number.share !== null;
  const range = isLength ? number.share : number;
  if (range === null) return undefined;
  const hasTop = code === 'HEAD_HEIGHT' || code === 'TOP_MARGIN';
  return {
    code,
    min: range.min,
    max: range.max,
    strength: number.strength,
    rule: rule.id,
    ...(hasTop ? { headTop: HEAD_TOPS[rule.head?.measuredTo ?? 'unknown'] } : {}),
  };
}

/** File size, density and quality by the rules, for what the caller leaves open. A spec that is sold otherwise stays so. */
export function fileByRules(
  spec: Pick<Spec, 'dpi' | 'minKb' | 'maxKb'>,
  rules: readonly PhotoRule[],
): Pick<IdPhotoOptions, 'dpi' | 'minKb' | 'maxKb' | 'quality'> {
  const bytes = rules.map(({ file }) => file.bytes).find(found => found?.kind === 'limit');
  const quality = rules.map(({ file }) => file.jpegQuality).find(found => found !== undefined);
  const dpi = rules.map(rule => rule.dpi).find(found => found !== undefined);
  // Bytes that hold by both countings of a KB.
  const minKb = Math.max(spec.minKb ?? 0, Math.ceil((bytes?.min ?? 0) / 1_024));
  const maxKb = Math.min(
    spec.maxKb ?? Number.POSITIVE_INFINITY,
    Math.floor((bytes?.max ?? Number.POSITIVE_INFINITY) / 1_000),
  );
  const isEmpty = minKb > maxKb;
  const size = isEmpty ? { minKb: spec.minKb ?? 0, maxKb: spec.maxKb ?? Number.POSITIVE_INFINITY } : { minKb, maxKb };
  return {
    dpi: Math.min(dpi?.max ?? spec.dpi, Math.max(dpi?.min ?? 0, spec.dpi)),
    ...(size.minKb > 0 ? { minKb: size.minKb } : {}),
    ...(Number.isFinite(size.maxKb) ? { maxKb: size.maxKb } : {}),
    ...(quality === undefined ? {} : { quality: { min: quality.min ?? 1, max: quality.max ?? 100 } }),
  };
}

/** The size that the document itself wants; undefined where no rule of that very document has one. */
export function sizeByRules(
  spec: Spec,
  rules: readonly PhotoRule[],
  dpi: number,
): { widthPx: number; heightPx: number } | undefined {
  for (const { pixels, millimetres } of rules) {
    if (pixels?.width && pixels.height) return nearestSize(spec, pixels.width, pixels.height, ratioOf(pixels.aspect));
    if (millimetres?.width && millimetres.height) {
      const px = (range: Ends) => ({ min: toPixels(range.min, dpi), max: toPixels(range.max, dpi) });
      return nearestSize(spec, px(millimetres.width), px(millimetres.height), undefined);
    }
    const shape = ratioOf(pixels?.aspect);
    if (shape !== undefined) return nearestSize(spec, {}, {}, shape);
  }
  return undefined;
}

/** The background that the document itself wants, of those that are sold where it lists one; undefined where it names none. */
export function colorByRules(spec: Spec, rules: readonly PhotoRule[]): string | undefined {
  return rules.map(rule => colorByRule(spec, rule)).find(color => color !== undefined);
}

type Ends = { min?: number | undefined; max?: number | undefined };

/** The size of the spec where it fits, else the nearest that does, in the shape that is asked for. */
function nearestSize(spec: Spec, width: Ends, height: Ends, ratio: number | undefined) {
  const widthPx = clamp(spec.widthPx, width);
  if (ratio === undefined) return { widthPx, heightPx: clamp(spec.heightPx, height) };
  const heightPx = clamp(Math.round(widthPx / ratio), height);
  return { widthPx: clamp(Math.round(heightPx * ratio), width), heightPx };
}

function clamp(value: number, { min = 0, max = Number.POSITIVE_INFINITY }: Ends): number {
  return Math.min(max, Math.max(min, value));
}

function toPixels(mm: number | undefined, dpi: number): number | undefined {
  return mm === undefined ? undefined : Math.round((mm / MM_PER_INCH) * dpi);
}
