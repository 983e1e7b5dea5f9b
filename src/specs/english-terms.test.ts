import { fromEnglish } from './english-terms.js';

test.each([
  ['US visa', '美国 签证'],
  ["driver's licence", '驾驶 证'],
  ['one inch', '一 寸'],
  ['4 inch', '4 寸'],
  ['2inch', '2 寸'],
])('%s is %s', (query, chinese) => {
  expect(fromEnglish(query)).toBe(chinese);
});

test.each(['', '   ', 'visa for Atlantis', '护照 visa', '35x45'])('%j is not translated', query => {
  expect(fromEnglish(query)).toBeUndefined();
});
