import http from 'node:http';
import { type Sandbox, startSandbox } from './sandbox.js';
import { breachKinds, control, fakePictures, holdPauses, jpegHeader, jumeiForm } from './test-clients.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ pictures: fakePictures, seed: 1 });
});
afterAll(() => sandbox.close());
beforeEach(() => control(sandbox, '/reset', {}));

const login = () => ({
  key: sandbox.environment.JUMEI_ID_PHOTO_APP_KEY!,
  secret: sandbox.environment.JUMEI_ID_PHOTO_APP_SECRET!,
});
const create = (note = '') =>
  jumeiForm(
    sandbox.environment.JUMEI_ID_PHOTO_URL!,
    { base64: jpegHeader(800, 1000, note).toString('base64'), spec: '1' },
    login(),
  );
const fault = (kind: string, over: object = {}) =>
  control(sandbox, '', { vendor: 'JUMEI_ID_PHOTO', fault: kind, ...over });
const counts = () => sandbox.state().vendors.JUMEI_ID_PHOTO.calls.create;
/** The bytes of a body until it ended or broke; `onData` gets what has come so far. */
function raw(onData: (soFar: string) => void = () => {}): Promise<{
  status: number;
  type: string;
  retryAfter: string;
  text: string;
  whole: boolean;
}> {
  return new Promise((resolve, reject) => {
    const body = new URLSearchParams({ base64: jpegHeader(800, 1000).toString('base64') }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-apig-appcode': sandbox.appCodes.JUMEI_ID_PHOTO,
    };
    const request = http.request(sandbox.environment.JUMEI_ID_PHOTO_URL!, { method: 'POST', headers, agent: false });
    request.on('error', reject);
    request.on('response', answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', chunk => {
        text += chunk;
        onData(text);
      });
      answer.on('error', () => undefined);
      answer.on('close', () =>
        resolve({
          status: answer.statusCode ?? 0,
          type: answer.headers['content-type'] ?? '',
          retryAfter: answer.headers['retry-after'] ?? '',
          text,
          whole: answer.complete,
        }),
      );
    });
    request.end(body);
  });
}

test('latency comes before the work and changes nothing else', async () => {
  await fault('latency', { ms: 80 });
  const pauses = holdPauses(80);
  const asked = raw();
  await pauses.begun;
  expect(counts()).toMatchObject({ requests: 1, billed: 0 });
  pauses.end();
  const answer = await asked;
  expect(counts()).toMatchObject({ requests: 1, billed: 1 });
  expect(JSON.parse(answer.text)).toMatchObject({ code: 200 });
});

test('a drop before the work costs nothing, one after it costs a unit', async () => {
  await fault('drop-before');
  await expect(raw()).rejects.toThrow('socket hang up');
  expect(counts()).toMatchObject({ requests: 1, billed: 0 });
  await fault('drop-after');
  await expect(raw()).rejects.toThrow('socket hang up');
  expect(counts()).toMatchObject({ requests: 2, billed: 1 });
});

test('500 and 429 do no work, and 429 has a Retry-After', async () => {
  await fault('500');
  expect(await raw()).toMatchObject({ status: 500, text: 'Internal Server Error' });
  await fault('429', { ms: 2_500 });
  const throttled = await raw();
  expect(throttled).toMatchObject({ status: 429, retryAfter: '3' });
  expect(JSON.parse(throttled.text).error_code).toBe('APIG.0308');
  expect(counts()).toMatchObject({ billed: 0 });
});

test.each([
  ['html', { status: 200, type: 'text/html', whole: true }],
  ['empty', { status: 200, text: '', whole: true }],
  ['truncated', { status: 200, whole: false }],
])('%s comes in place of the answer, after the work', async (kind, expected) => {
  await fault(kind);
  const answer = await raw();
  expect(answer).toMatchObject(expected);
  expect(() => JSON.parse(answer.text)).toThrow();
  expect(counts()).toMatchObject({ billed: 1 });
});

test('a slow body is complete in the end', async () => {
  await fault('slow-body', { ms: 80 });
  const pauses = holdPauses(80);
  let half = '';
  const asked = raw(soFar => {
    half ||= soFar;
    pauses.end();
  });
  // The second half comes only after the first one was read: that ends the pause.
  await pauses.begun;
  const answer = await asked;
  expect(half.length).toBeLessThan(answer.text.length);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 200 });
});

test('a result on a foreign host is noticed when it is fetched, with or without a login', async () => {
  await fault('foreign-host');
  const result = (await create()).body.data.result;
  expect(new URL(result).origin).not.toBe(sandbox.origins.JUMEI_ID_PHOTO);
  expect(sandbox.state().foreign).toEqual({ requests: 0, withCredentials: 0 });
  await fetch(result, { headers: { token: 'x' } });
  expect(sandbox.state().foreign).toEqual({ requests: 1, withCredentials: 1 });
});

test('a fault can aim at the download of a result, and lasts as often as it was told', async () => {
  await fault('500', { call: 'result', times: 2 });
  const result = (await create()).body.data.result;
  const statuses = [];
  for (let time = 0; time < 3; time += 1) statuses.push((await fetch(result)).status);
  expect(statuses).toEqual([500, 500, 200]);
});

test("an ordered code is answered without any work, as the body's or the gateway's", async () => {
  const next = (code: string) => control(sandbox, '', { next: { vendor: 'JUMEI_ID_PHOTO', code } });
  await next('209');
  await next('APIGW.0308');
  await next('APIG.0201/504');
  expect((await create()).body.code).toBe(209);
  expect(await create()).toMatchObject({ status: 429, body: { error_code: 'APIGW.0308' } });
  expect(await create()).toMatchObject({ status: 504, body: { error_code: 'APIG.0201' } });
  expect((await create()).body.code).toBe(200);
  expect(breachKinds(sandbox)).toEqual([]);
});

test("an error of Alibaba's classic gateway has a message and no code", async () => {
  await control(sandbox, '', { next: { vendor: 'FEGINE', code: 'Quota Exhausted' } });
  const answer = await fetch(`${sandbox.environment.FEGINE_BASE_URL}/face`, { method: 'POST' });
  expect(answer.status).toBe(403);
  expect(answer.headers.get('x-ca-error-code')).toBeNull();
  expect(answer.headers.get('x-ca-error-message')).toBe('Quota Exhausted');
});

test.each(['drop-before', 'drop-after', 'html', 'empty', 'truncated'])(
  'the same request sent again after %s is a breach',
  async kind => {
    await fault(kind);
    await raw().catch(() => undefined);
    expect(breachKinds(sandbox)).toEqual([]);
    await raw();
    expect(breachKinds(sandbox)).toEqual(['SENT_AGAIN_AFTER_LOSS']);
  },
);

test('the same request after a good answer is counted and no breach: two tasks may want the same', async () => {
  await create();
  await create();
  expect(counts()).toEqual({ requests: 2, billed: 2, repeats: 1 });
  await create('another photo');
  expect(counts()).toEqual({ requests: 3, billed: 3, repeats: 1 });
  expect(breachKinds(sandbox)).toEqual([]);
});

test('the state shows what is pending and what is set', async () => {
  await fault('html', { times: 3 });
  await control(sandbox, '/settings', { paintingQueue: { medianMs: 0, sigma: 0 } });
  expect(await control(sandbox, '')).toMatchObject({
    pending: { faults: [{ fault: 'html', times: 3 }], next: [] },
    settings: { paintingQueue: { medianMs: 0 }, leqiPrefix: false },
  });
});

test('an unknown command is refused with what is wrong', async () => {
  await expect(fault('explode')).rejects.toThrow('400');
  await expect(control(sandbox, '/clock', { advanceMs: -1 })).rejects.toThrow('advanceMs');
  await expect(control(sandbox, '/nothing', {})).rejects.toThrow('404');
});

test('a web page cannot control it: no JSON without a preflight, no other name for the host', async () => {
  const post = await fetch(sandbox.controlUrl, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{}',
  });
  expect(post.status).toBe(415);
  const status = await new Promise(resolve => {
    http.get(sandbox.controlUrl, { headers: { host: 'evil.example' }, agent: false }, answer => {
      answer.resume();
      resolve(answer.statusCode);
    });
  });
  expect(status).toBe(403);
});

test('a fixed base gives consecutive ports, and a taken one is an error that leaves nothing open', async () => {
  const port = Number(new URL(sandbox.controlUrl).port);
  await expect(startSandbox({ pictures: fakePictures, ports: port })).rejects.toThrow('EADDRINUSE');
});
