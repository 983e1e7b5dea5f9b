import type { ColorId } from './colors.js';
import table from './rows.json';

/** How we read a row where the guide is not clear. */
export type RowNote = 'NO_RECEIPT' | 'KB_DIRECTION_INFERRED' | 'DOUBTFUL_SIZE';

/**
 * One row of the guide's table as printed, parsed into fields, with three more columns: `id`, the id of the spec (rule in
 * spec-id.ts), `titleEn`, our translation of the title, and `pinyin`, its reading.
 *
 * Id and reading are committed and not computed: pinyin-pro takes 80 ms and 29 MB to load and read 181 titles, and an id must not
 * change with the version of a library. A test compares them with the rule and the library.
 */
export interface SpecRow {
  /** Position in the table, from 1. */
  readonly row: number;
  readonly id: string;
  readonly title: string;
  readonly titleEn: string;
  /**
   * Syllables and runs of letters or digits, separated by blanks. `kuai|hui`: the right reading, then other readings of
   * the character.
   */
  readonly pinyin: string;
  readonly width: number;
  readonly height: number;
  readonly unit: 'mm' | 'px';
  /** The guide prints no unit. Up to 127 on both sides is read as mm (5-inch paper is the largest), more as px. */
  readonly unitInferred: boolean;
  readonly titlePx?: readonly [number, number];
  readonly dpi?: number;
  readonly minKb?: number;
  readonly maxKb?: number;
  readonly colors: readonly ColorId[];
  readonly notes?: readonly RowNote[];
}

/** The 181 rows, in the order of the table. */
export const rows = table.rows as readonly SpecRow[];
