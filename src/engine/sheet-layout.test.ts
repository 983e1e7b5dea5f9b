import fc from 'fast-check';
import { refused } from '../../test/refused.js';
import { DarkroomError } from '../kernel/errors.js';
import type { SheetItem, SheetOptions } from './picture.js';
import { layOutSheet, type Place, printedSize, sheetPixels } from './sheet-layout.js';

const INCH_6: SheetOptions = {
  widthMm: 152,
  heightMm: 102,
  dpi: 300,
  gapMm: 2,
  marginMm: 5,
  cropLines: 'LINES',
  rotate: 'AUTO',
  items: [],
};
const INCH_5 = { widthMm: 127, heightMm: 89 };
const item = (widthPx: number, heightPx: number, count: number | null = null, dpi = 300): SheetItem => ({
  widthPx,
  heightPx,
  dpi,
  count,
});
const lay = (items: SheetItem[], over: Partial<SheetOptions> = {}) => layOutSheet({ ...INCH_6, ...over, items });
const rowsOf = (items: SheetItem[], over: Partial<SheetOptions> = {}) => lay(items, over).rows.map(row => row.length);

test.each([
  [89, 300, 1_051],
  [127, 300, 1_500],
  [102, 300, 1_205],
  [152, 300, 1_795],
  [297, 300, 3_508],
  [210, 350, 2_894],
  // Exactly half a pixel goes up.
  [12.7, 25, 13],
  [0, 300, 0],
])('%d mm at %d dpi are %d px', (mm, dpi, px) => {
  expect(sheetPixels(mm, dpi)).toBe(px);
});

test.each<[string, SheetItem[], Partial<SheetOptions>, number[]]>([
  ['ten one-inch photos on 6 inches', [item(295, 413)], {}, [5, 5]],
  ['eight, as four and four', [item(295, 413, 8)], {}, [4, 4]],
  ['seven, as four and three', [item(295, 413, 7)], {}, [4, 3]],
  ['nine one-inch photos on 5 inches, rotated', [item(295, 413)], INCH_5, [3, 3, 3]],
  ['eight, upright', [item(295, 413)], { ...INCH_5, rotate: 'UPRIGHT' }, [4, 4]],
  ['four two-inch photos on 6 inches, rotated', [item(413, 579)], {}, [2, 2]],
  ['three, upright', [item(413, 579)], { rotate: 'UPRIGHT' }, [3]],
  ['one-inch below two-inch photos', [item(413, 579, 3), item(295, 413)], {}, [3, 5]],
  ['photos of one size share a row', [item(295, 413, 1), item(295, 413, 2), item(295, 413, 2)], {}, [5]],
  ['those without a count get equal shares', [item(295, 413), item(295, 413)], {}, [5, 5]],
])('%s', (_, items, over, expected) => {
  expect(rowsOf(items, over)).toEqual(expected);
});

test('photos of one size without a count share the sheet; counts say how', () => {
  expect(lay([item(295, 413), item(295, 413), item(295, 413)]).counts).toEqual([4, 3, 3]);
  expect(lay([item(295, 413, 2), item(295, 413)]).counts).toEqual([2, 8]);
});

test('a photo of the density of the sheet keeps its pixels; of another one it keeps its size on paper', () => {
  expect(printedSize(item(295, 413), 300)).toEqual({ width: 295, height: 413 });
  expect(printedSize(item(358, 441, null, 350), 300)).toEqual({ width: 307, height: 378 });
  expect(printedSize(item(295, 413), 600)).toEqual({ width: 590, height: 826 });
});

test('AUTO rotates nothing that fits upright', () => {
  expect(
    lay([item(413, 579, 3)])
      .rows.flat()
      .every(({ rotated }) => !rotated),
  ).toBe(true);
  expect(
    lay([item(413, 579, 4)])
      .rows.flat()
      .every(({ rotated }) => rotated),
  ).toBe(true);
});

test.each<[string, SheetItem[], Partial<SheetOptions>, string]>([
  ['eleven', [item(295, 413, 11)], {}, '1 to 10 for photos of this size'],
  [
    'more beside others',
    [item(413, 579, 3), item(295, 413, 6)],
    {},
    '1 to 5 for photos of this size beside the items before it',
  ],
  ['a sheet that is full', [item(413, 579, 4), item(600, 600)], {}, 'nothing: the items before it fill the sheet'],
  [
    'a photo larger than the paper',
    [item(295, 413, 1), item(1_800, 1_300)],
    {},
    'a photo within 1677 x 1087 px at 300 dpi',
  ],
  [
    'a photo that fits only rotated',
    [item(600, 1_600)],
    { rotate: 'UPRIGHT' },
    'a photo within 1677 x 1087 px at 300 dpi',
  ],
])('%s: refused with what would fit', (_, items, over, allowed) => {
  expect(() => lay(items, over)).toThrow(allowed);
});

test('an error names its item', async () => {
  expect(await refused(() => lay([item(295, 413, 10), item(295, 413, 1)]))).toBe(
    'BAD_USER_INPUT input.items.1 DOES_NOT_FIT',
  );
  expect(await refused(() => lay([item(295, 413, 2), item(295, 413, 9)]))).toBe(
    'BAD_USER_INPUT input.items.1.count DOES_NOT_FIT',
  );
});

const anyItem = fc.record({
  widthPx: fc.integer({ min: 48, max: 900 }),
  heightPx: fc.integer({ min: 48, max: 900 }),
  dpi: fc.constantFrom(300, 300, 350, 600),
  count: fc.option(fc.integer({ min: 1, max: 12 })),
});
const anySheet: fc.Arbitrary<SheetOptions> = fc.record({
  widthMm: fc.constantFrom(127, 152, 210, 297, 61.3),
  heightMm: fc.constantFrom(89, 102, 148, 210, 80.7),
  dpi: fc.constantFrom(72, 150, 300),
  gapMm: fc.constantFrom(0, 0.4, 2, 7),
  marginMm: fc.constantFrom(0, 3, 5, 12.5),
  cropLines: fc.constant('NONE'),
  rotate: fc.constantFrom('AUTO', 'UPRIGHT', 'SIDEWAYS'),
  items: fc.array(anyItem, { minLength: 1, maxLength: 6 }),
});

/** Between their nearer edges; negative where they overlap. */
function distance(one: Place, other: Place): number {
  return Math.max(
    other.left - one.left - one.width,
    one.left - other.left - other.width,
    other.top - one.top - one.height,
    one.top - other.top - other.height,
  );
}

/** The layout, or the field that is refused. */
function outcome(options: SheetOptions) {
  try {
    return { layout: layOutSheet(options) };
  } catch (error) {
    if (!DarkroomError.is(error)) throw error;
    return { field: error.fields[0]! };
  }
}

test('whatever is asked for: nothing overlaps, nothing leaves the margin, and the counts are as asked for', () => {
  fc.assert(
    fc.property(anySheet, options => {
      const { layout, field } = outcome(options);
      if (layout === undefined) return field.path.startsWith('input.items.');
      const [gap, margin] = [sheetPixels(options.gapMm, options.dpi), sheetPixels(options.marginMm, options.dpi)];
      const all = layout.rows.flat();
      let nearest = gap;
      for (const [place, one] of all.entries()) {
        const { width, height } = printedSize(options.items[one.item]!, options.dpi);
        expect([one.width, one.height]).toEqual(one.rotated ? [height, width] : [width, height]);
        expect(Math.min(one.left, one.top)).toBeGreaterThanOrEqual(margin);
        expect(one.left + one.width).toBeLessThanOrEqual(layout.width - margin);
        expect(one.top + one.height).toBeLessThanOrEqual(layout.height - margin);
        nearest = Math.min(nearest, ...all.slice(place + 1).map(other => distance(one, other)));
      }
      expect(nearest).toBeGreaterThanOrEqual(gap);
      for (const [index, { count }] of options.items.entries()) {
        const placed = all.filter(photo => photo.item === index).length;
        expect(placed).toBe(layout.counts[index]);
        if (count === null) expect(placed).toBeGreaterThan(0);
        else expect(placed).toBe(count);
      }
      return true;
    }),
    { numRuns: 400 },
  );
});

test('whatever is refused: as many as the error allows do fit, and one more does not', () => {
  let refusals = 0;
  fc.assert(
    fc.property(anySheet, options => {
      const { field } = outcome(options);
      const index = Number(field?.path.split('.')[2]);
      if (field === undefined || !field.path.endsWith('.count')) return;
      refusals += 1;
      const upTo = (count: number) => {
        const items = options.items.slice(0, index).map(before => ({ ...before, count: before.count ?? 1 }));
        return outcome({ ...options, items: [...items, { ...options.items[index]!, count }] });
      };
      const most = Number(/^1 to (\d+) /.exec(field.allowed)![1]);
      expect(upTo(most).layout).toBeDefined();
      expect(upTo(most + 1).field).toBeDefined();
    }),
    { numRuns: 400 },
  );
  expect(refusals).toBeGreaterThan(20);
});

test('what fills a sheet leaves no room for one more', () => {
  fc.assert(
    fc.property(anySheet, anyItem, (options, filling) => {
      const items = [...options.items.slice(0, 2).map(one => ({ ...one, count: 1 })), { ...filling, count: null }];
      const { layout } = outcome({ ...options, items });
      if (layout === undefined) return;
      const full = items.map((one, index) => ({ ...one, count: layout.counts[index]! + (one.count === null ? 1 : 0) }));
      expect(outcome({ ...options, items: full }).field).toBeDefined();
    }),
    { numRuns: 300 },
  );
});
