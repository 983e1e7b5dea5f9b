import { decodeWhole } from './decode.js';
import { encodeJpeg } from './encode.js';
import type { PrintSheet, SheetOptions } from './picture.js';
import { type RgbImage, resize, rgbOf, sharpOf } from './pixels.js';
import { layOutSheet, type Place, printedSize, type SheetLayout, sheetPixels } from './sheet-layout.js';

const LINE_MM = 0.17;
const LINE_GREY = 0xb8;
const MARK_MM = 2;

/**
 * Photos on paper as `layOutSheet` places them; `photos` are the pictures of its items, in their order. White paper, one
 * JPEG of the sheet's density. Errors: CORRUPT_IMAGE, BAD_USER_INPUT as `layOutSheet`.
 */
export async function printSheet(photos: readonly Uint8Array[], options: SheetOptions): Promise<PrintSheet> {
  const layout = layOutSheet(options);
  const { width, height, rows, counts } = layout;
  const sheet: RgbImage = { data: new Uint8Array(width * height * 3).fill(255), width, height };
  const places = rows.flat();
  const line = Math.max(1, sheetPixels(LINE_MM, options.dpi));
  // The lines lie just outside the photos and are drawn first: not a pixel of a photo is lost to them.
  if (options.cropLines === 'LINES') drawLines(sheet, layout, line);
  if (options.cropLines === 'MARKS') drawMarks(sheet, places, line, sheetPixels(MARK_MM, options.dpi));
  // One photo after the other, so that no more than one is held at its full size.
  for (const [item, bytes] of photos.entries()) {
    const own = places.filter(photo => photo.item === item);
    const tile = await tileOf(bytes, options, item, own[0]!.rotated);
    for (const { left, top } of own) paste(sheet, tile, left, top);
  }
  const items = counts.map((count, item) => ({ count, rotated: places.find(photo => photo.item === item)!.rotated }));
  return { ...(await encodeJpeg(sheet, options.dpi)), dpi: options.dpi, items };
}

async function tileOf(bytes: Uint8Array, options: SheetOptions, item: number, rotated: boolean): Promise<RgbImage> {
  const { image } = await decodeWhole(bytes);
  const { width, height } = printedSize(options.items[item]!, options.dpi);
  const sized = image.width === width && image.height === height ? image : await resize(image, width, height);
  return rotated ? rgbOf(sharpOf(sized).rotate(90)) : sized;
}

/** Along each edge to the edge of the paper, so that a guillotine can follow them; between two rows they end halfway. */
function drawLines(sheet: RgbImage, { rows }: SheetLayout, line: number): void {
  for (const [index, row] of rows.entries()) {
    const { top, height } = row[0]!;
    const bottom = top + height;
    fill(sheet, 0, top - line, sheet.width, line);
    fill(sheet, 0, bottom, sheet.width, line);
    const [above, below] = [rows[index - 1]?.[0], rows[index + 1]?.[0]];
    const from = above === undefined ? 0 : Math.floor((above.top + above.height + top) / 2);
    const to = below === undefined ? sheet.height : Math.floor((bottom + below.top) / 2);
    for (const { left, width } of row) {
      fill(sheet, left - line, from, line, to - from);
      fill(sheet, left + width, from, line, to - from);
    }
  }
}

/** Two short lines at each corner, that point away from the photo. */
function drawMarks(sheet: RgbImage, places: readonly Place[], line: number, length: number): void {
  for (const { left, top, width, height } of places) {
    for (const y of [top - line, top + height]) {
      fill(sheet, left - length, y, length, line);
      fill(sheet, left + width, y, length, line);
    }
    for (const x of [left - line, left + width]) {
      fill(sheet, x, top - length, line, length);
      fill(sheet, x, top + height, line, length);
    }
  }
}

/** A grey rectangle, as far as it lies on the paper. */
function fill(sheet: RgbImage, left: number, top: number, width: number, height: number): void {
  const [from, to] = [Math.max(0, left), Math.min(sheet.width, left + width)];
  if (from >= to) return;
  for (let y = Math.max(0, top); y < Math.min(sheet.height, top + height); y++)
    sheet.data.fill(LINE_GREY, (y * sheet.width + from) * 3, (y * sheet.width + to) * 3);
}

function paste(sheet: RgbImage, photo: RgbImage, left: number, top: number): void {
  const row = photo.width * 3;
  for (let y = 0; y < photo.height; y++) {
    sheet.data.set(photo.data.subarray(y * row, (y + 1) * row), ((top + y) * sheet.width + left) * 3);
  }
}
