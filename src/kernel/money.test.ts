import { readYuan, writeYuan } from './money.js';

test.each([
  ['0', 0],
  ['1', 10_000],
  ['0.35', 3_500],
  ['0.0985', 985],
  ['12.50', 125_000],
  ['999999999.9999', 9_999_999_999_999],
])('%s yuan', (text, amount) => {
  expect(readYuan(text)).toBe(amount);
  expect(readYuan(writeYuan(amount))).toBe(amount);
});

test.each(['', '-1', '1.', '.5', '1,5', '1e3', '0.00001', '1234567890', ' 1', '¥1'])('%j is no amount', text => {
  expect(readYuan(text)).toBeUndefined();
});

test('it is written without zeros that say nothing', () => {
  expect([0, 10_000, 3_500, 1, 125_000, -3_500].map(writeYuan)).toEqual(['0', '1', '0.35', '0.0001', '12.5', '-0.35']);
});
