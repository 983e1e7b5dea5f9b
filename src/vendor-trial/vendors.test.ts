import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.js';
import { control, fakePictures } from '../../sandbox/test-clients.js';
import { runVendors } from './vendors.js';

const YES = '--yes-one-billed-call';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ pictures: fakePictures, packageUnits: 1_000, seed: 1 });
});
afterAll(() => sandbox.close());
beforeEach(() => control(sandbox, '/reset', {}));

type Environment = Record<string, string>;
let asked: string[];

/** What the command prints and its exit code. `answer`: what a person types; without it there is nobody to ask. */
async function run(words: string[], environment: Environment = sandbox.environment, answer?: string) {
  const lines: string[] = [];
  asked = [];
  const ask = async (question: string) => {
    asked.push(question);
    return answer ?? '';
  };
  const terminal = { say: (line: string) => lines.push(line), ask: answer === undefined ? undefined : ask };
  const code = await runVendors(words, environment, terminal);
  return { code, printed: lines.join('\n') };
}

const calls = (vendor: keyof ReturnType<Sandbox['state']>['vendors']) => sandbox.state().vendors[vendor].calls;
const billed = () => Object.values(sandbox.state().vendors).map(({ unitsLeft }) => 1_000 - unitsLeft);
const NOTHING = [0, 0, 0, 0, 0];

describe('what is configured', () => {
  test('is listed, and nothing is called', async () => {
    const environment: Environment = Object.fromEntries(
      Object.entries(sandbox.environment).filter(([name]) => name !== 'LEQI_APP_CODE' && !name.startsWith('FANGTANG_')),
    );
    const { code, printed } = await run([], environment);
    expect(code).toBe(0);
    expect(printed).toMatch(/^JUMEI_ID_PHOTO +configured$/m);
    expect(printed).toMatch(/^FEGINE +configured$/m);
    expect(printed).toMatch(/^FANGTANG +not configured$/m);
    expect(printed).toMatch(/^LEQI +half configured: LEQI_APP_CODE: missing;/m);
    expect(Object.values(sandbox.state().vendors).flatMap(({ calls }) => Object.keys(calls))).toEqual([]);
  });

  test.each([
    [
      'a vendor without variables',
      { FANGTANG_THIRD_CODE: '', FANGTANG_SECRET_KEY: '', FANGTANG_BASE_URL: '', FANGTANG_PACKAGE_UNITS: '' },
      /^FANGTANG is not configured.*FANGTANG_SECRET_KEY/,
    ],
    ['half a login', { FANGTANG_SECRET_KEY: '' }, /^FANGTANG_SECRET_KEY/],
    ['a wrong value', { FANGTANG_BASE_URL: 'ftp://secret' }, /^FANGTANG_BASE_URL: expected/],
    ['a slip of the pen', { FANGTANG_SECRETKEY: 'secret' }, /^FANGTANG_SECRETKEY: there is no such variable/],
  ])('%s is a sentence and exit code 78', async (_, change, expected) => {
    const { code, printed } = await run(['try', 'FANGTANG'], { ...sandbox.environment, ...(change as Environment) });
    expect([code, printed]).toEqual([78, expect.stringMatching(expected)]);
    expect(printed).not.toContain('secret');
  });

  test.each([[['try']], [['try', 'LOCAL']], [['try', 'JUMEI']], [['mend', 'LEQI']], [['try', 'LEQI', '--yes']]])(
    '%j is a usage error: help and exit code 64',
    async words => {
      const { code, printed } = await run(words);
      expect([code, printed]).toEqual([64, expect.stringContaining('npm run vendors -- try <vendor>')]);
    },
  );

  test('a vendor that does not exist is named', async () =>
    expect((await run(['try', 'fangtang'])).printed).toContain('There is no vendor fangtang.'));

  test('--help', async () => expect((await run(['--help'])).code).toBe(0));
});

describe('the form that a Jumei key accepts', () => {
  test.each(['form', 'query', 'json'])('painting takes the %s: found out by free questions', async place => {
    await control(sandbox, '/settings', { jumeiPaintingParamsIn: place });
    const { code, printed } = await run(['try', 'JUMEI_PAINTING']);
    expect(code).toBe(0);
    expect(printed).toContain(`parameters in ${place}: HTTP 200, vendor code 201 (taskId不存在)`);
    expect(printed).toContain(place === 'query' ? 'The form that is set is right:' : 'Put this line into .env:');
    expect(printed).toMatch(new RegExp(`^ {2}JUMEI_PAINTING_PARAMS_IN=${place}$`, 'm'));
    if (place !== 'query') expect(printed).toContain('parameters in query: HTTP 400, gateway code APIG.0201');
    expect(billed()).toEqual(NOTHING);
    expect(calls('JUMEI_PAINTING').submit).toBeUndefined();
  });

  test('a billed painting goes in the form that was found, once', async () => {
    await control(sandbox, '/settings', { jumeiPaintingParamsIn: 'json' });
    const { code, printed } = await run(['try', 'JUMEI_PAINTING', YES]);
    expect([code, calls('JUMEI_PAINTING').submit]).toEqual([0, { requests: 1, billed: 1, repeats: 0 }]);
    expect(printed).toContain('parameters in json: HTTP 200, vendor code 200 (成功): it may have been charged');
  });

  test.each(['form', 'query', 'json'])('the ID photo takes the %s: at most one call is charged', async place => {
    await control(sandbox, '/settings', { jumeiIdPhotoParamsIn: place });
    const { code, printed } = await run(['try', 'JUMEI_ID_PHOTO', YES]);
    expect(code).toBe(0);
    expect(printed).toMatch(new RegExp(`^ {2}JUMEI_ID_PHOTO_PARAMS_IN=${place}$`, 'm'));
    expect(billed()).toEqual([1, 0, 0, 0, 0]);
  });

  test.each(['500', '205', '999', 'APIG.0203'])(
    'an ID photo that met %s may have been charged: no other form is tried',
    async next => {
      await control(sandbox, '', { next: { vendor: 'JUMEI_ID_PHOTO', code: next } });
      const { printed } = await run(['try', 'JUMEI_ID_PHOTO', YES]);
      expect(printed).toContain('may have been charged');
      expect(calls('JUMEI_ID_PHOTO').create?.requests).toBe(1);
    },
  );

  test('a refused login is told as what it is, and ends the trial', async () => {
    const wrong = { ...sandbox.environment, JUMEI_PAINTING_APP_SECRET: 'another-secret' };
    const { code, printed } = await run(['try', 'JUMEI_PAINTING', YES], wrong);
    expect(code).toBe(1);
    expect(printed).toContain('HTTP 401, gateway code APIG.0303');
    expect(printed).toContain('VENDOR_AUTH');
    expect(printed).not.toContain('another-secret');
    expect(calls('JUMEI_PAINTING')).toEqual({ query: { requests: 1, billed: 0, repeats: 0 } });
  });

  test('where no form is taken it says so', async () => {
    await control(sandbox, '', { next: { vendor: 'JUMEI_PAINTING', code: '400' } });
    await control(sandbox, '', { next: { vendor: 'JUMEI_PAINTING', code: 'APIG.0201' } });
    await control(sandbox, '', { next: { vendor: 'JUMEI_PAINTING', code: '400' } });
    const { code, printed } = await run(['try', 'JUMEI_PAINTING']);
    expect([code, printed]).toEqual([1, expect.stringContaining('No form was taken.')]);
    expect(printed).not.toContain('PARAMS_IN=');
  });
});

describe('a call that may be charged', () => {
  test.each(['JUMEI_ID_PHOTO', 'JUMEI_PAINTING', 'LEQI', 'FANGTANG', 'FEGINE'])(
    '%s: none without a yes',
    async vendor => {
      for (const answer of [undefined, '', 'y', 'no', 'YES']) {
        expect((await run(['try', vendor], sandbox.environment, answer)).code).toBe(0);
        expect(asked).toHaveLength(answer === undefined || vendor === 'LEQI' ? 0 : 1);
      }
      expect(billed()).toEqual(NOTHING);
    },
  );

  test.each([
    ['JUMEI_ID_PHOTO', [1, 0, 0, 0, 0]],
    ['JUMEI_PAINTING', [0, 1, 0, 0, 0]],
    ['LEQI', [0, 0, 0, 0, 0]],
    ['FANGTANG', [0, 0, 0, 1, 0]],
    ['FEGINE', [0, 0, 0, 0, 1]],
  ])('%s: one after a typed yes, or the flag', async (vendor, units) => {
    expect((await run(['try', vendor], sandbox.environment, 'yes')).code).toBe(0);
    expect(billed()).toEqual(units);
    expect((await run(['try', vendor, YES])).code).toBe(0);
    expect(billed()).toEqual(units.map(unit => 2 * unit));
  });
});

describe('what a vendor said is printed', () => {
  test('Fangtang: the uploads left', async () => {
    expect((await run(['try', 'FANGTANG'])).printed).toContain('HTTP 200, 1000 uploads are left');
  });

  test('Leqi: a refusal that is free by its guide shows that the key is right', async () => {
    const { code, printed } = await run(['try', 'LEQI']);
    expect([code, printed]).toEqual([0, expect.stringMatching(/HTTP 200, vendor code 50\d .*It was not charged\./)]);
  });

  test.each([
    ['LEQI', 'LEQI_APP_CODE', 'VENDOR_AUTH'],
    ['FANGTANG', 'FANGTANG_SECRET_KEY', 'VENDOR_AUTH'],
    ['FEGINE', 'FEGINE_APP_CODE', 'VENDOR_AUTH'],
    ['JUMEI_ID_PHOTO', 'JUMEI_ID_PHOTO_APP_KEY', 'VENDOR_AUTH'],
  ])('%s with a wrong %s: %s, and no key in the text', async (vendor, name, expected) => {
    const { code, printed } = await run(['try', vendor, YES], { ...sandbox.environment, [name]: 'wrong-and-private' });
    expect([code, printed]).toEqual([1, expect.stringContaining(expected)]);
    expect(printed).not.toContain('wrong-and-private');
    expect(billed()).toEqual(NOTHING);
  });

  test('a vendor that is not there', async () => {
    const { code, printed } = await run(['try', 'FANGTANG'], {
      ...sandbox.environment,
      FANGTANG_BASE_URL: 'http://127.0.0.1:1',
    });
    expect([code, printed]).toEqual([1, expect.stringContaining('no answer, ECONNREFUSED: VENDOR_UNAVAILABLE.')]);
  });

  test('no key of any vendor is printed', async () => {
    const secrets = Object.entries(sandbox.environment).filter(
      ([name]) => /(KEY|SECRET|CODE)$/.test(name) && name !== 'FANGTANG_THIRD_CODE',
    );
    for (const vendor of ['JUMEI_ID_PHOTO', 'JUMEI_PAINTING', 'LEQI', 'FANGTANG', 'FEGINE']) {
      const { printed } = await run(['try', vendor, YES]);
      for (const [, secret] of secrets) expect(printed).not.toContain(secret);
    }
  });
});

test('as a process: it prints, ends with the code, asks nobody without a terminal, and never prints a stack', async () => {
  const spawned = async (words: string[], environment: Environment) => {
    const child = spawn(process.execPath, [path.join(__dirname, 'main.js'), ...words], { env: { ...environment } });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', chunk => (text += chunk));
    const [code] = await once(child, 'close');
    expect(text).not.toMatch(/^ +at /m);
    return [code, text];
  };
  expect(await spawned(['try', 'FANGTANG'], sandbox.environment)).toEqual([
    0,
    expect.stringContaining('It was not sent.'),
  ]);
  expect(await spawned(['try', 'FANGTANG'], {})).toEqual([78, expect.stringContaining('FANGTANG is not configured')]);
  expect(await spawned(['try'], {})).toEqual([64, expect.stringContaining('npm run vendors')]);
});
