import type { SpecRow } from './rows.js';
import { pixelSize, toSpec } from './spec.js';

const ROW: SpecRow = {
  row: 1,
  id: 'visa',
  title: '签证',
  titleEn: 'Visa',
  pinyin: 'qian zheng',
  width: 35,
  height: 45,
  unit: 'mm',
  unitInferred: false,
  colors: ['white'],
};

test.each([
  ['mm at the default of 300 dpi', {}, { widthPx: 413, heightPx: 531, dpi: 300 }],
  ['mm at the dpi that is printed', { dpi: 600 }, { widthPx: 827, heightPx: 1_063, dpi: 600 }],
  ['px as they are', { unit: 'px', width: 295, height: 413 }, { widthPx: 295, heightPx: 413, dpi: 300 }],
  ['px of the title before mm', { titlePx: [390, 567] }, { widthPx: 390, heightPx: 567, dpi: 300 }],
  ['the identity card at its own 350 dpi', { width: 26, height: 32 }, { widthPx: 358, heightPx: 441, dpi: 350 }],
  ['its size at a dpi that is printed', { width: 26, height: 32, dpi: 300 }, { widthPx: 307, heightPx: 378, dpi: 300 }],
] as const)('the pixel size: %s', (_, more, size) => {
  expect(pixelSize({ ...ROW, ...more } as SpecRow)).toEqual(size);
});

test('a spec takes its words from the first row and lists all of them', () => {
  const spec = toSpec([ROW, { ...ROW, row: 7, title: '签证（大）' }]);
  expect(spec).toMatchObject({
    id: 'visa',
    title: '签证',
    titleEn: 'Visa',
    rows: [1, 7],
    unit: 'MM',
    widthMm: 35,
    minKb: null,
    notes: [],
  });
});

test('a spec says where its numbers come from', () => {
  expect(toSpec([{ ...ROW, titlePx: [390, 567], notes: ['NO_RECEIPT'] }]).notes).toEqual([
    'NO_RECEIPT',
    'PX_FROM_TITLE',
  ]);
  expect(toSpec([{ ...ROW, width: 26, height: 32 }]).notes).toEqual(['DPI_FROM_STANDARD']);
  expect(toSpec([{ ...ROW, unit: 'px' }])).toMatchObject({ widthMm: null, heightMm: null, unit: 'PX' });
});
