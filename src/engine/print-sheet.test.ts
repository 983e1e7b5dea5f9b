import sharp from 'sharp';
import { printSheet } from './print-sheet.js';

const ONE_INCH = { widthPx: 295, heightPx: 413, dpi: 300 };
const TWO_INCH = { widthPx: 413, heightPx: 579, dpi: 300 };
const RED = { r: 220, g: 20, b: 20 };

const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: RED } })
    .png()
    .toBuffer();

/** How many photos lie along a line of the sheet: runs of red. */
async function runs(bytes: Uint8Array, line: { row?: number; column?: number }): Promise<number> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const length = line.row === undefined ? info.height : info.width;
  let count = 0;
  let inside = false;
  for (let i = 0; i < length; i++) {
    const pixel = line.row === undefined ? i * info.width + line.column! : line.row * info.width + i;
    const red = data[pixel * 3]! > 180 && data[pixel * 3 + 1]! < 80;
    if (red && !inside) count++;
    inside = red;
  }
  return count;
}

test.each([
  ['one-inch', ONE_INCH, { columns: 5, rows: 2, count: 10, rotated: false }],
  ['two-inch', TWO_INCH, { columns: 2, rows: 2, count: 4, rotated: true }],
])('as many %s photos as a photo shop prints fit on the sheet', async (_, size, layout) => {
  const sheet = await printSheet(await photo(size.widthPx, size.heightPx), { ...size, count: null });
  expect(sheet).toMatchObject({ width: 1_795, height: 1_205, dpi: 300, ...layout });
  expect(await runs(sheet.bytes, { row: 300 })).toBe(layout.columns);
  expect(await runs(sheet.bytes, { column: layout.columns === 5 ? 897 : 500 })).toBe(layout.rows);
});

test('fewer photos are spread evenly over their rows, in the middle of the paper', async () => {
  const sheet = await printSheet(await photo(295, 413), { ...ONE_INCH, count: 6 });
  expect(sheet).toMatchObject({ columns: 3, rows: 2, count: 6 });
  const { data, info } = await sharp(sheet.bytes).raw().toBuffer({ resolveWithObject: true });
  const isRed = (x: number) => data[(300 * info.width + x) * 3]! > 180 && data[(300 * info.width + x) * 3 + 1]! < 80;
  const columns = Array.from({ length: info.width }, (_, x) => x).filter(isRed);
  expect(columns[0]! + columns.at(-1)!).toBeCloseTo(info.width - 1, -1);
});

test('the last row may hold fewer', async () => {
  const sheet = await printSheet(await photo(295, 413), { ...ONE_INCH, count: 7 });
  expect(sheet).toMatchObject({ columns: 4, rows: 2, count: 7 });
  expect(await runs(sheet.bytes, { row: 300 })).toBe(4);
  expect(await runs(sheet.bytes, { row: 900 })).toBe(3);
});

test('the paper grows with the density', async () => {
  const sheet = await printSheet(await photo(590, 826), { widthPx: 590, heightPx: 826, dpi: 600, count: null });
  expect(sheet).toMatchObject({ width: 3_590, height: 2_410, dpi: 600, count: 10 });
});

test('a photo of another size is cropped to fill its place, not distorted', async () => {
  const half = await sharp({ create: { width: 826, height: 413, channels: 3, background: '#ffffff' } })
    .composite([{ input: await photo(413, 413), left: 0, top: 0 }])
    .png()
    .toBuffer();
  const sheet = await printSheet(half, { ...ONE_INCH, count: 1 });
  const { data, info } = await sharp(sheet.bytes).raw().toBuffer({ resolveWithObject: true });
  const row = [...data.subarray(602 * info.width * 3, 603 * info.width * 3)];
  const red = Array.from({ length: info.width }, (_, x) => x).filter(x => row[x * 3]! > 180 && row[x * 3 + 1]! < 80);
  expect(red.length).toBeGreaterThan(140);
  expect(red.length).toBeLessThan(155);
});

test.each([0, 11, 1.5])('a count of %s is refused with the range that fits', async count => {
  await expect(printSheet(await photo(295, 413), { ...ONE_INCH, count })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    fields: [{ path: 'input.count', code: 'DOES_NOT_FIT', allowed: '1 to 10 for photos of this size' }],
  });
});

test('a photo larger than the paper is refused', async () => {
  await expect(
    printSheet(await photo(100, 100), { widthPx: 1_800, heightPx: 1_800, dpi: 300, count: null }),
  ).rejects.toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'input.photo' }] });
});
