import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAGIC } from './magic.js';
import { type Sandbox, startSandbox } from './sandbox.js';
import { breachKinds, control, fakePictures, type Json, jpegHeader, jumeiForm, signed } from './test-clients.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ pictures: fakePictures, packageUnits: 1_000, seed: 1 });
});
afterAll(() => sandbox.close());
beforeEach(() => control(sandbox, '/reset', {}));

const photo = jpegHeader(800, 1000).toString('base64');
const url = () => sandbox.environment.JUMEI_ID_PHOTO_URL!;
const login = () => ({
  key: sandbox.environment.JUMEI_ID_PHOTO_APP_KEY!,
  secret: sandbox.environment.JUMEI_ID_PHOTO_APP_SECRET!,
});
const create = (parameters: Record<string, string>, over: Partial<{ key: string; secret: string; date: Date }> = {}) =>
  jumeiForm(url(), { base64: photo, spec: '12', size: '295x413', ...parameters }, { ...login(), ...over });
const billed = () => sandbox.state().vendors.JUMEI_ID_PHOTO.calls.create?.billed ?? 0;

test('a signed request gives a photo of the size asked for, and takes one unit', async () => {
  const { status, body } = await create({ bgColor: '#438EDB', fileSize: '10,100' });
  expect([status, body.code, body.data.size]).toEqual([200, 200, ['295', '413']]);
  const picture = await fetch(body.data.result);
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(
    jpegHeader(295, 413, '[{"kind":"solid","hex":"#438EDB"},10,100]'),
  );
  expect(billed()).toBe(1);
  expect(breachKinds(sandbox)).toEqual([]);
});

test('an AppCode is a login too', async () => {
  const body = new URLSearchParams({ base64: photo }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-apig-appcode': 'wrong' };
  expect((await fetch(url(), { method: 'POST', headers, body })).status).toBe(401);
  headers['x-apig-appcode'] = sandbox.appCodes.JUMEI_ID_PHOTO;
  expect((await fetch(url(), { method: 'POST', headers, body })).status).toBe(200);
});

test('a wrong login is refused by the gateway, is a breach and costs nothing', async () => {
  const wrongKey = await create({}, { key: 'other' });
  expect([wrongKey.status, wrongKey.body.error_code]).toEqual([401, 'APIG.0303']);
  expect(wrongKey.body.error_msg).toContain('app not found, appkey other');
  const wrongSecret = await create({}, { secret: 'other' });
  expect(wrongSecret.body.error_msg).toContain('verify signature fail, canonicalRequest:POST|/id-photo/create/|');
  const late = await create({}, { date: new Date(Date.now() - 16 * 60_000) });
  expect(late.body.error_msg).toContain('signature expired');
  expect(breachKinds(sandbox)).toEqual(['LOGIN', 'LOGIN', 'LOGIN']);
  expect(billed()).toBe(0);
});

test("the server's clock can be wrong without touching lifetimes", async () => {
  await control(sandbox, '/clock', { loginSkewMs: 20 * 60_000 });
  expect((await create({})).body.error_msg).toContain('signature expired');
  expect((await create({}, { date: new Date(Date.now() + 20 * 60_000) })).body.code).toBe(200);
});

test.each(MAGIC.filter(row => row.vendor === 'JUMEI_ID_PHOTO').map(row => [row.value, row.code] as const))(
  'the colour %s gives code %s, unbilled',
  async (value, code) => {
    const { status, body } = await create({ bgColor: value });
    expect([status, body.code, body.data]).toEqual([200, Number(code), undefined]);
    expect(billed()).toBe(0);
    expect(breachKinds(sandbox)).toEqual([]);
  },
);

test.each(['500', '501'])('maintenance (%s) may have been charged: the same call again is a breach', async code => {
  const bgColor = `#000${code}`;
  expect((await create({ bgColor })).body.code).toBe(Number(code));
  expect(breachKinds(sandbox)).toEqual([]);
  await create({ bgColor });
  expect(breachKinds(sandbox)).toEqual(['SENT_AGAIN_AFTER_LOSS']);
  await create({ bgColor: '#000205' });
  await create({ bgColor: '#000205' });
  expect(breachKinds(sandbox)).toHaveLength(1);
});

test.each([
  ['size without spec 12', { spec: '1' }, 400],
  ['an unknown spec', { spec: '12000', size: '' }, 400],
  ['a capital X', { size: '295X413' }, 400],
  ['a word for dpi', { dpi: 'high' }, 400],
  ['a negative dpi', { dpi: '-300' }, 400],
  ['a maximum below the minimum', { fileSize: '100,10' }, 400],
  ['a face ratio over 1', { faceRatio: '1.1' }, 400],
  ['a face centre of 0', { faceCenterRange: '0' }, 400],
  ['a top of nothing', { topEmpty: '0,0' }, 400],
  ['a top as high as the photo', { topEmpty: '10,413' }, 400],
  ['a colour by another name', { bgColor: 'grey' }, 400],
  ['a data URL', { base64: `data:image/jpeg;base64,${photo}` }, 400],
  ['base64 with blanks', { base64: `${photo} ` }, 400],
  ['no picture', { base64: Buffer.from('hello').toString('base64') }, 209],
  ['a side over 2500 px', { base64: jpegHeader(2501, 100).toString('base64') }, 204],
  ['6 MB', { base64: Buffer.concat([jpegHeader(9, 9), Buffer.alloc(6_000_000)]).toString('base64') }, 201],
  ['an unreachable url', { base64: '', url: 'http://127.0.0.1:1/photo.jpg' }, 203],
])('%s is refused and a breach', async (_name, parameters, code) => {
  expect((await create(parameters)).body.code).toBe(code);
  expect(breachKinds(sandbox)).toHaveLength(1);
  expect(billed()).toBe(0);
});

test('a spec by its id takes no size, and an unknown one is 207', async () => {
  const ask = (spec: string) => jumeiForm(url(), { base64: photo, spec }, login());
  expect((await ask('4')).body.data.size).toEqual(['413', '579']);
  expect((await ask('25x35')).body.code).toBe(207);
});

test.each([
  ['nobody', 205],
  ['crowd', 210],
  ['damaged', 209],
])('what the engine says of the photo becomes a code: %s', async (note, code) => {
  const { body } = await create({ base64: jpegHeader(800, 1000, note).toString('base64') });
  expect(body.code).toBe(code);
  expect(billed()).toBe(0);
  expect(breachKinds(sandbox)).toEqual([]);
});

test('a file size that cannot be met is missed, not refused', async () => {
  expect((await create({ fileSize: '1,1' })).body.code).toBe(200);
});

test('a beauty out of its range has no effect, as the guide says, but is a breach', async () => {
  expect((await create({ beautyDegree: '5.5' })).body.code).toBe(200);
  expect(breachKinds(sandbox)).toEqual(['OUT_OF_RANGE']);
});

test('parameters in another place or another content type are refused with 400', async () => {
  const body = JSON.stringify({ base64: photo });
  const sent = await fetch(url(), { method: 'POST', headers: signed(url(), 'application/json', body, login()), body });
  expect([sent.status, await sent.json()]).toMatchObject([
    400,
    { error_msg: 'Invalid parameter: base64 or url required' },
  ]);
  const inQuery = `${url()}?spec=1`;
  const headers = signed(inQuery, 'application/json', '', login());
  expect((await fetch(inQuery, { method: 'POST', headers })).status).toBe(400);
  expect(breachKinds(sandbox)).toEqual(['CONTENT_TYPE', 'WRONG_PLACE']);
});

test('configured for the query it takes them there, with the photo behind a URL', async () => {
  await control(sandbox, '/settings', { jumeiIdPhotoParamsIn: 'query' });
  const server = http.createServer((_request, response) => response.end(jpegHeader(800, 1000)));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const link = encodeURIComponent(`http://127.0.0.1:${(server.address() as AddressInfo).port}/photo.jpg?s=1`);
  const inQuery = `${url()}?spec=1&url=${link}`;
  const headers = signed(inQuery, undefined, '', login());
  const sent = await fetch(inQuery, { method: 'POST', headers });
  expect((await sent.json()) as Json).toMatchObject({ code: 200 });
  await new Promise(resolve => server.close(resolve));
});

test('the package runs down, and the gateway says so', async () => {
  await control(sandbox, '/quota', { vendor: 'JUMEI_ID_PHOTO', units: 1 });
  expect((await create({})).body.code).toBe(200);
  const refused = await create({});
  expect([refused.status, refused.body.error_code]).toEqual([405, 'APIG.0501']);
});

test('a result expires by the clock, and a changed URL is not served', async () => {
  const result = (await create({})).body.data.result;
  expect((await fetch(result.replace('Signature=', 'Signature=x'))).status).toBe(403);
  expect(breachKinds(sandbox)).toEqual(['ALTERED_URL']);
  await control(sandbox, '/clock', { advanceMs: 3_600_000 });
  const expired = await fetch(result);
  expect([expired.status, await expired.text()]).toEqual([403, expect.stringContaining('Request has expired.')]);
});

test('a login sent to a result, a key in the URL and an unknown parameter are breaches', async () => {
  const result = (await create({ beauty: '1' })).body.data.result;
  await fetch(result, { headers: { authorization: 'anything' } });
  await fetch(`${url()}?key=${login().secret}`, { method: 'POST' });
  expect(breachKinds(sandbox)).toEqual(['UNKNOWN_PARAMETER', 'CREDENTIALS_TO_RESULT', 'KEY_IN_URL', 'LOGIN']);
});
