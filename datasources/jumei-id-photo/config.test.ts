import { z } from 'zod';
import { readJumeiIdPhoto, variables } from './config.js';

const rules = z.object(variables);
const read = (environment: Record<string, string>) => readJumeiIdPhoto(rules.parse(environment));
const URL_SET = { JUMEI_ID_PHOTO_URL: 'https://h.example/id-photo' };
const KEY = { JUMEI_ID_PHOTO_APP_KEY: 'k' };
const SECRET = { JUMEI_ID_PHOTO_APP_SECRET: 's' };
const CODE = { JUMEI_ID_PHOTO_APP_CODE: 'c' };

test('without address and login it is not configured, whatever else is set', () => {
  expect(read({})).toBeUndefined();
  expect(read({ JUMEI_ID_PHOTO_PARAMS_IN: 'json', JUMEI_ID_PHOTO_PACKAGE_UNITS: '100' })).toBeUndefined();
});

test('what is not set has its default', () => {
  expect(read({ ...URL_SET, ...KEY, ...SECRET })).toEqual({
    url: 'https://h.example/id-photo',
    login: { key: 'k', secret: 's' },
    paramsIn: 'form',
    specMode: 'custom',
    packageUnits: undefined,
  });
});

test('every setting is read', () => {
  expect(
    read({
      ...URL_SET,
      ...CODE,
      JUMEI_ID_PHOTO_PARAMS_IN: 'query',
      JUMEI_ID_PHOTO_SPEC_MODE: 'id',
      JUMEI_ID_PHOTO_PACKAGE_UNITS: '500',
    }),
  ).toMatchObject({ login: { appCode: 'c' }, paramsIn: 'query', specMode: 'id', packageUnits: 500 });
});

test.each([
  ['JUMEI_ID_PHOTO_APP_SECRET', { ...URL_SET, ...KEY }],
  ['JUMEI_ID_PHOTO_APP_KEY', { ...URL_SET, ...SECRET, ...CODE }],
  ['JUMEI_ID_PHOTO_URL', { ...KEY, ...SECRET }],
  ['JUMEI_ID_PHOTO_URL', CODE],
  ['JUMEI_ID_PHOTO_APP_KEY and JUMEI_ID_PHOTO_APP_SECRET (or JUMEI_ID_PHOTO_APP_CODE)', URL_SET],
])('what is missing is named: %s', (name, environment) => {
  expect(() => read(environment)).toThrow(`${name}: missing`);
});

test.each([
  ['JUMEI_ID_PHOTO_URL', 'http://h.example/a'],
  ['JUMEI_ID_PHOTO_PARAMS_IN', 'body'],
  ['JUMEI_ID_PHOTO_SPEC_MODE', 'dimension'],
  ['JUMEI_ID_PHOTO_PACKAGE_UNITS', '-1'],
])('%s refuses %s, in words that do not repeat it', (name, value) => {
  const message = rules.safeParse({ [name]: value }).error?.issues[0]?.message;
  expect(message).toEqual(expect.any(String));
  expect(message).not.toContain(value);
});
