import { readFangtang, variables } from './config.js';

const login = { FANGTANG_THIRD_CODE: 'darkroom-test', FANGTANG_SECRET_KEY: 'test-secret' };

test('without any variable Fangtang is not configured', () => {
  expect(readFangtang({})).toBeUndefined();
});

test('the code and the key are enough: the address is https by default', () => {
  expect(readFangtang(login)).toEqual({
    thirdCode: 'darkroom-test',
    secretKey: 'test-secret',
    baseUrl: 'https://sdkphoto.fangtangtv.com',
    packageUnits: undefined,
  });
});

test.each([
  ['FANGTANG_SECRET_KEY', { FANGTANG_THIRD_CODE: 'darkroom-test' }],
  ['FANGTANG_THIRD_CODE', { FANGTANG_SECRET_KEY: 'test-secret' }],
  ['FANGTANG_THIRD_CODE', { FANGTANG_PACKAGE_UNITS: 100 }],
])('half a configuration names %s, and no value', (name, values) => {
  const read = () => readFangtang(values);
  expect(read).toThrow(expect.objectContaining({ code: 'VENDOR_NOT_CONFIGURED' }));
  expect(read).toThrow(name);
  expect(read).not.toThrow(/darkroom-test|test-secret/);
});

test.each([
  ['https://sdkphoto.fangtangtv.com/', 'https://sdkphoto.fangtangtv.com'],
  ['http://sdkphoto.fangtangtv.com', 'http://sdkphoto.fangtangtv.com'],
  ['http://127.0.0.1:4100/fangtang/', 'http://127.0.0.1:4100/fangtang'],
])('the URL %s is accepted, plain http if it is written', (text, baseUrl) => {
  expect(variables.FANGTANG_BASE_URL.parse(text)).toBe(baseUrl);
});

test.each([
  'sdkphoto.fangtangtv.com',
  'ftp://a.example',
  'https://u:p@a.example',
  'https://a.example/?b=1',
  'https://a b',
])('the URL %s is refused with a message', text => {
  const parsed = variables.FANGTANG_BASE_URL.safeParse(text);
  expect(parsed.success).toBe(false);
  expect(parsed.error!.issues[0]!.message).toContain('https');
});

test.each([
  ['FANGTANG_THIRD_CODE', 'two\r\nlines'],
  ['FANGTANG_SECRET_KEY', ''],
  ['FANGTANG_PACKAGE_UNITS', '-1'],
  ['FANGTANG_PACKAGE_UNITS', 'many'],
] as const)('%s is not taken as %j', (name, value) => {
  expect(variables[name].safeParse(value).success).toBe(false);
});
