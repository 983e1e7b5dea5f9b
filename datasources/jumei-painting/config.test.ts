import { z } from 'zod';
import { readJumeiPainting, variables } from './config.js';

const read = (environment: Record<string, string>) => readJumeiPainting(z.object(variables).parse(environment));
const SUBMIT = { JUMEI_PAINTING_SUBMIT_URL: 'https://h.example/submit' };
const QUERY = { JUMEI_PAINTING_QUERY_URL: 'https://h.example/query' };
const KEY = { JUMEI_PAINTING_APP_KEY: 'k' };
const SECRET = { JUMEI_PAINTING_APP_SECRET: 's' };

test('without addresses and login it is not configured', () => {
  expect(read({ JUMEI_PAINTING_PACKAGE_UNITS: '10' })).toBeUndefined();
});

test('every setting is read', () => {
  expect(read({ ...SUBMIT, ...QUERY, ...KEY, ...SECRET, JUMEI_PAINTING_PACKAGE_UNITS: '10' })).toEqual({
    submitUrl: 'https://h.example/submit',
    queryUrl: 'https://h.example/query',
    login: { key: 'k', secret: 's' },
    paramsIn: 'query',
    packageUnits: 10,
  });
});

test.each(['form', 'json', 'query'])('parameters go into the %s where the operator says so', place => {
  expect(read({ ...SUBMIT, ...QUERY, ...KEY, ...SECRET, JUMEI_PAINTING_PARAMS_IN: place })).toMatchObject({
    paramsIn: place,
  });
});

test.each([
  ['JUMEI_PAINTING_QUERY_URL', { ...SUBMIT, ...KEY, ...SECRET }],
  ['JUMEI_PAINTING_SUBMIT_URL', { ...QUERY, JUMEI_PAINTING_APP_CODE: 'c' }],
  ['JUMEI_PAINTING_APP_SECRET', { ...SUBMIT, ...QUERY, ...KEY }],
  ['JUMEI_PAINTING_APP_KEY and JUMEI_PAINTING_APP_SECRET (or JUMEI_PAINTING_APP_CODE)', { ...SUBMIT, ...QUERY }],
])('what is missing is named: %s', (name, environment) => {
  expect(() => read(environment)).toThrow(`${name}: missing`);
});
