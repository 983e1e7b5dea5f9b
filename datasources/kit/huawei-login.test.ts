import { huaweiRules, readHuaweiLogin } from './huawei-login.js';

test.each([
  'https://idphoto.apistore.huaweicloud.com/id-photo/create',
  'http://127.0.0.1:4100/id-photo',
  'http://localhost/a',
  'http://[::1]:4100/a',
])('%s is an address', url => expect(huaweiRules.url.parse(url)).toBe(url));

test.each([
  'http://idphoto.apistore.huaweicloud.com/id-photo/create',
  'http://127.0.0.1.example.com/a',
  'https://user:password@h.example/a',
  'https://h.example/a?b=1',
  'https://h.example/a#b',
  'https://h.example/%zz',
  'https://h.example/油画',
  'h.example/a',
  'ftp://h.example/a',
])('%s is not', url => expect(huaweiRules.url.safeParse(url).success).toBe(false));

test('key and secret go before the AppCode', () => {
  expect(readHuaweiLogin('X', { key: 'k', secret: 's', appCode: 'c' })).toEqual({ key: 'k', secret: 's' });
  expect(readHuaweiLogin('X', { appCode: 'c' })).toEqual({ appCode: 'c' });
  expect(readHuaweiLogin('X', {})).toBeUndefined();
});

test('half a login is an error that names the other half, whatever else is set', () => {
  expect(() => readHuaweiLogin('X', { key: 'k', appCode: 'c' })).toThrow('X_APP_SECRET: missing; X_APP_KEY is set.');
  expect(() => readHuaweiLogin('X', { secret: 's' })).toThrow('X_APP_KEY: missing; X_APP_SECRET is set.');
});

test('a key that would break out of its header is refused', () => {
  expect(huaweiRules.key.safeParse('a\r\nx-evil: 1').success).toBe(false);
});
