import vectors from './fixtures/huawei-signature-vectors.json';
import { encodeRfc3986, parseSdkDate, sdkDate, signHuawei } from './huawei-signature.js';

const sign = (vector: (typeof vectors)[number]) =>
  signHuawei({ ...vector, headers: vector.headers as Record<string, string> });

test('there are four vectors', () => expect(vectors).toHaveLength(4));

test.each(vectors)('$id: canonical request, signature and header are those of the vector', vector => {
  expect(sign(vector)).toEqual({
    canonicalRequest: vector.canonicalRequest,
    signedHeaders: vector.signedHeaders,
    signature: vector.signature,
    authorization: vector.authorization,
  });
});

test.each(vectors)('$id: another byte in the body or another secret gives another signature', vector => {
  expect(sign({ ...vector, body: `${vector.body} ` }).signature).not.toBe(vector.signature);
  expect(sign({ ...vector, secret: `${vector.secret}x` }).signature).not.toBe(vector.signature);
});

test("the path of the official signer's own test is signed as it signs it", () => {
  const [first] = vectors;
  const { canonicalRequest } = sign({ ...first!, url: 'https://h.example/path/_:test?b=2&a=1&b=3' });
  expect(canonicalRequest.split('\n').slice(1, 3)).toEqual(['/path/_%3Atest/', 'a=1&b=2&b=3']);
});

test('a path that is encoded already is not encoded twice', () => {
  const { canonicalRequest } = sign({ ...vectors[0]!, url: 'https://h.example/%E6%B2%B9/a%20b/' });
  expect(canonicalRequest.split('\n')[1]).toBe('/%E6%B2%B9/a%20b/');
});

test('a port that is not the default one is part of the signed host', () => {
  const { canonicalRequest } = sign({ ...vectors[0]!, url: 'http://127.0.0.1:4100/a' });
  expect(canonicalRequest).toContain('\nhost:127.0.0.1:4100\n');
});

test('nothing but the unreserved characters stays as it is', () => {
  expect(encodeRfc3986("aZ9-_.~!'()*+/= 油&%")).toBe('aZ9-_.~%21%27%28%29%2A%2B%2F%3D%20%E6%B2%B9%26%25');
});

test('a time is written as the gateway writes it, and read back', () => {
  const ms = Date.UTC(2019, 10, 15, 3, 36, 55);
  expect(sdkDate(ms + 400)).toBe('20191115T033655Z');
  expect(parseSdkDate('20191115T033655Z')).toBe(ms);
  expect(parseSdkDate('20191315T033655Z')).toBeUndefined();
  expect(parseSdkDate('2019-11-15')).toBeUndefined();
});
