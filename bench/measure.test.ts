import { numberOption, quantile, treeCpuSeconds } from './measure.js';

test('a quantile is one of the values, whatever their order', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.9, 1].map(share => quantile(values, share))).toEqual([1, 3, 5, 5]);
  expect(values).toEqual([5, 1, 4, 2, 3]);
  expect(quantile([], 0.5)).toBeNaN();
});

test('an option is read by its name, with a fallback', () => {
  expect(numberOption(['--tasks', '7', '--minutes', '0.5'], 'minutes', 2)).toBe(0.5);
  expect(numberOption(['--tasks', '7'], 'minutes', 2)).toBe(2);
});

test.each(['0', '-1', 'many', undefined])('%s is no positive number', text => {
  const args = text === undefined ? ['--minutes'] : ['--minutes', text];
  expect(() => numberOption(args, 'minutes', 2)).toThrow('--minutes takes a positive number');
});

test('a process that does not exist has no CPU time', () => {
  expect(treeCpuSeconds(2 ** 30)).toBeNaN();
});
