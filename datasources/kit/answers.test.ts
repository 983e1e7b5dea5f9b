import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { LIMITS } from '../../src/kernel/limits.js';
import { VendorHttp } from './http.js';
import { parseJsonObject } from './json-object.js';
import { failure, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from './scripted-server.js';

/** `成功` in GBK is not UTF-8. The URL is what was paid for. */
const TEXT = '{"code":200,"msg":"成功","data":{"result":"https://h.example/a.jpg"}}';
const ANSWER = JSON.parse(TEXT);
const PLAIN = Buffer.from(TEXT);
const [BEFORE, AFTER] = TEXT.split('成功') as [string, string];
const GBK = Buffer.concat([Buffer.from(BEFORE), Buffer.from('b3c9b9a6', 'hex'), Buffer.from(AFTER)]);

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

function ask(answer: ScriptedAnswer) {
  server.answer = () => answer;
  return http.request({ method: 'POST', url: server.url, body: '', signal: new AbortController().signal });
}
const read = async (answer: ScriptedAnswer) => parseJsonObject((await ask(answer)).body);
const encoded = (encoding: string, body: Buffer) => read({ headers: { 'content-encoding': encoding }, body });

test('every request says which encodings are understood', async () => {
  await ask({ body: PLAIN });
  expect(server.received[0]!.headers['accept-encoding']).toBe('gzip, deflate, br');
});

test.each([
  ['gzip', gzipSync(PLAIN)],
  ['x-gzip', gzipSync(PLAIN)],
  ['GZIP', gzipSync(PLAIN)],
  ['deflate', deflateSync(PLAIN)],
  ['deflate', deflateRawSync(PLAIN)],
  ['br', brotliCompressSync(PLAIN)],
  ['gzip, br', brotliCompressSync(gzipSync(PLAIN))],
  ['identity', PLAIN],
  ['gzip', gzipSync(GBK)],
])('an answer in %s is read', async (encoding, body) => expect(await encoded(encoding, body)).toEqual(ANSWER));

test.each(['gzip', 'deflate', 'br', 'gzip, gzip, gzip, gzip', 'zstd', 'utf-8', 'aws-chunked'])(
  'JSON that only claims to be %s is taken as it is',
  async encoding => {
    expect(await encoded(encoding, PLAIN)).toEqual(ANSWER);
    expect(await encoded(encoding, GBK)).toEqual(ANSWER);
  },
);

test('gzip whose header got lost is read', async () => {
  expect(await read({ body: gzipSync(PLAIN) })).toEqual(ANSWER);
});

test('two headers are one list', async () => {
  server.answer = () => ({
    headers: { 'content-encoding': ['gzip', 'br'] as unknown as string },
    body: brotliCompressSync(gzipSync(PLAIN)),
  });
  const answer = await http.request({ method: 'GET', url: server.url, signal: new AbortController().signal });
  expect(parseJsonObject(answer.body)).toEqual(ANSWER);
});

test.each([
  ['damaged', 'gzip', Buffer.concat([gzipSync(PLAIN).subarray(0, 20), Buffer.alloc(20)])],
  ['cut short', 'br', brotliCompressSync(PLAIN).subarray(0, 20)],
  ['too often encoded', 'gzip,gzip,gzip,gzip', gzipSync(gzipSync(gzipSync(gzipSync(PLAIN))))],
  ['encoded in an unknown way', 'zstd', Buffer.from('28b52ffd00', 'hex')],
])('a body that is %s still comes with its status and headers, which may tell enough', async (_, encoding, body) => {
  const answer = await ask({
    status: 403,
    headers: { 'content-encoding': encoding, 'x-ca-error-code': 'B403MQ' },
    body,
  });
  expect(answer).toMatchObject({ status: 403, headers: { 'x-ca-error-code': 'B403MQ' } });
  expect(parseJsonObject(answer.body)).toBeUndefined();
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateRawSync],
  ['gzip, gzip', (bytes: Buffer) => gzipSync(gzipSync(bytes))],
] as const)('a bomb in %s is refused at the cap of an answer', async (encoding, encode) => {
  const bomb = encode(Buffer.alloc(40 * LIMITS.vendor.answerBytes, 32));
  expect(bomb.length).toBeLessThan(100_000);
  const before = process.memoryUsage().arrayBuffers;
  const { code, facts } = await failure(encoded(encoding, bomb));
  expect({ code, ...facts }).toMatchObject({ code: 'OUTCOME_UNKNOWN', billed: 'UNKNOWN', safeToRetry: false });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5 * LIMITS.vendor.answerBytes);
});

test('an answer of exactly the cap is read, one byte more is refused', async () => {
  const fill = (bytes: number) => Buffer.from(`{"a":"${'x'.repeat(bytes - 8)}"}`);
  expect((await ask({ body: fill(LIMITS.vendor.answerBytes) })).body.length).toBe(LIMITS.vendor.answerBytes);
  expect((await failure(ask({ body: fill(LIMITS.vendor.answerBytes + 1) }))).code).toBe('OUTCOME_UNKNOWN');
});

test.each([
  ['application/json; charset=GBK', GBK],
  ['application/json; charset=utf-8', GBK],
  ['text/html; charset=gb2312', GBK],
  ['text/html;charset=ISO-8859-1', PLAIN],
  ['application/json; charset=gbk', PLAIN],
  ['text/plain', PLAIN],
  ['', PLAIN],
  ['application/octet-stream', Buffer.concat([Buffer.from('efbbbf', 'hex'), PLAIN])],
  ['application/json', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['application/json', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
])('the bytes of JSON are read, whatever its type says: %j', async (type, body) => {
  expect(await read({ headers: { 'content-type': type }, body })).toEqual(ANSWER);
});

test('four-byte GB 18030 and half of a character harm nothing else', async () => {
  const emoji = Buffer.concat([Buffer.from(BEFORE), Buffer.from('9439fc36', 'hex'), Buffer.from(AFTER)]);
  expect(await read({ body: emoji })).toEqual({ ...ANSWER, msg: '😀' });
  const half = Buffer.concat([Buffer.from(BEFORE), Buffer.from('b3c9b9', 'hex'), Buffer.from(AFTER)]);
  expect(await read({ body: half })).toMatchObject({ code: 200, data: ANSWER.data });
});
