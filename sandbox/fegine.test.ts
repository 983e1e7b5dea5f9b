import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAGIC, withCheckDigit } from './magic.js';
import { type Sandbox, startSandbox } from './sandbox.js';
import { breachKinds, control, fakePictures, type Json, jpegHeader } from './test-clients.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ pictures: fakePictures, seed: 1 });
});
afterAll(() => sandbox.close());
beforeEach(() => control(sandbox, '/reset', {}));

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';
const ID_NUMBER = withCheckDigit('11010119001231001');
const image = jpegHeader(100, 100).toString('base64');
const send = (body: string, over: Record<string, string> = {}) =>
  fetch(`${sandbox.environment.FEGINE_BASE_URL}/face`, {
    method: 'POST',
    headers: { authorization: `APPCODE ${sandbox.environment.FEGINE_APP_CODE}`, 'content-type': FORM, ...over },
    body,
  });
const verify = async (fields: Record<string, string> = {}): Promise<Json> => {
  const body = new URLSearchParams({ idCard: ID_NUMBER, name: '试试', image, ...fields });
  return (await (await send(body.toString())).json()) as Json;
};
const billed = () => sandbox.state().vendors.FEGINE.calls.face?.billed ?? 0;

test('a good request matches, every field of the answer is text, and a unit is gone', async () => {
  const answer = await verify();
  expect(answer).toMatchObject({ status: '1', sex: '男', birthday: '1900-12-31', addrCode: '110101' });
  expect(Object.values(answer).every(value => typeof value === 'string')).toBe(true);
  expect([billed(), breachKinds(sandbox)]).toEqual([1, []]);
});

test.each(MAGIC.filter(row => row.vendor === 'FEGINE').map(row => [row.parameter, row.value, row.code] as const))(
  'the magic %s %s gives status %s, which is billed',
  async (parameter, value, code) => {
    const answer = await verify({ [parameter]: value });
    expect(answer.status).toBe(code);
    expect(['1', '2', '3'].includes(code)).toBe(answer.sex !== '');
    expect([billed(), breachKinds(sandbox)]).toEqual([1, []]);
  },
);

test.each([
  ['a Latin name', { name: 'Zhang San' }, '204', 'OUT_OF_RANGE'],
  ['one character', { name: '试' }, '204', 'OUT_OF_RANGE'],
  ['another middle dot', { name: '试・试' }, '204', 'OUT_OF_RANGE'],
  ['a wrong check digit', { idCard: '110101190012310019' }, '205', 'OUT_OF_RANGE'],
  ['30 February', { idCard: withCheckDigit('11010119000230001') }, '205', 'OUT_OF_RANGE'],
  ['15 digits', { idCard: '110101000101001' }, '205', 'OUT_OF_RANGE'],
  ['a data URL', { image: `data:image/jpeg;base64,${image}` }, '203', 'DATA_URL'],
  ['base64 with blanks', { image: `${image} ` }, '203', 'BASE64_NOT_ENCODED'],
  ['base64 over 102,400 characters', { image: 'A'.repeat(102_401) }, '-5', 'TOO_LARGE'],
  ['no picture', { image: 'aGVsbG8=' }, '-4', 'NOT_A_PICTURE'],
  ['an unreachable URL', { image: 'http://127.0.0.1:1/photo.jpg' }, '203', 'PHOTO_UNREACHABLE'],
])('%s is status %s, and a breach', async (_name, fields, status, kind) => {
  expect((await verify(fields)).status).toBe(status);
  expect(breachKinds(sandbox)).toEqual([kind]);
});

test('a name of a minority with its dot passes, base64 of exactly 102,400 characters too', async () => {
  const large = Buffer.concat([jpegHeader(9, 9), Buffer.alloc(76_800 - jpegHeader(9, 9).length)]).toString('base64');
  expect(large).toHaveLength(102_400);
  expect((await verify({ name: '试试·试试', image: large })).status).toBe('1');
});

test('the photo may come as a URL, within the same 100k', async () => {
  let file = jpegHeader(100, 100);
  const photos = http.createServer((_request, response) => response.end(file));
  await new Promise<void>(resolve => photos.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(photos.address() as AddressInfo).port}/a?expires=1&signature=a%2Bb`;
  expect((await verify({ image: url })).status).toBe('1');
  file = jpegHeader(100, 100, 'nobody');
  expect((await verify({ image: url })).status).toBe('-4');
  expect([billed(), breachKinds(sandbox)]).toEqual([2, []]);
  file = Buffer.concat([jpegHeader(9, 9), Buffer.alloc(102_400)]);
  expect((await verify({ image: url })).status).toBe('-5');
  file = Buffer.from('<html>no such page</html>');
  expect((await verify({ image: url })).status).toBe('-4');
  expect(breachKinds(sandbox)).toEqual(['TOO_LARGE', 'NOT_A_PICTURE']);
  await new Promise(resolve => photos.close(resolve));
});

test('a photo of nobody is -4', async () => {
  expect((await verify({ image: jpegHeader(9, 9, 'nobody').toString('base64') })).status).toBe('-4');
});

test('the gateway refuses a wrong AppCode, a missing field and another content type, unbilled', async () => {
  const codeOf = (answer: Response) => answer.headers.get('x-ca-error-code');
  expect(codeOf(await send('', { authorization: 'APPCODE wrong' }))).toBe('A400AC');
  expect(codeOf(await send('name=a'))).toBe('I400MP');
  expect(codeOf(await send('{}', { 'content-type': 'application/json' }))).toBe('I400BD');
  expect(breachKinds(sandbox)).toEqual(['LOGIN', 'MISSING_PARAMETER', 'CONTENT_TYPE']);
  expect(billed()).toBe(0);
});

test('the package runs down', async () => {
  await control(sandbox, '/quota', { vendor: 'FEGINE', units: 1 });
  expect((await verify()).status).toBe('1');
  const refused = await send(new URLSearchParams({ idCard: ID_NUMBER, name: '试试', image }).toString());
  expect([refused.status, refused.headers.get('x-ca-error-message'), await refused.text()]).toEqual([
    403,
    'Api Market Subscription quota exhausted',
    '',
  ]);
});

test('neither a name nor a number stands in the state', async () => {
  await verify({ name: '试试', idCard: '110101190012310019' });
  const state = JSON.stringify(await control(sandbox, ''));
  expect(state).not.toContain('试试');
  expect(state).not.toContain('110101190012310019');
});
