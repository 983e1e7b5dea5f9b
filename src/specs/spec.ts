import type { ColorId } from './colors.js';
import type { RowNote, SpecRow } from './rows.js';

export type SpecUnit = 'MM' | 'PX';
export type SpecNote = RowNote | 'PX_FROM_TITLE' | 'DPI_FROM_STANDARD';

/** What a note of a spec means. */
export const SPEC_NOTES = {
  NO_RECEIPT: 'The title says 无回执: the photo comes without the receipt that some offices ask for.',
  KB_DIRECTION_INFERRED:
    'The guide prints one number of KB without saying whether it is a minimum or a maximum; it is read as a maximum.',
  DOUBTFUL_SIZE: 'The printed size is probably a mistake or too small for a face; check it with the office before use.',
  PX_FROM_TITLE: 'The px are those of the title; mm at the dpi would give a slightly different size.',
  DPI_FROM_STANDARD:
    'The guide prints no dpi; 350 dpi is from the Chinese standard for identity card photos (GA/T 461).',
} as const satisfies Record<SpecNote, string>;

/**
 * A kind of ID photo. `widthPx` x `heightPx` is authoritative. The mm are those of the guide, `null` where it prints
 * px.
 */
export interface Spec {
  /** Never changes: `yi-cun-295x413`. */
  readonly id: string;
  readonly title: string;
  readonly titleEn: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly dpi: number;
  readonly minKb: number | null;
  readonly maxKb: number | null;
  /** The backgrounds the guide lists, in its order. */
  readonly colors: readonly ColorId[];
  /** The unit the guide uses. */
  readonly unit: SpecUnit;
  /** The guide prints the size without its unit. */
  readonly unitInferred: boolean;
  /** The rows of the guide's table that describe this spec, from 1. */
  readonly rows: readonly number[];
  readonly notes: readonly SpecNote[];
}

const DEFAULT_DPI = 300;

// 26x32 mm is the photo of the identity card. Its standard asks for 358x441 px, which is 350 dpi. The default of 300
// would give 307x378, too small for the standard.
const isIdentityCardSize = (row: Pick<SpecRow, 'unit' | 'width' | 'height'>) =>
  row.unit === 'mm' && row.width === 26 && row.height === 32;

type Sized = Pick<SpecRow, 'unit' | 'width' | 'height' | 'titlePx' | 'dpi'>;

export function pixelSize(row: Sized): { widthPx: number; heightPx: number; dpi: number } {
  const dpi = row.dpi ?? (isIdentityCardSize(row) ? 350 : DEFAULT_DPI);
  const toPx = (length: number) => (row.unit === 'px' ? length : Math.round((length / 25.4) * dpi));
  const [widthPx, heightPx] = row.titlePx ?? [toPx(row.width), toPx(row.height)];
  return { widthPx, heightPx, dpi };
}

/** The spec of a group of equal rows. Title and notes are those of the first row. */
export function toSpec(rows: readonly [SpecRow, ...SpecRow[]]): Spec {
  const [first] = rows;
  const isMm = first.unit === 'mm';
  const notes: SpecNote[] = [...(first.notes ?? [])];
  if (isMm && first.titlePx) notes.push('PX_FROM_TITLE');
  if (first.dpi === undefined && isIdentityCardSize(first)) notes.push('DPI_FROM_STANDARD');
  return {
    id: first.id,
    title: first.title,
    titleEn: first.titleEn,
    ...pixelSize(first),
    widthMm: isMm ? first.width : null,
    heightMm: isMm ? first.height : null,
    minKb: first.minKb ?? null,
    maxKb: first.maxKb ?? null,
    colors: first.colors,
    unit: isMm ? 'MM' : 'PX',
    unitInferred: first.unitInferred,
    rows: rows.map(({ row }) => row),
    notes,
  };
}
