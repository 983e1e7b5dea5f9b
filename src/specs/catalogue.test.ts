import { LIMITS } from '../kernel/limits.js';
import { specs } from './catalogue.js';
import { colorById } from './colors.js';
import { rows } from './rows.js';

const byRow = (row: number) => specs.list.find(spec => spec.rows.includes(row));

test('the 181 rows are 179 specs, each row in exactly one', () => {
  expect(rows).toHaveLength(181);
  expect(specs.list).toHaveLength(179);
  expect(specs.list.flatMap(spec => spec.rows).sort((a, b) => a - b)).toEqual(rows.map((_, index) => index + 1));
});

test('the two pairs of rows that say the same are one spec each', () => {
  const shared = specs.list.filter(spec => spec.rows.length > 1);
  expect(shared.map(({ title, rows }) => [title, rows])).toEqual([
    ['一级建造师证（电子版）', [11, 64]],
    ['退役军人优待证', [179, 181]],
  ]);
});

test.each([
  ['成人自考', 2],
  ['英语四六级考试', 3],
  ['教师资格证', 2],
])('%s stays %d specs: same title, other data', (title, count) => {
  expect(specs.list.filter(spec => spec.title === title)).toHaveLength(count);
});

test('every spec is found by its id, and no other string is an id', () => {
  for (const spec of specs.list) expect(specs.byId(spec.id)).toBe(spec);
  expect(specs.byId('no-such-spec')).toBeUndefined();
  expect(specs.byId('__proto__')).toBeUndefined();
});

test('every spec can be made within the limits of a picture', () => {
  for (const { id, widthPx, heightPx, dpi, minKb, maxKb } of specs.list) {
    const sides = [widthPx, heightPx];
    expect([id, Math.min(...sides) >= LIMITS.image.minOutputSide]).toEqual([id, true]);
    expect([id, Math.max(...sides) <= LIMITS.image.maxOutputSide]).toEqual([id, true]);
    expect([300, 350]).toContain(dpi);
    if (minKb !== null && maxKb !== null) expect(minKb).toBeLessThan(maxKb);
  }
});

test('units are as the guide has them: 130 rows in mm, 51 in px, 94 of all without a unit in print', () => {
  expect(rows.filter(row => row.unit === 'mm')).toHaveLength(130);
  expect(rows.filter(row => row.unit === 'px')).toHaveLength(51);
  expect(rows.filter(row => row.unitInferred)).toHaveLength(94);
  expect(byRow(85)).toMatchObject({
    title: '事业单位招聘',
    unit: 'PX',
    unitInferred: true,
    widthPx: 90,
    heightPx: 120,
  });
  expect(byRow(130)).toMatchObject({ unit: 'PX', unitInferred: false, widthPx: 120, heightPx: 168, widthMm: null });
});

test('px follow from mm at 300 dpi, and the mm stay', () => {
  const plain = { widthPx: 295, heightPx: 413, widthMm: 25, heightMm: 35, dpi: 300, unit: 'MM', rows: [34] };
  expect(specs.byId('yi-cun-295x413')).toMatchObject({ title: '一寸', ...plain });
});

test.each([46, 54])('row %d, 26x32 mm, is 358x441 at 350 dpi', row => {
  const size = { widthPx: 358, heightPx: 441, widthMm: 26, heightMm: 32, dpi: 350 };
  expect(byRow(row)).toMatchObject(size);
  expect(byRow(row)?.notes).toContain('DPI_FROM_STANDARD');
});

test('px in the title win over mm, in all ten titles that carry both', () => {
  const titled = specs.list.filter(spec => spec.notes.includes('PX_FROM_TITLE'));
  expect(titled).toHaveLength(10);
  for (const spec of titled) expect(spec.title).toContain(`${spec.widthPx}x${spec.heightPx}`);
  expect(byRow(82)).toMatchObject({ widthPx: 178, heightPx: 220, widthMm: 15, heightMm: 19 });
  expect(rows.filter(row => row.titlePx)).toHaveLength(13);
});

test('KB limits stand on fourteen rows, in the direction the guide gives', () => {
  const limits = specs.list
    .filter(spec => spec.minKb !== null || spec.maxKb !== null)
    .map(spec => [spec.rows[0], spec.minKb, spec.maxKb]);
  expect(limits).toEqual([
    [14, 50, 100],
    [40, 10, 20],
    [66, 20, 45],
    [67, null, 20],
    [69, 100, null],
    [72, null, 100],
    [73, 20, 40],
    [75, 30, 60],
    [81, 10, 25],
    [83, 10, 25],
    [92, null, 100],
    [93, null, 200],
    [129, 10, 40],
    [131, 20, 40],
  ]);
  expect(byRow(72)?.notes).toEqual(['KB_DIRECTION_INFERRED']);
});

test('dpi is printed on six rows', () => {
  expect(rows.filter(row => row.dpi).map(row => [row.row, row.dpi])).toEqual([
    [14, 350],
    [29, 350],
    [40, 350],
    [69, 350],
    [75, 350],
    [92, 300],
  ]);
});

test('colours are as the guide counts them', () => {
  const counts: Record<string, number> = {};
  for (const color of rows.flatMap(row => row.colors)) counts[color] = (counts[color] ?? 0) + 1;
  expect(counts).toEqual({
    white: 152,
    blue: 125,
    red: 58,
    blue_gradual: 18,
    gray_gradual: 4,
    blue_grey: 3,
    red_gradual: 1,
  });
  expect(Object.keys(counts).every(id => colorById(id))).toBe(true);
  expect(new Set(rows.map(row => [...row.colors].sort().join())).size).toBe(12);
});

test('sizes that cannot be right are marked', () => {
  const doubtful = specs.list.filter(spec => spec.notes.includes('DOUBTFUL_SIZE'));
  expect(doubtful.map(({ title }) => title)).toEqual(['保险职业证', '中国储蓄银行']);
});
