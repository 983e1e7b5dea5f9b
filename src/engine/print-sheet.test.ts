import sharp from 'sharp';
import { configureSharp } from './decode.js';
import type { SheetItem, SheetOptions } from './picture.js';
import { printSheet } from './print-sheet.js';

beforeAll(configureSharp);
jest.setTimeout(150_000);

const INCH_6 = { widthMm: 152, heightMm: 102, dpi: 300, gapMm: 2, marginMm: 5, rotate: 'AUTO' } as const;
const PAPERS = { INCH_5: [127, 89], INCH_6: [152, 102], A5: [210, 148], A4: [297, 210] } as const;
const SPECS = { 'one inch': [295, 413], 'two inches': [413, 579], 'a visa of the United States': [600, 600] } as const;
const BLOCK = 60;

/** Red, with a blue block in its upper left corner: it shows where a photo begins, and how it is turned. */
function photo(width: number, height: number): Promise<Buffer> {
  const colour = (background: string, w: number, h: number) =>
    sharp({ create: { width: w, height: h, channels: 3, background } }).png();
  return colour('rgb(220,20,20)', width, height)
    .composite([
      {
        input: { create: { width: BLOCK, height: BLOCK, channels: 3, background: 'rgb(20,20,220)' } },
        left: 0,
        top: 0,
      },
    ])
    .toBuffer();
}

const item = (widthPx: number, heightPx: number, count: number | null = null, dpi = 300): SheetItem => ({
  widthPx,
  heightPx,
  dpi,
  count,
});

async function decoded(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  return { data, width: info.width, height: info.height, at };
}

type Box = [left: number, top: number, width: number, height: number];

/** The pixels that are not as these boxes say: in a box that of a photo, in no box that of paper or a line. */
function wrongPixels(
  { data, width, height }: Awaited<ReturnType<typeof decoded>>,
  boxes: Box[],
  blocks: Box[],
): number {
  const wanted = new Uint8Array(width * height);
  const paint = (value: number, [left, top, w, h]: Box) => {
    for (let y = top; y < top + h; y++) wanted.fill(value, y * width + left, y * width + left + w);
  };
  for (const box of boxes) paint(1, box);
  for (const block of blocks) paint(2, block);
  let wrong = 0;
  for (let i = 0; i < wanted.length; i++) {
    const seen = data[i * 3 + 1]! > 110 ? 0 : data[i * 3 + 2]! > 120 ? 2 : 1;
    if (seen !== wanted[i]) wrong += 1;
  }
  return wrong;
}

/** How many of `size` with `gap` between them go into `length`: counted, not computed. */
function counted(length: number, size: number, gap: number): number {
  let count = 0;
  for (let used = size; used <= length; used += gap + size) count += 1;
  return count;
}

/** Where the photos of one size have to be, worked out by another way than the engine's. */
function expectedBoxes(paper: { width: number; height: number; gap: number; margin: number }, w: number, h: number) {
  const [room, high] = [paper.width - 2 * paper.margin, paper.height - 2 * paper.margin];
  const [columns, rows] = [counted(room, w, paper.gap), counted(high, h, paper.gap)];
  const [wide, tall] = [columns * w + (columns - 1) * paper.gap, rows * h + (rows - 1) * paper.gap];
  const [left, top] = [(paper.width - wide) >> 1, (paper.height - tall) >> 1];
  const boxes: Box[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      boxes.push([left + column * (w + paper.gap), top + row * (h + paper.gap), w, h]);
  return boxes;
}

const SETTINGS = [
  { gapMm: 2, marginMm: 5, cropLines: 'LINES', rotate: 'AUTO' },
  { gapMm: 0, marginMm: 3, cropLines: 'NONE', rotate: 'UPRIGHT' },
  { gapMm: 3.3, marginMm: 0, cropLines: 'MARKS', rotate: 'SIDEWAYS' },
] as const;
const CASES = Object.entries(PAPERS).flatMap(([paper, [widthMm, heightMm]]) =>
  Object.entries(SPECS).flatMap(([spec, [w, h]]) =>
    SETTINGS.map(setting => ({ ...setting, paper, spec, w, h, widthMm, heightMm })),
  ),
);

test.each(CASES)(
  '$paper, $spec, gap $gapMm, margin $marginMm, $cropLines, $rotate: each photo is where it has to be, to the pixel',
  async ({ w, h, paper: _, spec: __, ...rest }) => {
    const px = (mm: number) => Math.floor((mm / 25.4) * 300 + 0.5);
    const paper = {
      width: px(rest.widthMm),
      height: px(rest.heightMm),
      gap: px(rest.gapMm),
      margin: px(rest.marginMm),
    };
    const [upright, sideways] = [expectedBoxes(paper, w, h), expectedBoxes(paper, h, w)];
    const isTurned = { AUTO: sideways.length > upright.length, UPRIGHT: false, SIDEWAYS: true }[rest.rotate];
    const boxes = isTurned ? sideways : upright;
    // A turn clockwise brings the upper left corner to the upper right.
    const blocks = boxes.map(([left, top, width]): Box => [left + (isTurned ? width - BLOCK : 0), top, BLOCK, BLOCK]);

    const sheet = await printSheet([await photo(w, h)], { ...rest, dpi: 300, items: [item(w, h)] });
    expect(sheet.items).toEqual([{ count: boxes.length, rotated: isTurned }]);
    const seen = await decoded(sheet.bytes);
    expect([seen.width, seen.height]).toEqual([paper.width, paper.height]);
    expect((await sharp(sheet.bytes).metadata()).density).toBe(300);
    expect(wrongPixels(seen, boxes, blocks)).toBe(0);
  },
);

test('several photos and sizes on one sheet: rows below each other, each photo in its own', async () => {
  const green = await sharp({ create: { width: 295, height: 413, channels: 3, background: '#00a000' } })
    .png()
    .toBuffer();
  const items = [item(413, 579, 3), item(295, 413, 2), item(295, 413)];
  const red = await photo(295, 413);
  const sheet = await printSheet([await photo(413, 579), red, green], { ...INCH_6, cropLines: 'LINES', items });
  expect(sheet.items.map(({ count }) => count)).toEqual([3, 2, 3]);
  const { at } = await decoded(sheet.bytes);
  // 1,205 - 579 - 24 - 413 = 189; the rows begin at 94 and 697; five of 295 with gaps of 24 begin at 112.
  expect(at(112 + 150, 697 + 200)[0]).toBeGreaterThan(200);
  expect(at(112 + 2 * 319 + 150, 697 + 200)).toEqual([0, 160, 0].map(c => expect.closeTo(c, -1)));
  expect(at(897, 94 + 300)[0]).toBeGreaterThan(200);
});

test('a photo of another density has its size in mm: it is scaled, and neither cropped nor distorted', async () => {
  const options: SheetOptions = { ...INCH_6, cropLines: 'NONE', items: [item(590, 826, 1, 600)] };
  const sheet = await printSheet([await photo(590, 826)], options);
  const boxes: Box[] = [[750, 396, 295, 413]];
  expect(wrongPixels(await decoded(sheet.bytes), boxes, [[750, 396, BLOCK / 2, BLOCK / 2]])).toBeLessThan(60);
});

test('the paper grows with its density, and photos of that density keep their pixels', async () => {
  const options: SheetOptions = { ...INCH_6, dpi: 600, cropLines: 'NONE', items: [item(590, 826, null, 600)] };
  const sheet = await printSheet([await photo(590, 826)], options);
  expect(sheet).toMatchObject({ width: 3_591, height: 2_409, dpi: 600, items: [{ count: 10 }] });
});

describe('lines', () => {
  const grey = (pixel: number[]) => pixel.every(channel => Math.abs(channel - 0xb8) < 30);
  const white = (pixel: number[]) => pixel.every(channel => channel > 245);
  // Ten one-inch photos: they begin at (1,795 - 1,571) / 2 = 112 and (1,205 - 850) / 2 = 177.
  const sheetWith = async (cropLines: SheetOptions['cropLines']) =>
    decoded((await printSheet([await photo(295, 413)], { ...INCH_6, cropLines, items: [item(295, 413)] })).bytes);

  test('LINES run to the edge of the paper, just outside the photos', async () => {
    const { at } = await sheetWith('LINES');
    for (const [x, y] of [
      [110, 3],
      [111, 3],
      [407, 1_200],
      [408, 1_200],
      [3, 175],
      [3, 176],
      [1_790, 590],
      [1_790, 591],
    ] as const)
      expect([x, y, grey(at(x, y))]).toEqual([x, y, true]);
    for (const [x, y] of [
      [107, 3],
      [114, 3],
      [3, 172],
      [3, 180],
    ] as const)
      expect([x, y, white(at(x, y))]).toEqual([x, y, true]);
  });

  test('MARKS are two millimetres long', async () => {
    const { at } = await sheetWith('MARKS');
    expect(grey(at(110, 177 - 20))).toBe(true);
    expect(white(at(110, 177 - 30))).toBe(true);
    expect(grey(at(112 - 20, 175))).toBe(true);
    expect(white(at(3, 175))).toBe(true);
  });

  test('NONE', async () => {
    const { data } = await sheetWith('NONE');
    let greys = 0;
    for (let i = 0; i < data.length; i += 3) if (grey([...data.subarray(i, i + 3)])) greys += 1;
    expect(greys).toBe(0);
  });
});
