import { badInput } from '../kernel/errors.js';
import type { SheetItem, SheetOptions } from './picture.js';

const MM_PER_INCH = 25.4;

/**
 * The one rule of rounding: a length in mm becomes the nearest whole number of pixels, half up, each length by itself.
 * All else are sums of such whole numbers, so no error grows along a row.
 */
export function sheetPixels(mm: number, dpi: number): number {
  return Math.round((mm * dpi) / MM_PER_INCH);
}

/** A photo on the sheet, in pixels. `width` and `height` are those on the sheet: of a rotated photo its height and width. */
export interface Place {
  /** Which of the items. */
  item: number;
  left: number;
  top: number;
  width: number;
  height: number;
  rotated: boolean;
}

/** `rows` from the top; the photos of a row from the left, all of one size. */
export interface SheetLayout {
  width: number;
  height: number;
  rows: Place[][];
  /** How many of each item. */
  counts: number[];
}

/** Items of one printed size: they fill rows together. In pixels of the sheet, upright. */
interface Group {
  width: number;
  height: number;
  items: number[];
}

/** The sheet without its photos, in pixels. */
interface Paper {
  width: number;
  height: number;
  gap: number;
  margin: number;
}

interface Arrangement {
  counts: number[];
  /** Of each group: whether its photos are rotated. */
  turned: readonly boolean[];
}

/**
 * Rows of equal photos, one below the other, in the order of the items; each row and all rows together stand in the
 * middle. Photos of one size share rows, and their rows are filled evenly. With `rotate: AUTO` the photos of one size are
 * rotated where more fit, or where they fit only so. Items without a count get one more in turn, as long as one fits.
 * Errors: BAD_USER_INPUT (`input.items.<n>`, `input.items.<n>.count`).
 */
export function layOutSheet(options: SheetOptions): SheetLayout {
  const paper = paperOf(options);
  const groups = groupsOf(options);
  const wanted = options.items.map(({ count }) => count);
  const arrangement = bestArrangement(paper, groups, wanted, turnsOf(options, groups.length));
  if (arrangement === undefined) throw whyNot(options, paper, groups);
  const { width, height } = paper;
  return { width, height, rows: place(paper, groups, arrangement), counts: arrangement.counts };
}

/** Width and height on this sheet in pixels, upright: its own pixels, unless its density is another. */
export function printedSize({ widthPx, heightPx, dpi }: Omit<SheetItem, 'count'>, sheetDpi: number) {
  const scaled = (px: number) => (dpi === sheetDpi ? px : Math.max(1, Math.round((px * sheetDpi) / dpi)));
  return { width: scaled(widthPx), height: scaled(heightPx) };
}

function paperOf({ widthMm, heightMm, gapMm, marginMm, dpi }: SheetOptions): Paper {
  const px = (mm: number) => sheetPixels(mm, dpi);
  return { width: px(widthMm), height: px(heightMm), gap: px(gapMm), margin: px(marginMm) };
}

function groupsOf({ items, dpi }: SheetOptions): Group[] {
  const groups: Group[] = [];
  for (const [index, item] of items.entries()) {
    const { width, height } = printedSize(item, dpi);
    const same = groups.find(group => group.width === width && group.height === height);
    if (same === undefined) groups.push({ width, height, items: [index] });
    else same.items.push(index);
  }
  return groups;
}

/** Every choice of rotations, fewest rotations first. */
function turnsOf({ rotate }: SheetOptions, groups: number): boolean[][] {
  if (rotate !== 'AUTO') return [Array(groups).fill(rotate === 'SIDEWAYS')];
  const choices = Array.from({ length: 2 ** groups }, (_, bits) =>
    Array.from({ length: groups }, (_, group) => ((bits >> group) & 1) === 1),
  );
  const rotations = (choice: boolean[]) => choice.filter(Boolean).length;
  return choices.sort((one, other) => rotations(one) - rotations(other));
}

/** The one with the most photos; of equal ones the first. */
function bestArrangement(
  paper: Paper,
  groups: readonly Group[],
  wanted: readonly (number | null)[],
  choices: readonly (readonly boolean[])[],
): Arrangement | undefined {
  let best: Arrangement | undefined;
  for (const turned of choices) {
    const counts = wanted.map(count => count ?? 1);
    if (!fits(paper, groups, { counts, turned })) continue;
    fillUp(paper, groups, { counts, turned }, wanted);
    if (best === undefined || total(counts) > total(best.counts)) best = { counts, turned };
  }
  return best;
}

/** One more of each item without a count in turn, until none has room for one more. */
function fillUp(
  paper: Paper,
  groups: readonly Group[],
  arrangement: Arrangement,
  wanted: readonly (number | null)[],
): void {
  const { counts } = arrangement;
  let open = [...wanted.keys()].filter(item => wanted[item] === null);
  while (open.length > 0) {
    open = open.filter(item => {
      counts[item]! += 1;
      if (fits(paper, groups, arrangement)) return true;
      counts[item]! -= 1;
      return false;
    });
  }
}

function fits(paper: Paper, groups: readonly Group[], { counts, turned }: Arrangement): boolean {
  let height = -paper.gap;
  for (const [index, group] of groups.entries()) {
    const grid = gridOf(paper, group, turned[index]!, countOf(group, counts));
    if (grid === undefined) return false;
    height += grid.rows * (grid.height + paper.gap);
  }
  return height <= paper.height - 2 * paper.margin;
}

/** Rows and columns of a group, the rows filled evenly; undefined where one photo is wider than a row. */
function gridOf({ width: paperWidth, gap, margin }: Paper, group: Group, rotated: boolean, count: number) {
  const [width, height] = rotated ? [group.height, group.width] : [group.width, group.height];
  const inRow = Math.floor((paperWidth - 2 * margin + gap) / (width + gap));
  if (inRow < 1) return count === 0 ? { width, height, rows: 0, columns: 0 } : undefined;
  const rows = Math.ceil(count / inRow);
  return { width, height, rows, columns: Math.ceil(count / Math.max(1, rows)) };
}

function place(paper: Paper, groups: readonly Group[], { counts, turned }: Arrangement): Place[][] {
  const rows: Place[][] = [];
  for (const [index, group] of groups.entries()) {
    const rotated = turned[index]!;
    const photos = group.items.flatMap(item => Array<number>(counts[item]!).fill(item));
    const { width, height, columns } = gridOf(paper, group, rotated, photos.length)!;
    const left = Math.floor((paper.width - columns * (width + paper.gap) + paper.gap) / 2);
    for (let first = 0; first < photos.length; first += columns)
      rows.push(
        photos.slice(first, first + columns).map((item, column) => {
          return { item, left: left + column * (width + paper.gap), top: 0, width, height, rotated };
        }),
      );
  }
  const height = rows.reduce((sum, row) => sum + row[0]!.height, (rows.length - 1) * paper.gap);
  let top = Math.floor((paper.height - height) / 2);
  for (const row of rows) {
    for (const photo of row) photo.top = top;
    top += row[0]!.height + paper.gap;
  }
  return rows;
}

/** Names the first item that does not fit, and says how many of it would. */
function whyNot(options: SheetOptions, paper: Paper, groups: readonly Group[]): Error {
  const choices = turnsOf(options, groups.length);
  const allowed = (counts: number[]) => choices.some(turned => fits(paper, groups, { counts, turned }));
  const alone = (item: number, count: number) => options.items.map((_, index) => (index === item ? count : 0));
  const room = `${paper.width - 2 * paper.margin} x ${paper.height - 2 * paper.margin} px at ${options.dpi} dpi`;
  const counts = options.items.map(() => 0);
  for (const [item, { count }] of options.items.entries()) {
    const path = `input.items.${item}`;
    if (!allowed(alone(item, 1))) return badInput(path, 'TOO_LARGE_FOR_SHEET', `a photo within ${room}`);
    counts[item] = count ?? 1;
    if (allowed(counts)) continue;
    let most = 0;
    while (allowed(counts.with(item, most + 1))) most += 1;
    if (most === 0) return badInput(path, 'DOES_NOT_FIT', 'nothing: the items before it fill the sheet');
    const beside = item === 0 ? '' : ' beside the items before it';
    return badInput(`${path}.count`, 'DOES_NOT_FIT', `1 to ${most} for photos of this size${beside}`);
  }
  throw new Error('every item fits');
}

const countOf = (group: Group, counts: readonly number[]) => group.items.reduce((sum, item) => sum + counts[item]!, 0);

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
