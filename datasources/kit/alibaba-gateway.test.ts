import { VendorError } from '../../src/kernel/vendor-error.js';
import { AlibabaMarket, isUnknownPath } from './alibaba-gateway.js';
import { alibabaRules, readAppCode } from './alibaba-login.js';
import { failure, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from './scripted-server.js';

const APP_CODE = 'made-up-app-code-0123456789abcdef';
let server: ScriptedServer;
let market: AlibabaMarket;

beforeAll(async () => {
  server = await startScriptedServer();
  market = new AlibabaMarket({ prefix: 'TOY', appCode: APP_CODE, baseUrl: server.url, concurrency: 2 });
});
afterAll(async () => {
  await market.close();
  await server.close();
});
beforeEach(() => {
  server.received.length = 0;
});

const signal = new AbortController().signal;
const call = () => market.call({ method: 'POST', path: '/x', body: '{}', signal, personal: ['张三丰'] });

/** The error of one call that met this answer; there was one request and no more. */
async function failureOn(answer: ScriptedAnswer): Promise<VendorError> {
  server.answer = () => answer;
  const error = await failure(call());
  expect(server.received).toHaveLength(1);
  return error;
}

test.each([
  // HTTP, code, message, ours, billed, may be sent again
  [400, 'A400AC', 'Invalid AppCode `not exists`', 'VENDOR_AUTH', 'NO', false],
  [401, 'A401AC', 'Invalid AppCode', 'VENDOR_AUTH', 'NO', false],
  [400, 'A400MA', 'Need authorization', 'VENDOR_AUTH', 'NO', false],
  [403, 'I403AA', 'Unauthorized', 'VENDOR_AUTH', 'NO', false],
  [403, 'A403EP', 'Authorization expired', 'VENDOR_AUTH', 'NO', false],
  [403, 'B403MQ', 'Api Market Subscription quota exhausted', 'QUOTA_EXHAUSTED', 'NO', false],
  [403, 'B403ME', 'Api Market Subscription expired', 'QUOTA_EXHAUSTED', 'NO', false],
  [403, 'B403MI', 'Api Market Subscription invalid', 'QUOTA_EXHAUSTED', 'NO', false],
  [403, 'B403OD', 'Provider Account Overdue', 'VENDOR_UNAVAILABLE', 'NO', false],
  [403, 'B403MO', 'Api Market Subscription overdue', 'VENDOR_UNAVAILABLE', 'NO', false],
  [429, 'T429ID', 'Throttled by Domain', 'VENDOR_UNAVAILABLE', 'NO', true],
  [429, 'T429MR', 'Throttled by Market', 'VENDOR_UNAVAILABLE', 'NO', true],
  [404, 'I404NF', 'API not found', 'VENDOR_NOT_FOUND', 'NO', false],
  [404, 'I404DO', 'Invalid Domain', 'VENDOR_NOT_FOUND', 'NO', false],
  [400, 'I400MP', 'Parameter is required', 'INVALID_INPUT', 'NO', false],
  [400, 'I400CT', 'Invalid Content-Type', 'INVALID_INPUT', 'NO', false],
  [413, 'I413RL', 'Request body too Large', 'INVALID_INPUT', 'NO', false],
  [451, 'B451DO', 'Unauthorized Domain', 'VENDOR_UNAVAILABLE', 'NO', false],
  [500, 'X500ER', 'Service internal error', 'VENDOR_UNAVAILABLE', 'NO', true],
  [503, 'X503BZ', 'Service busy', 'VENDOR_UNAVAILABLE', 'NO', true],
  [503, 'D503BB', 'Backend circuit breaker busy', 'VENDOR_UNAVAILABLE', 'NO', true],
  [504, 'D504CO', 'Backend connection failed', 'VENDOR_UNAVAILABLE', 'NO', true],
  [504, 'D504TO', 'Backend service request timeout', 'VENDOR_UNAVAILABLE', 'UNKNOWN', false],
  [504, 'D504RE', 'Backend service read timed out', 'VENDOR_UNAVAILABLE', 'UNKNOWN', false],
  [504, 'X504TO', 'Service timeout', 'VENDOR_UNAVAILABLE', 'UNKNOWN', false],
  [502, 'D502FC', 'Backend answer broken', 'VENDOR_UNAVAILABLE', 'UNKNOWN', false],
  [502, 'N502RE', 'Bad gateway', 'VENDOR_UNAVAILABLE', 'UNKNOWN', false],
  [400, 'Z999ZZ', 'Something new', 'VENDOR_ERROR', 'UNKNOWN', false],
  [500, 'Z999ZZ', 'Something new', 'VENDOR_UNAVAILABLE', 'UNKNOWN', false],
])(
  'the gateway answers %i %s (%s): %s, billed %s, repeatable %s',
  async (status, code, message, ours, billed, again) => {
    const headers = { 'x-ca-error-code': code, 'x-ca-error-message': message, 'x-ca-request-id': 'REQ-1' };
    const error = await failureOn({ status, headers, body: '' });
    expect(error.code).toBe(ours);
    expect(error.facts).toMatchObject({ vendorCode: code, billed, safeToRetry: again, requestId: 'REQ-1' });
    if (ours === 'VENDOR_UNAVAILABLE') expect(error.facts.outcomeUnknown ?? false).toBe(billed === 'UNKNOWN');
  },
);

test.each([
  [400, 'Invalid AppCode', 'VENDOR_AUTH', false],
  [403, 'Unauthorized', 'VENDOR_AUTH', false],
  [403, 'Quota Exhausted', 'QUOTA_EXHAUSTED', false],
  [403, 'Quota Expired', 'QUOTA_EXHAUSTED', false],
  [403, 'Api Market Subscription quota exhausted', 'QUOTA_EXHAUSTED', false],
  [403, 'User Arrears', 'QUOTA_EXHAUSTED', false],
  [403, 'Throttled by USER Flow Control', 'VENDOR_UNAVAILABLE', true],
  [400, 'Invalid Url', 'VENDOR_NOT_FOUND', false],
  [400, 'Invalid Param Location', 'INVALID_INPUT', false],
  [503, 'Service Unavailable', 'VENDOR_UNAVAILABLE', true],
])('a classic gateway, which sends no code, answers %i %s: %s, repeatable %s', async (status, message, ours, again) => {
  const error = await failureOn({ status, headers: { 'x-ca-error-message': message }, body: '' });
  expect(error.code).toBe(ours);
  expect(error.facts).toMatchObject({ vendorCode: `HTTP ${status}`, billed: 'NO', safeToRetry: again });
});

test('a classic gateway that lost the answer of the vendor leaves the outcome open', async () => {
  const message = 'Failed To Invoke Backend Service';
  const error = await failureOn({ status: 500, headers: { 'x-ca-error-message': message }, body: '' });
  expect(error.facts).toMatchObject({ billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });
});

test.each([
  ['a page of HTML', { body: '<html>maintenance</html>', headers: { 'content-type': 'text/html' } }],
  ['an empty body', { body: '' }],
  ['cut JSON', { body: '{"status":"1","name":"张三' }],
  ['a list', { body: [] }],
  ['null', { body: 'null' }],
  ['403 with nothing that says why', { status: 403, body: '' }],
  ['502 from another proxy', { status: 502, body: '<html>Bad Gateway</html>' }],
])('%s is VENDOR_UNAVAILABLE with its request id, and may have been charged', async (_, answer) => {
  const error = await failureOn({
    ...answer,
    headers: { 'x-ca-request-id': 'REQ-2', ...('headers' in answer ? answer.headers : {}) },
  });
  expect(error.code).toBe('VENDOR_UNAVAILABLE');
  expect(error.facts).toMatchObject({
    billed: 'UNKNOWN',
    safeToRetry: false,
    outcomeUnknown: true,
    requestId: 'REQ-2',
  });
  expect(`${error.message} ${String(error.cause)}`).not.toMatch(/张三|maintenance/);
});

test('429 of a proxy is waited for as long as its Retry-After says', async () => {
  const error = await failureOn({ status: 429, headers: { 'retry-after': '7' }, body: 'slow down' });
  expect(error.code).toBe('VENDOR_UNAVAILABLE');
  expect(error.facts).toMatchObject({ billed: 'NO', safeToRetry: true, retryAfterMs: 7_000 });
});

test('a Retry-After that is a date is read, and nonsense is not', async () => {
  const now = Date.UTC(2026, 10, 26, 12);
  const date = new Date(now + 60_000).toUTCString();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
  const dated = await failureOn({ status: 429, headers: { 'retry-after': date }, body: '' });
  clock.mockRestore();
  expect(dated.facts.retryAfterMs).toBe(60_000);
  server.received.length = 0;
  expect(
    (await failureOn({ status: 429, headers: { 'retry-after': 'soon' }, body: '' })).facts.retryAfterMs,
  ).toBeUndefined();
});

test('a bare 404 without JSON is an unknown path; one with JSON is the vendor’s own', async () => {
  expect(isUnknownPath(await failureOn({ status: 404, body: 'Not Found' }))).toBe(true);
  server.answer = () => ({ status: 404, body: { code: 404 } });
  await expect(call()).resolves.toMatchObject({ status: 404, body: { code: 404 } });
});

test('450 is a failure of the vendor’s own, and its body counts', async () => {
  server.answer = () => ({
    status: 450,
    headers: { 'x-ca-error-message': 'Business failure' },
    body: { status: '205' },
  });
  await expect(call()).resolves.toMatchObject({ status: 450, body: { status: '205' } });
});

test('without a code, a message that the gateway is not known to use leaves it to the vendor’s JSON', async () => {
  server.answer = () => ({ status: 400, headers: { 'x-ca-error-message': 'Hm' }, body: { status: '205' } });
  await expect(call()).resolves.toMatchObject({ body: { status: '205' } });
  server.received.length = 0;
  expect((await failureOn({ status: 400, headers: { 'x-ca-error-message': 'Hm' }, body: '' })).code).toBe(
    'VENDOR_ERROR',
  );
});

test('a success with X-Ca-Error-Message and no code is a success', async () => {
  server.answer = () => ({ headers: { 'x-ca-error-message': 'OK' }, body: { status: '1' } });
  await expect(call()).resolves.toMatchObject({ body: { status: '1' } });
});

test('a dropped connection is OUTCOME_UNKNOWN, and nothing is sent again', async () => {
  const error = await failureOn('drop');
  expect(error.code).toBe('OUTCOME_UNKNOWN');
  expect(error.facts).toMatchObject({ billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });
});

test.each([
  ['A400AC', 'TOY_APP_CODE'],
  ['I403AA', 'TOY_APP_CODE'],
  ['I404NF', 'TOY_BASE_URL'],
])('%s names the variable to look at: %s', async (code, variable) => {
  expect((await failureOn({ status: 403, headers: { 'x-ca-error-code': code }, body: '' })).message).toContain(
    variable,
  );
});

test('the AppCode and personal data never come back out, even if the gateway echoes them', async () => {
  const error = await failureOn({
    status: 400,
    headers: { 'x-ca-error-code': 'A400AC', 'x-ca-error-message': `Invalid AppCode \`${APP_CODE}\`` },
    body: '',
  });
  expect(JSON.stringify([error.message, error.facts])).not.toContain(APP_CODE);
  server.answer = () => ({ body: { status: '9', msg: `姓名张三丰不对 ${APP_CODE}` } });
  const { redact, body } = await call();
  expect(redact(body.msg)).toBe('姓名***不对 ***');
});

test('the call carries the AppCode with one blank, and no other credential', async () => {
  server.answer = () => ({ body: {} });
  await call();
  const [{ method, target, headers, body }] = server.received as [(typeof server.received)[number]];
  expect([method, target, body]).toEqual(['POST', '/x', '{}']);
  expect(headers.authorization).toBe(`APPCODE ${APP_CODE}`);
  expect(Object.keys(headers).sort()).toEqual([
    'accept',
    'accept-encoding',
    'authorization',
    'connection',
    'content-length',
    'host',
  ]);
});

test.each([
  'https://wnt2.market.alicloudapi.com',
  'https://vendor.example.com/leqi',
  'http://127.0.0.1:8080',
  'http://localhost:8080/leqi',
  'http://[::1]:8080',
])('%s is a base URL', url => {
  expect(alibabaRules.baseUrl.parse(`${url}/`)).toBe(url);
});

test.each([
  'http://wnt2.market.alicloudapi.com',
  'http://localhost.example.com',
  'https://user:password@example.com',
  'https://example.com/?AppCode=1',
  'https://example.com/#x',
  'ftp://example.com',
  'example.com',
  '',
])('%j is no base URL', url => {
  expect(alibabaRules.baseUrl.safeParse(url).success).toBe(false);
});

test('an AppCode with a blank or a line break in it is refused: it would not survive the header', () => {
  for (const text of ['a b', 'a\n', '密码', '']) expect(alibabaRules.appCode.safeParse(text).success).toBe(false);
});

test('a product is configured by its AppCode; other variables without it are an error that names it', () => {
  expect(readAppCode('X', {})).toBeUndefined();
  expect(readAppCode('X', { X_APP_CODE: 'a', X_BASE_URL: undefined })).toBe('a');
  expect(() => readAppCode('X', { X_PACKAGE_UNITS: 5 })).toThrow(/X_APP_CODE: missing; X_PACKAGE_UNITS is set/);
});
