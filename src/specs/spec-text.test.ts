import { findDpi, findKb, findSize, foldText, plainText } from './spec-text.js';

test.each([
  ['一寸（白底）', '一寸白底'],
  ['ＡＢＣ 12', 'abc12'],
  ['Yī Cùn', 'yicun'],
  ['295 × 413', '295x413'],
  ['295*413px', '295x413px'],
  ['x-ray', 'xray'],
])('%s is compared as %s', (text, folded) => {
  expect(foldText(text)).toBe(folded);
});

test.each([
  ['護照ＡＢ', '护照ab'],
  ["Driver's  License", 'drivers license'],
  ['1 寸', '一寸'],
  ['两寸', '二寸'],
  ['46级', '四六级'],
  ['100寸', '100寸'],
])('%s is %s in plain text', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test.each([
  ['295x413', { width: 295, height: 413, unit: null }],
  ['35*45mm', { width: 35, height: 45, unit: 'mm' }],
  ['35mm x 45mm', { width: 35, height: 45, unit: 'mm' }],
  ['295×413像素', { width: 295, height: 413, unit: 'px' }],
  ['35毫米 45', { width: 35, height: 45, unit: 'mm' }],
  ['３５ｘ４５', { width: 35, height: 45, unit: null }],
  ['3.5x4.5厘米', { width: 35, height: 45, unit: 'mm' }],
  ['3.5x4.5', { width: 35, height: 45, unit: 'mm' }],
  ['2x2 inches', { width: 51, height: 51, unit: 'mm' }],
  ['2x2', { width: 51, height: 51, unit: 'mm' }],
  ['8x12', { width: 8, height: 12, unit: null }],
] as const)('%s is a size', (text, size) => {
  expect(findSize(plainText(text))).toMatchObject({ size, rest: ' ' });
});

test('a size stands in a longer text, and two numbers apart are one only where there is nothing else', () => {
  expect(findSize('护照 33x48 白底')).toEqual({
    size: { width: 33, height: 48, unit: null },
    rest: '护照  白底',
  });
  expect(findSize('护照 33 48')).toBeUndefined();
});

test.each(['295', '295x', 'x413', '123456x1', '1x123456', '一寸', 'ab x 12'])('%s is no size', text => {
  expect(findSize(plainText(text))).toBeUndefined();
});

test.each([
  ['50kb', 50, 50],
  ['50 KB', 50, 50],
  ['20k', 20, 20],
  ['50-100kb', 50, 100],
  ['50kb~100kb', 50, 100],
  ['10到20K', 10, 20],
  ['大于100kb', 100, Number.POSITIVE_INFINITY],
  ['100kb以上', 100, Number.POSITIVE_INFINITY],
  ['小于 20kb', 0, 20],
  ['不超过20kb', 0, 20],
  ['20kb以内', 0, 20],
  ['under 40kb', 0, 40],
])('%s is %d to %d KB', (text, min, max) => {
  expect(findKb(plainText(text))).toMatchObject({ kb: { min, max } });
});

test.each(['50', '50kg', 'kb', '1234567kb'])('%s is no file size', text => {
  expect(findKb(plainText(text))).toBeUndefined();
});

test('dpi are read', () => {
  expect(findDpi('一寸 300dpi')).toEqual({ dpi: 300, rest: '一寸  ' });
  expect(findDpi('dpi')).toBeUndefined();
});
