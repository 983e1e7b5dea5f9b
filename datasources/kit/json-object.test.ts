import { asObject, parseJsonObject } from './json-object.js';

const parse = (text: string) => parseJsonObject(Buffer.from(text));

test('a whole number that is too long for JavaScript comes as text, digit by digit', () => {
  expect(parse('{"data":{"taskId":1704859393485930497}}')).toEqual({ data: { taskId: '1704859393485930497' } });
  expect(parse('{"a":[-12345678901234567890 , 7]}')).toEqual({ a: ['-12345678901234567890', 7] });
});

test('digits in strings, in fractions and in exponents stay as they are', () => {
  const text = String.raw`{"a":"1234567890123456789","b":"\"taskId\":1234567890123456789","c":0.12345678901234567890,"d":12345678901234567.5,"e":"\\"}`;
  expect(parse(text)).toEqual(JSON.parse(text));
});

test('what Postgres cannot keep is left out of texts: NUL, and half of a surrogate pair', () => {
  const text = String.raw`{"url":"https://a/\u0000b","list":[{"name":"\uD800c \ud83d\ude00"}],"data":"{\"id\":\"\\u0000d\"}"}`;
  const read = parse(text)!;
  expect(read).toMatchObject({ url: 'https://a/b', list: [{ name: '\ufffdc 😀' }] });
  expect(asObject(read.data)).toEqual({ id: 'd' });
});

test.each(['', '<html>', '[1]', '1', 'null', '"a"', '{"a":1', 'jQuery({})'])('%j holds no object', text => {
  expect(parse(text)).toBeUndefined();
});

test('an object can stand in a text, with its long numbers', () => {
  expect(asObject({ a: 1 })).toEqual({ a: 1 });
  expect(asObject('{"taskId":1704859393485930497}')).toEqual({ taskId: '1704859393485930497' });
  for (const other of ['', 'x', '[1]', '"{}"', [1], null, 1]) expect(asObject(other)).toBeUndefined();
});

test('the pattern for long numbers is never tried on text that is no JSON, where it could take quadratic time', () => {
  const replace = jest.spyOn(String.prototype, 'replace');
  expect(parse(`{"a":"${'\\"'.repeat(1_000)}1234567890123456`)).toBeUndefined();
  const patterns = replace.mock.calls.map(([pattern]) => String(pattern));
  jest.restoreAllMocks();
  expect(patterns.filter(pattern => pattern.includes('{16'))).toEqual([]);
});

test('a long text in JSON holds nothing up', () => {
  const text = `{"a":"${'\\"'.repeat(500_000)}","b":1234567890123456}`;
  expect(parse(text)).toMatchObject({ b: '1234567890123456' });
});
