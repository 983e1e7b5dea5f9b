import { badInput } from '../kernel/errors.js';
import { decodeWhole } from './decode.js';
import { encodeJpeg } from './encode.js';
import type { PrintSheet, SheetOptions } from './picture.js';
import { type RgbImage, rgbOf, sharpOf } from './pixels.js';

/**
 * 6-inch paper as photo shops in China print it, in pixels at 300 dpi. The margins keep the photos clear of what a
 * printer may trim. They also give the usual numbers: ten one-inch photos (five by two), four two-inch photos.
 */
const PAPER = { width: 1_795, height: 1_205, marginX: 70, marginY: 50, gap: 30, cutLine: 2, dpi: 300 } as const;
const CUT_LINE_GREY = 0xb8;

interface Layout {
  columns: number;
  rows: number;
  rotated: boolean;
}

/**
 * The photo `count` times, or as often as it fits, on one sheet with cut lines.
 * Errors: CORRUPT_IMAGE, BAD_USER_INPUT (`input.count`, `input.photo`).
 */
export async function printSheet(bytes: Uint8Array, options: SheetOptions): Promise<PrintSheet> {
  const paper = paperAt(options.dpi);
  const layout = layoutOf(options, paper);
  const count = options.count ?? layout.columns * layout.rows;
  const photo = await tileOf(bytes, options, layout.rotated);
  const sheet = { data: new Uint8Array(paper.width * paper.height * 3).fill(255), ...sizeOf(paper) };
  const lefts = centredOffsets(layout.columns, photo.width, paper.width, paper.gap);
  const tops = centredOffsets(layout.rows, photo.height, paper.height, paper.gap);
  drawCutLines(sheet, lefts, tops, photo, paper.cutLine);
  for (let place = 0; place < count; place++) {
    paste(sheet, photo, lefts[place % layout.columns]!, tops[Math.floor(place / layout.columns)]!);
  }
  return { ...(await encodeJpeg(sheet, options.dpi)), dpi: options.dpi, count, ...layout };
}

type Paper = Record<Exclude<keyof typeof PAPER, 'dpi'>, number>;

function paperAt(dpi: number): Paper {
  const { dpi: base, ...lengths } = PAPER;
  const scaled = Object.entries(lengths).map(([name, length]) => [
    name,
    Math.max(1, Math.round((length * dpi) / base)),
  ]);
  return Object.fromEntries(scaled) as Paper;
}

const sizeOf = ({ width, height }: Paper) => ({ width, height });

function layoutOf({ widthPx, heightPx, count }: SheetOptions, paper: Paper): Layout {
  const capacityAlong = (length: number, margin: number, photo: number) =>
    Math.max(0, Math.floor((length - 2 * margin + paper.gap) / (photo + paper.gap)));
  const grid = (width: number, height: number, rotated: boolean): Layout => ({
    columns: capacityAlong(paper.width, paper.marginX, width),
    rows: capacityAlong(paper.height, paper.marginY, height),
    rotated,
  });
  const upright = grid(widthPx, heightPx, false);
  const sideways = grid(heightPx, widthPx, true);
  const best = capacity(sideways) > capacity(upright) ? sideways : upright;
  if (capacity(best) === 0) {
    throw badInput('input.photo', 'TOO_LARGE_FOR_SHEET', 'a photo that fits on 6-inch paper (152 x 102 mm)');
  }
  if (count === null) return best;
  if (!Number.isInteger(count) || count < 1 || count > capacity(best)) {
    throw badInput('input.count', 'DOES_NOT_FIT', `1 to ${capacity(best)} for photos of this size`);
  }
  const { columns: most, rotated } = count <= capacity(upright) ? upright : sideways;
  const rows = Math.ceil(count / most);
  return { columns: Math.ceil(count / rows), rows, rotated };
}

const capacity = ({ columns, rows }: Layout) => columns * rows;

async function tileOf(bytes: Uint8Array, { widthPx, heightPx }: SheetOptions, rotated: boolean): Promise<RgbImage> {
  const { image } = await decodeWhole(bytes);
  const sized =
    image.width === widthPx && image.height === heightPx
      ? image
      : await rgbOf(sharpOf(image).resize(widthPx, heightPx, { fit: 'cover' }));
  return rotated ? rgbOf(sharpOf(sized).rotate(90)) : sized;
}

/** Positions of `count` photos that are centred along `length`. */
function centredOffsets(count: number, size: number, length: number, gap: number): number[] {
  const first = Math.round((length - count * size - (count - 1) * gap) / 2);
  return Array.from({ length: count }, (_, i) => first + i * (size + gap));
}

/** The lines cross the whole paper, so that a guillotine can follow them, and lie just outside the photos. */
function drawCutLines(sheet: RgbImage, lefts: number[], tops: number[], photo: RgbImage, thickness: number): void {
  const row = sheet.width * 3;
  for (const top of tops) {
    for (const y of [top - thickness, top + photo.height]) {
      for (let line = y; line < y + thickness; line++) sheet.data.fill(CUT_LINE_GREY, line * row, (line + 1) * row);
    }
  }
  for (const left of lefts) {
    for (const x of [left - thickness, left + photo.width]) {
      for (let y = 0; y < sheet.height; y++) {
        sheet.data.fill(CUT_LINE_GREY, y * row + x * 3, y * row + (x + thickness) * 3);
      }
    }
  }
}

function paste(sheet: RgbImage, photo: RgbImage, left: number, top: number): void {
  const row = photo.width * 3;
  for (let y = 0; y < photo.height; y++) {
    sheet.data.set(photo.data.subarray(y * row, (y + 1) * row), ((top + y) * sheet.width + left) * 3);
  }
}
