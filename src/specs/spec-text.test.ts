import { foldText, parseSize } from './spec-text.js';

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
  ['295x413', { width: 295, height: 413, unit: null }],
  ['35*45mm', { width: 35, height: 45, unit: 'mm' }],
  ['35mm x 45mm', { width: 35, height: 45, unit: 'mm' }],
  ['295×413像素', { width: 295, height: 413, unit: 'px' }],
  ['35毫米 45', { width: 35, height: 45, unit: 'mm' }],
  ['３５ｘ４５', { width: 35, height: 45, unit: null }],
] as const)('%s is a size', (text, size) => {
  expect(parseSize(text)).toEqual(size);
});

test.each(['295', '295x', '295x413x2', 'x413', '123456x1', '一寸', '35.5x45'])('%s is no size', text => {
  expect(parseSize(text)).toBeUndefined();
});
