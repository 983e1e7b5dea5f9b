import { codesOf, judge } from './codes.js';

test('the codes mean what the contract says', () => {
  const meant = (endpoint: 'make' | 'fetch') =>
    Object.fromEntries(codesOf(endpoint).map(code => [code, judge(endpoint, code).code]));
  const shared = {
    '400': 'INVALID_INPUT',
    '401': 'VENDOR_AUTH',
    '403': 'VENDOR_AUTH',
    '412': 'VENDOR_AUTH',
    '417': 'QUOTA_EXHAUSTED',
    '422': 'INVALID_INPUT',
    '423': 'INVALID_INPUT',
    '506': 'INVALID_INPUT',
  };
  expect(meant('make')).toEqual({ ...shared, '507': 'NO_FACE' });
  expect(meant('fetch')).toEqual({ ...shared, '507': 'INVALID_INPUT' });
});
