import refusals from './fixtures/huawei-refusals.json';
import { VendorHttp } from './http.js';
import { type GatewayCall, HuaweiGateway } from './huawei-gateway.js';
import type { HuaweiLogin } from './huawei-login.js';
import { signHuawei } from './huawei-signature.js';
import { failure, type ScriptedServer, startScriptedServer } from './scripted-server.js';

const KEYS = { key: 'test-app-key', secret: 'test-app-secret' };
const NOON = Date.UTC(2025, 0, 15, 12);

let server: ScriptedServer;
let http: VendorHttp;
beforeEach(async () => {
  server = await startScriptedServer();
  http = new VendorHttp({ concurrency: 1 });
});
afterEach(async () => {
  await http.close();
  await server.close();
});

function call(login: HuaweiLogin = KEYS, change: Partial<GatewayCall> = {}, gateway = gatewayOf(login)) {
  return gateway.call({
    url: `${server.url}/a/b`,
    parameters: { text: '睡莲 *+~', resolution: '1024*1024', num: 1 },
    paramsIn: 'form',
    bills: true,
    signal: new AbortController().signal,
    ...change,
  });
}

const gatewayOf = (login: HuaweiLogin = KEYS) => new HuaweiGateway(http, login, { now: () => NOON });

const ENCODED = 'text=%E7%9D%A1%E8%8E%B2%20%2A%2B~&resolution=1024%2A1024&num=1';

describe('on the wire', () => {
  beforeEach(() => {
    server.answer = () => ({ body: { code: 200 } });
  });

  test.each([
    ['form', '/a/b', 'application/x-www-form-urlencoded; charset=utf-8', ENCODED],
    ['query', `/a/b?${ENCODED}`, undefined, ''],
    ['json', '/a/b', 'application/json', JSON.stringify({ text: '睡莲 *+~', resolution: '1024*1024', num: 1 })],
  ] as const)(
    '%s parameters stand where they belong, and the signature is over those bytes',
    async (paramsIn, target, type, body) => {
      await call(KEYS, { paramsIn });
      const [request] = server.received;
      expect(request).toMatchObject({ method: 'POST', target });
      expect(Buffer.from(request!.body, 'latin1').toString()).toBe(body);
      expect(request!.headers['content-type']).toBe(type);
      expect(request!.headers.authorization).toContain(
        `SignedHeaders=${type === undefined ? '' : 'content-type;'}host;x-sdk-date,`,
      );
      expect(request!.headers).toMatchObject({
        'content-length': String(Buffer.byteLength(body)),
        'x-sdk-date': '20250115T120000Z',
        authorization: signHuawei({
          method: 'POST',
          url: server.url + target,
          headers: type === undefined ? {} : { 'content-type': type },
          body,
          ...KEYS,
          date: '20250115T120000Z',
        }).authorization,
      });
    },
  );

  test('an AppCode goes into its header, and nothing is signed', async () => {
    await call({ appCode: 'test-app-code' });
    const { headers } = server.received[0]!;
    expect(headers['x-apig-appcode']).toBe('test-app-code');
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('x-sdk-date');
    expect(headers).toHaveProperty('content-type');
    await call({ appCode: 'test-app-code' }, { paramsIn: 'query' });
    expect(server.received[1]!.headers).not.toHaveProperty('content-type');
  });
});

describe('the gateway refuses', () => {
  const EXPECTED = [
    ['VENDOR_NOT_FOUND', 'NO', false],
    ['INVALID_INPUT', 'NO', false],
    ['INVALID_INPUT', 'NO', false],
    ['VENDOR_UNAVAILABLE', 'UNKNOWN', false],
    ['VENDOR_UNAVAILABLE', 'UNKNOWN', false],
    ['VENDOR_AUTH', 'NO', false],
    ['VENDOR_AUTH', 'NO', false],
    ['VENDOR_AUTH', 'NO', false],
    ['VENDOR_AUTH', 'NO', false],
    ['VENDOR_AUTH', 'NO', false],
    ['VENDOR_UNAVAILABLE', 'NO', true],
    ['QUOTA_EXHAUSTED', 'NO', false],
    ['VENDOR_AUTH', 'NO', false],
    ['QUOTA_EXHAUSTED', 'NO', false],
    ['QUOTA_EXHAUSTED', 'NO', false],
    ['VENDOR_UNAVAILABLE', 'NO', true],
    ['VENDOR_UNAVAILABLE', 'UNKNOWN', false],
    ['VENDOR_UNAVAILABLE', 'NO', true],
    ['VENDOR_ERROR', 'UNKNOWN', false],
  ] as const;

  test.each(refusals.map((refusal, index) => ({ ...refusal, is: EXPECTED[index]! })))(
    '$error_code with HTTP $status is $is.0, billed $is.1',
    async ({ status, is: [code, billed, safeToRetry], ...body }) => {
      server.answer = () => ({ status, body: { ...body, request_id: 'c0ffee' } });
      const error = await failure(call());
      expect({ code: error.code, ...error.facts }).toMatchObject({
        code,
        billed,
        safeToRetry,
        vendorCode: body.error_code,
        requestId: 'c0ffee',
      });
      expect(error.facts.outcomeUnknown ?? false).toBe(billed === 'UNKNOWN' && code === 'VENDOR_UNAVAILABLE');
    },
  );

  test('only a request that came too late is sent again', async () => {
    for (const { status, ...body } of refusals) {
      server.received.length = 0;
      server.answer = () => ({ status, body });
      await failure(call());
      expect(server.received).toHaveLength(body.error_msg.startsWith('signature expired') ? 2 : 1);
    }
  });

  test("a wrong clock is corrected by the gateway's time once, and stays corrected", async () => {
    const gateway = gatewayOf();
    server.answer = ({ headers }) =>
      headers['x-sdk-date'] === '20250115T130000Z'
        ? { body: { code: 200 } }
        : { status: 401, body: refusals.find(({ error_msg }) => error_msg.startsWith('signature expired')) };
    await call(KEYS, {}, gateway);
    await call(KEYS, {}, gateway);
    expect(server.received.map(({ headers }) => headers['x-sdk-date'])).toEqual([
      '20250115T120000Z',
      '20250115T130000Z',
      '20250115T130000Z',
    ]);
  });

  test('neither key nor parameters are in the message, though the gateway echoes them', async () => {
    const told: unknown[] = [];
    for (const { status, ...body } of refusals.filter(({ error_code }) => error_code.endsWith('0303'))) {
      server.answer = () => ({ status, body });
      told.push((await failure(call())).facts.vendorMessage);
    }
    expect(told).toEqual([
      'app not found, appkey ***',
      'verify signature fail, canonicalRequest:…',
      'signature expired, signature time:20250115T120000Z,server time:20250115T130000Z',
    ]);
  });

  test.each([
    ['the header Retry-After in seconds', { 'retry-after': '7' }, 7_000],
    ['the header Retry-After as a date', { 'retry-after': 'Wed, 15 Jan 2025 12:00:30 GMT' }, 30_000],
    ['the window in its message', {}, 60_000],
  ])('throttling says when to send again: %s', async (_, headers, retryAfterMs) => {
    const { status, ...body } = refusals.find(({ error_msg }) => error_msg.includes('ratelimit'))!;
    server.answer = () => ({ status, headers: headers as Record<string, string>, body });
    expect((await failure(call())).facts.retryAfterMs).toBe(retryAfterMs);
  });
});

describe('an HTTP status without a code', () => {
  test.each([
    [400, 'INVALID_INPUT'],
    [401, 'VENDOR_AUTH'],
    [403, 'VENDOR_AUTH'],
    [404, 'VENDOR_NOT_FOUND'],
    [414, 'INVALID_INPUT'],
    [429, 'VENDOR_UNAVAILABLE'],
  ])('%i is %s, not billed', async (status, code) => {
    server.answer = () => ({ status, body: 'Invalid query parameter: text required' });
    const { code: told, facts } = await failure(call());
    expect([told, facts.billed, facts.vendorCode]).toEqual([code, 'NO', `HTTP ${status}`]);
  });
});

describe('an unusable answer', () => {
  const BODIES: [string, number, string][] = [
    ['HTML', 200, '<html><body>502 Bad Gateway</body></html>'],
    ['nothing', 200, ''],
    ['a list', 200, '[]'],
    ['HTML with HTTP 500', 500, '<html></html>'],
    ['a redirect', 302, ''],
  ];

  test.each(BODIES)('%s may have been charged; the request id is kept', async (_, status, body) => {
    server.answer = () => ({ status, headers: { 'x-request-id': 'f00d' }, body });
    const { code, facts } = await failure(call());
    expect({ code, ...facts }).toMatchObject({
      code: 'VENDOR_UNAVAILABLE',
      billed: 'UNKNOWN',
      safeToRetry: false,
      outcomeUnknown: true,
      requestId: 'f00d',
    });
    expect(server.received).toHaveLength(1);
  });

  test.each(BODIES)('%s as the answer to a call that costs nothing is safe to retry', async (_, status, body) => {
    server.answer = () => ({ status, body });
    const { code, facts } = await failure(call(KEYS, { bills: false }));
    expect({ code, ...facts }).toMatchObject({
      code: 'VENDOR_UNAVAILABLE',
      billed: 'NO',
      safeToRetry: true,
      outcomeUnknown: false,
    });
  });

  test('a lost answer leaves the outcome unknown, unless the call costs nothing', async () => {
    server.answer = () => 'drop';
    const paid = await failure(call());
    expect([paid.code, paid.facts.billed, paid.facts.safeToRetry]).toEqual(['OUTCOME_UNKNOWN', 'UNKNOWN', false]);
    const free = await failure(call(KEYS, { bills: false }));
    expect([free.code, free.facts.billed, free.facts.safeToRetry]).toEqual(['VENDOR_UNAVAILABLE', 'NO', true]);
    expect(server.received).toHaveLength(2);
  });
});
