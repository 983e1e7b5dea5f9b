import type { ColorId } from '../colors.js';
import type { Spec } from '../spec.js';
import { type PhotoRule, ratioOf, ratiosOf } from './photo-rule.js';

/**
 * In what a spec is sold otherwise than its rule asks. BACKGROUND: it offers colours that the rule does not list. SHADE:
 * it offers a colour that the rule wants lighter.
 */
export const DIFFERENCES = ['SIZE', 'FILE_SIZE', 'BACKGROUND', 'SHADE'] as const;
export type DifferenceCode = (typeof DIFFERENCES)[number];

export interface Difference {
  readonly code: DifferenceCode;
  /** What the vendor's guide sells. */
  readonly sold: string;
  /** What the rule asks for. */
  readonly asked: string;
}

type Ends = { min?: number | undefined; max?: number | undefined };

/** A published size in mm says little of pixels: the shape has to fit, to about a pixel in seventy. */
const MM_TOLERANCE = 0.015;
const ASPECT_TOLERANCE = 0.01;

/** Compares what is published with what is sold; what the rule does not say contradicts nothing. */
export function differencesOf(spec: Spec, rule: PhotoRule): Difference[] {
  return [sizeDifference(spec, rule), fileDifference(spec, rule), ...colorDifferences(spec, rule)].flatMap(
    found => found ?? [],
  );
}

function sizeDifference({ widthPx, heightPx }: Spec, rule: PhotoRule): Difference | undefined {
  const { pixels, millimetres } = rule;
  const sold = `${widthPx}x${heightPx} px`;
  const ratio = widthPx / heightPx;
  const shape = ratioOf(pixels?.aspect);
  const isShape = shape === undefined || near(ratio, shape, ASPECT_TOLERANCE);
  if (pixels?.width || pixels?.height) {
    const slack = pixels.approximate === true ? 1 : 0;
    if (isShape && within(widthPx, pixels.width, slack) && within(heightPx, pixels.height, slack)) return undefined;
    return { code: 'SIZE', sold, asked: `${sizeText(pixels.width, pixels.height)} px${shapeOf(pixels.aspect)}` };
  }
  if (pixels?.aspect !== undefined) return isShape ? undefined : { code: 'SIZE', sold, asked: pixels.aspect };
  if (!millimetres?.width || !millimetres.height) return undefined;
  const { width, height } = millimetres;
  const [narrow, wide] = ratiosOf(width, height);
  if (ratio >= narrow * (1 - MM_TOLERANCE) && ratio <= wide * (1 + MM_TOLERANCE)) return undefined;
  return { code: 'SIZE', sold, asked: `${sizeText(width, height)} mm` };
}

/** Against limits alone: what files usually weigh forbids nothing. */
function fileDifference({ minKb, maxKb }: Spec, { file }: PhotoRule): Difference | undefined {
  const { bytes } = file;
  if (bytes === undefined || bytes.kind === 'usual' || (minKb === null && maxKb === null)) return undefined;
  const { kbMin = 0, kbMax = Number.POSITIVE_INFINITY } = bytes;
  if ((minKb ?? 0) >= kbMin && (maxKb ?? Number.POSITIVE_INFINITY) <= kbMax) return undefined;
  return {
    code: 'FILE_SIZE',
    sold: `${range({ min: minKb ?? undefined, max: maxKb ?? undefined })} KB`,
    asked: `${range({ min: bytes.kbMin, max: bytes.kbMax })} KB`,
  };
}

/** Which of our colours a published name allows; the shade of some is another. A gradient is none of them. */
const ALLOWED: Readonly<Record<string, readonly ColorId[]>> = {
  white: ['white'],
  'off-white': ['white'],
  'light grey': ['white', 'gray_gradual'],
  light: ['white'],
  'plain light': ['white'],
  plain: ['white', 'blue', 'red', 'blue_grey'],
  blue: ['blue'],
  red: ['red'],
  'dark single colour': ['blue', 'red', 'blue_grey'],
};

/** What is made where a document names a colour and publishes no value of it. */
const MADE: Readonly<Record<string, string>> = {
  white: '#FFFFFF',
  blue: '#438EDB',
  red: '#FF0000',
  'dark single colour': '#438EDB',
  // The reference values of the standard for the photos of the college entrance examination.
  'light blue': '#64C5FF',
  'light grey': '#F0F0F0',
};

/** The colour of a photo by its document: the first that is sold and listed, else the first that is listed. */
export function colorByRule({ colors }: Spec, { background }: PhotoRule): string | undefined {
  const [first] = background?.colours ?? [];
  if (first === undefined || first.name === 'any') return undefined;
  const listed = allowedColors(background);
  const sold = colors.find(color => listed.has(color));
  if (sold !== undefined) return sold;
  if (first.rgb !== undefined) return `#${Buffer.from(first.rgb).toString('hex').toUpperCase()}`;
  // Any light one: white, unless that very one is refused.
  return MADE[first.name] ?? MADE[background!.forbidden?.includes('white') ? 'light grey' : 'white'];
}

function allowedColors(background: PhotoRule['background']): Set<ColorId> {
  return new Set(background?.colours?.flatMap(({ name }) => ALLOWED[name] ?? []));
}

function colorDifferences({ colors }: Spec, { background }: PhotoRule): Difference[] {
  const names = background?.colours?.map(({ name }) => name) ?? [];
  if (names.length === 0 || names.includes('any')) return [];
  const allowed = allowedColors(background);
  const isLighter = names.includes('light blue') && !allowed.has('blue');
  const lighter = colors.filter(color => isLighter && color === 'blue');
  const others = colors.filter(color => !allowed.has(color) && !lighter.includes(color));
  const asked = names.join(', ');
  return [
    ...(others.length > 0 ? [{ code: 'BACKGROUND', sold: others.join(', '), asked } as const] : []),
    ...(lighter.length > 0 ? [{ code: 'SHADE', sold: lighter.join(', '), asked } as const] : []),
  ];
}

function within(value: number, { min = 0, max = Number.POSITIVE_INFINITY }: Ends = {}, slack = 0): boolean {
  return value >= min - slack && value <= max + slack;
}

function near(value: number, wanted: number, tolerance: number): boolean {
  return Math.abs(value / wanted - 1) < tolerance;
}

function range({ min, max }: Ends = {}): string {
  if (min === max) return min === undefined ? 'any' : String(min);
  if (min === undefined) return `up to ${max}`;
  return max === undefined ? `${min} or more` : `${min} to ${max}`;
}

/** 480x640, or 144 or more x 192 or more. */
function sizeText(width: Ends | undefined, height: Ends | undefined): string {
  const isOne = width?.min === width?.max && height?.min === height?.max;
  return `${range(width)}${isOne ? 'x' : ' x '}${range(height)}`;
}

function shapeOf(aspect: string | undefined): string {
  return aspect === undefined ? '' : `, ${aspect}`;
}
