import { readLeqi, variables } from './config.js';

const read = (environment: Partial<Record<keyof typeof variables, string>>) =>
  readLeqi(
    Object.fromEntries(
      Object.entries(variables).map(([name, rule]) => [name, rule.parse(environment[name as keyof typeof variables])]),
    ),
  );

test('without variables Leqi is not configured', () => {
  expect(read({})).toBeUndefined();
});

test('an AppCode alone is enough', () => {
  expect(read({ LEQI_APP_CODE: 'a' })).toEqual({
    appCode: 'a',
    baseUrl: 'https://wnt2.market.alicloudapi.com',
    specIds: new Map(),
    customSpecId: 1,
    photoAs: undefined,
    packageUnits: undefined,
  });
});

test('spec ids are mapped to numbers, and custom is the number that goes with any other size', () => {
  const config = read({
    LEQI_APP_CODE: 'a',
    LEQI_BASE_URL: 'http://127.0.0.1:8080/leqi/',
    LEQI_SPEC_IDS: 'yi-cun-295x413=1,er-cun-413x579=2,custom=39',
    LEQI_PHOTO_AS: 'base64',
    LEQI_PACKAGE_UNITS: '500',
  });
  expect(config).toEqual({
    appCode: 'a',
    baseUrl: 'http://127.0.0.1:8080/leqi',
    specIds: new Map([
      ['yi-cun-295x413', 1],
      ['er-cun-413x579', 2],
    ]),
    customSpecId: 39,
    photoAs: 'base64',
    packageUnits: 500,
  });
});

test('LEQI_PHOTO_AS is one of two words', () => {
  expect(variables.LEQI_PHOTO_AS.safeParse('file').error?.issues[0]?.message).toBe('url or base64');
});

test('other variables without the AppCode are an error that names it', () => {
  expect(() => read({ LEQI_SPEC_IDS: 'yi-cun-295x413=1' })).toThrow(/LEQI_APP_CODE/);
});

test.each(['yi-cun-295x413', 'a=0', 'a=1,', 'a=1 b=2', 'a=x', 'A=1'])(
  'LEQI_SPEC_IDS=%s is refused with an example',
  text => {
    expect(variables.LEQI_SPEC_IDS.safeParse(text).error?.issues[0]?.message).toContain('yi-cun-295x413=1');
  },
);
