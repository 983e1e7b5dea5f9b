import { DarkroomError } from '../../src/kernel/errors.js';
import type { Answer, FaceVerificationJob, JobContext, Operation, SecretsOf } from '../contract.js';
import { failure, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '../kit/scripted-server.js';
import { STATUSES } from './codes.js';
import { readFegine, variables } from './config.js';
import { FegineDataSource, photoLimits } from './fegine.datasource.js';
import faceAnswers from './fixtures/face.json';

const NAME = '张三丰';
const ID_NUMBER = '110101190001011009';
const APP_CODE = 'made-up-app-code';
const answers: Record<string, ScriptedAnswer & object> = faceAnswers;

let server: ScriptedServer;
const sources: FegineDataSource[] = [];

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.received.length = 0;
});
afterEach(async () => {
  await Promise.all(sources.splice(0).map(source => source.close()));
});

function fegine(sandbox = false, photoAs: 'base64' | 'url' = 'base64'): FegineDataSource {
  const config = { appCode: APP_CODE, baseUrl: server.url, photoAs, packageUnits: undefined, sandbox };
  const source = new FegineDataSource(config);
  sources.push(source);
  return source;
}

const job: FaceVerificationJob = {};
// 0xfb 0xef 0xbe and 0xff are `++++` and `/w==` in base64, characters that a form has to encode.
const PHOTO = Uint8Array.from([0xfb, 0xef, 0xbe, 0xff]);

const PHOTO_URL = 'https://photos.example.com/assets/asset_1?expires=1&signature=a%2Bb+c';
const unreachable = async (): Promise<string> => {
  throw new DarkroomError('PUBLIC_URL_NEEDED');
};

function contextWith(photo: Uint8Array, name = NAME, photoUrl = async () => PHOTO_URL): JobContext {
  return {
    signal: new AbortController().signal,
    photo: () => Promise.resolve(photo),
    original: () => Promise.reject(new Error('no vendor gets it')),
    photoUrl,
    open: async <O extends Operation>() => ({ name, idNumber: ID_NUMBER }) as unknown as SecretsOf<O>,
    report: () => undefined,
    sent: () => {},
  };
}

const verify = (source = fegine(), photo = PHOTO, context = contextWith(photo)): Promise<Answer> =>
  source.capabilities.FACE_VERIFICATION.submit(
    { operation: 'FACE_VERIFICATION', job, photos: { photo: 'asset_1' }, part: 0 },
    context,
  );
const sentImage = () => new URLSearchParams(server.received[0]!.body).get('image');

const play = (answer: ScriptedAnswer) => {
  server.answer = () => answer;
};

test('a check is one billed call and one unit', () => {
  const { bills, parts, units } = fegine().capabilities.FACE_VERIFICATION;
  expect([bills, parts(job), units(job)]).toEqual([true, 1, 1]);
});

test('the form encodes every character that has a meaning in forms', async () => {
  play(answers['1']!);
  await verify();
  expect(server.received).toMatchObject([
    {
      method: 'POST',
      target: '/face',
      body: `idCard=${ID_NUMBER}&name=%E5%BC%A0%E4%B8%89%E4%B8%B0&image=%2B%2B%2B%2B%2Fw%3D%3D`,
    },
  ]);
  expect(server.received[0]!.headers).toMatchObject({
    authorization: `APPCODE ${APP_CODE}`,
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
  });
});

test('the separator of a minority name survives', async () => {
  play(answers['1']!);
  const context = contextWith(PHOTO, '阿不都·热合曼');
  await fegine().capabilities.FACE_VERIFICATION.submit(
    { operation: 'FACE_VERIFICATION', job, photos: { photo: 'asset_1' }, part: 0 },
    context,
  );
  expect(new URLSearchParams(server.received[0]!.body).get('name')).toBe('阿不都·热合曼');
});

test('with FEGINE_PHOTO_AS=url the photo goes as our signed URL, whole', async () => {
  play(answers['1']!);
  expect(await verify(fegine(false, 'url'))).toMatchObject({ facts: { faceOutcome: 'MATCH' }, billed: 'YES' });
  expect(sentImage()).toBe(PHOTO_URL);
  expect(server.received[0]!.body).toContain('image=https%3A%2F%2Fphotos.example.com');
});

test('with FEGINE_PHOTO_AS=url and nobody out there who could reach us, it goes as base64', async () => {
  play(answers['1']!);
  await verify(fegine(false, 'url'), PHOTO, contextWith(PHOTO, NAME, unreachable));
  expect(sentImage()).toBe('++++/w==');
});

test('203 for a URL says what to check; for base64 it can only be maintenance', async () => {
  play(answers['203']!);
  const byUrl = await failure(verify(fegine(false, 'url')));
  expect([byUrl.code, byUrl.facts.billed]).toEqual(['VENDOR_UNAVAILABLE', 'UNKNOWN']);
  expect(byUrl.message).toContain('DARKROOM_PUBLIC_URL');
  expect(byUrl.message).not.toContain('signature');
  expect((await failure(verify())).message).not.toContain('DARKROOM_PUBLIC_URL');
});

test('every status of the guide has a fixture', () => {
  expect(Object.keys(answers).sort()).toEqual([...STATUSES].sort());
});

test.each([
  ['1', 'MATCH'],
  ['2', 'UNCERTAIN'],
  ['3', 'MISMATCH'],
  ['-1', 'IDENTITY_MISMATCH'],
])('status %s is the outcome %s, billed, and no other field of the answer is read', async (status, faceOutcome) => {
  play(answers[status]!);
  expect(await verify()).toEqual({ state: 'DONE', pictures: [], facts: { faceOutcome }, billed: 'YES' });
});

test.each(['1', '2', '3', '-1'])('from the sandbox status %s is SIMULATED', async status => {
  play(answers[status]!);
  expect(await verify(fegine(true))).toMatchObject({ facts: { faceOutcome: 'SIMULATED' } });
});

test('a status that comes as a number is the same status', async () => {
  play({ body: { status: -1 } });
  expect(await verify()).toMatchObject({ facts: { faceOutcome: 'IDENTITY_MISMATCH' } });
});

test.each([
  ['-2', 'VENDOR_NOT_FOUND', 'YES'],
  ['-3', 'VENDOR_NOT_FOUND', 'YES'],
  ['-4', 'NO_FACE', 'YES'],
  ['-5', 'INVALID_INPUT', 'UNKNOWN'],
  ['203', 'VENDOR_UNAVAILABLE', 'UNKNOWN'],
  ['204', 'INVALID_INPUT', 'UNKNOWN'],
  ['205', 'INVALID_INPUT', 'UNKNOWN'],
])('status %s is %s, billed %s, and sent once', async (status, code, billed) => {
  play(answers[status]!);
  const error = await failure(verify());
  expect(error.code).toBe(code);
  expect(error.facts).toMatchObject({
    vendorCode: status,
    billed,
    safeToRetry: false,
    requestId: `REQ-FACE-${status}`,
    vendorMessage: (answers[status]!.body as { msg: string }).msg,
  });
  expect(server.received).toHaveLength(1);
});

test.each(['01', '-6', '7', 'ok'])('status %j, which the guide does not have, may have been charged', async status => {
  play({ body: { status, msg: '?' } });
  const error = await failure(verify());
  expect(error.code).toBe('VENDOR_ERROR');
  expect(error.facts).toMatchObject({ vendorCode: status, billed: 'UNKNOWN', safeToRetry: false });
});

test.each([
  ['a dropped connection', 'drop' as const, 'OUTCOME_UNKNOWN'],
  ['HTML', { body: '<html>' }, 'VENDOR_UNAVAILABLE'],
  ['an empty body', { body: '' }, 'VENDOR_UNAVAILABLE'],
  ['JSON without a status', { body: { msg: 'ok' } }, 'VENDOR_UNAVAILABLE'],
  ['a match with an HTTP error', { status: 500, body: { status: '1' } }, 'VENDOR_UNAVAILABLE'],
])('%s may have been charged, and nothing is sent again', async (_, answer, code) => {
  play(answer);
  const error = await failure(verify());
  expect(error.code).toBe(code);
  expect(error.facts).toMatchObject({ billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });
  expect(server.received).toHaveLength(1);
});

test('no error holds the name, the number or the AppCode, whatever the vendor echoes', async () => {
  const echo = `姓名${NAME}与${ID_NUMBER}不符 APPCODE ${APP_CODE}`;
  for (const answer of [
    { body: { status: '204', msg: echo, name: NAME, idCard: ID_NUMBER } },
    { body: `{"status":"1","name":"${NAME}","idCard":"${ID_NUMBER}` },
    {
      status: 400,
      headers: { 'x-ca-error-code': 'A400AC', 'x-ca-error-message': `Invalid AppCode \`${APP_CODE}\`` },
      body: echo,
    },
  ]) {
    play(answer);
    const error = await failure(verify());
    const told = JSON.stringify([error.message, error.facts, error.fields, String(error.cause), error.stack]);
    for (const secret of [NAME, ID_NUMBER, APP_CODE]) expect(told).not.toContain(secret);
  }
});

test('a photo at the limit is sent as 100,000 characters; one byte more is refused before any call', async () => {
  play(answers['1']!);
  await verify(fegine(), new Uint8Array(photoLimits.maxBytes));
  expect(new URLSearchParams(server.received[0]!.body).get('image')).toHaveLength(100_000);
  server.received.length = 0;
  const error = await failure(verify(fegine(), new Uint8Array(photoLimits.maxBytes + 1)));
  expect(error.code).toBe('INVALID_INPUT');
  expect(error.facts.billed).toBe('NO');
  expect(server.received).toHaveLength(0);
});

test('an AppCode alone configures it; other variables without it are an error that names it', () => {
  const read = (environment: Partial<Record<keyof typeof variables, string>>) =>
    readFegine(
      Object.fromEntries(
        Object.entries(variables).map(([name, rule]) => [
          name,
          rule.parse(environment[name as keyof typeof variables]),
        ]),
      ),
    );
  expect(read({})).toBeUndefined();
  expect(read({ FEGINE_APP_CODE: 'a' })).toEqual({
    appCode: 'a',
    baseUrl: 'https://facever.market.alicloudapi.com',
    photoAs: 'base64',
    packageUnits: undefined,
  });
  expect(read({ FEGINE_APP_CODE: 'a', FEGINE_PHOTO_AS: 'url' })).toMatchObject({ photoAs: 'url' });
  expect(() => read({ FEGINE_PACKAGE_UNITS: '100' })).toThrow(/FEGINE_APP_CODE/);
});
