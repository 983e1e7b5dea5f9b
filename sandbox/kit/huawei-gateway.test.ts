import type { Incoming } from './exchange.js';
import { checkSignature } from './huawei-gateway.js';

const NOW = Date.parse('2025-01-15T12:00:00Z');
const login = { appKey: 'test-app-key', appSecret: 'test-app-secret' };

/** Vectors V2 to V4 of the signing contract: computed with Huawei's own signers for made-up hosts. */
function request(over: Partial<Incoming> & { host: string; type?: string; signature: string }): Incoming {
  const names = over.type === undefined ? 'host;x-sdk-date' : 'content-type;host;x-sdk-date';
  return {
    method: 'POST',
    path: '/',
    query: '',
    body: Buffer.alloc(0),
    headers: {
      host: over.host,
      'x-sdk-date': '20250115T120000Z',
      ...(over.type === undefined ? {} : { 'content-type': over.type }),
      authorization: `SDK-HMAC-SHA256 Access=test-app-key, SignedHeaders=${names}, Signature=${over.signature}`,
    },
    ...over,
  };
}

const form = request({
  host: 'idphoto.apistore.huaweicloud.com',
  path: '/id-photo/create',
  type: 'application/x-www-form-urlencoded; charset=utf-8',
  body: Buffer.from('url=https%3A%2F%2Fexample.com%2Fa.jpg&spec=12&size=295x413&bgColor=white&fileSize=10%2C100'),
  signature: '6642d85c01cbe726932d7167d604d78b3d096f84cd9e282a00012052101996e6',
});
const json = request({
  host: 'aidraw.apistore.huaweicloud.com',
  path: '/ai-draw/submit',
  type: 'application/json',
  body: Buffer.from('{"text":"睡莲","resolution":"1024*1024","style":"油画","num":"1"}'),
  signature: 'f8b9fed3bf9406d934630f772eccc8847be40fe3c99a3f68d5f156b4f9878720',
});
const query = request({
  host: 'h.apistore.huaweicloud.com',
  path: '/a/b',
  query: 'style=%E6%B2%B9%E7%94%BB&b=2&a=1&b=10&empty=&t=~x*y%20z',
  signature: '1c74cc656823d5d0a132263adc474a862ddff0ac20d25172a44d6396d40f69af',
});

test.each([
  ['a form', form],
  ['JSON', json],
  ['a query with repeated, empty and Chinese values', query],
])('a vector signed by the official signers passes: %s', (_name, vector) => {
  expect(checkSignature(vector, login, NOW)).toBeUndefined();
});

test('a body that changed on the way fails, and the canonical request is echoed with bars', () => {
  const changed = { ...json, body: Buffer.from('{}') };
  expect(checkSignature(changed, login, NOW)).toMatch(
    /^verify signature fail, canonicalRequest:POST\|\/ai-draw\/submit\/\|\|content-type:application\/json\|/,
  );
});

test('a date may be off by 15 minutes in both directions and no more', () => {
  const minutes = 60_000;
  expect(checkSignature(form, login, NOW + 15 * minutes)).toBeUndefined();
  expect(checkSignature(form, login, NOW - 15 * minutes)).toBeUndefined();
  expect(checkSignature(form, login, NOW + 15 * minutes + 1_000)).toBe(
    'signature expired, signature time:20250115T120000Z,server time:20250115T121501Z',
  );
  expect(checkSignature(form, login, NOW - 15 * minutes - 1_000)).toMatch(/^signature expired/);
});

test('a body that is declared unsigned is not part of the signature', () => {
  const unsigned = { ...form, headers: { ...form.headers, 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' } };
  expect(checkSignature(unsigned, login, NOW)).toMatch(/\|UNSIGNED-PAYLOAD$/);
});

test("Amazon's form of the signature and an unknown key are refused", () => {
  const amazon = { ...form, headers: { ...form.headers, authorization: 'SDK-HMAC-SHA256 Credential=test-app-key' } };
  expect(checkSignature(amazon, login, NOW)).toBe('Authorization format is incorrect');
  expect(checkSignature(form, { ...login, appKey: 'other' }, NOW)).toBe('app not found, appkey test-app-key');
});
