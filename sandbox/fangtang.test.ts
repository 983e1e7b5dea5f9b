import { createHash } from 'node:crypto';
import { MAGIC } from './magic.js';
import { type Sandbox, startSandbox } from './sandbox.js';
import { breachKinds, control, fakePictures, holdPauses, type Json, jpegHeader, SLOW_MS } from './test-clients.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ pictures: fakePictures, seed: 1 });
});
afterAll(() => sandbox.close());
beforeEach(() => control(sandbox, '/reset', {}));

const token = (seconds = Math.floor(Date.now() / 1000), secret = sandbox.environment.FANGTANG_SECRET_KEY) =>
  `${createHash('md5').update(`${secret}${seconds}`).digest('hex')},${seconds}`;
type Field = string | Buffer | undefined;
async function call(path: string, fields: Record<string, Field>, over: { token?: string } = {}): Promise<Json> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ third_code: sandbox.environment.FANGTANG_THIRD_CODE, ...fields })) {
    if (value === undefined) continue;
    if (typeof value === 'string') form.set(name, value);
    else form.set(name, new Blob([new Uint8Array(value)]), 'photo.jpg');
  }
  const url = `${sandbox.environment.FANGTANG_BASE_URL}/api/third/${path}`;
  const answer = await fetch(url, { method: 'POST', headers: { token: over.token ?? token() }, body: form });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Json;
}
const upload = (fields: Record<string, Field> = {}) =>
  call('photo/upload', { repair_type: 'sr', file: jpegHeader(100, 80), ...fields });
const mdfOf = async (fields?: Record<string, Field>) => (await upload(fields)).data.mdf;
const nums = async () => (await call('company/nums', {})).data.nums;
const finish = () => control(sandbox, '/clock', { advanceMs: 60_000 });
const picture = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

test('a restoration waits, is downloaded from an unsigned URL, and takes one upload off the package', async () => {
  const before = await nums();
  const mdf = await mdfOf({ repair_type: 'sr,repair' });
  expect((await call('photo/status', { mdf })).data.status).toBe(100);
  expect(await call('photo/download', { mdf })).toMatchObject({ code: 9000, errno: 9002 });
  await finish();
  expect((await call('photo/status', { mdf })).data.status).toBe(200);
  const url = (await call('photo/download', { mdf })).data.url;
  expect(new URL(url).search).toBe('');
  expect(await picture(url)).toEqual(jpegHeader(2, 2, 'sr,repair'));
  expect(await nums()).toBe(before - 1);
  expect(breachKinds(sandbox)).toEqual([]);
});

test('a background takes its colour as r,g,b; colouring gives a picture that says what it is', async () => {
  const background = await mdfOf({ repair_type: 'bg', rgb: '67,142,219' });
  const colour = await mdfOf({ repair_type: 'sr,repair,colour' });
  await finish();
  const result = async (mdf: string) => picture((await call('photo/download', { mdf })).data.url);
  expect(await result(background)).toEqual(jpegHeader(2, 2, '#438EDB'));
  expect(await result(colour)).toEqual(jpegHeader(200, 160, 'COLOURISED'));
});

test('equal uploads share an id, and both are charged', async () => {
  const before = await nums();
  expect(await mdfOf()).toBe(await mdfOf());
  expect(await nums()).toBe(before - 2);
  expect(sandbox.state().vendors.FANGTANG.calls.upload).toEqual({ requests: 2, billed: 2, repeats: 1 });
  expect(breachKinds(sandbox)).toEqual([]);
});

test('a token holds for two minutes in both directions, and only with the right secret', async () => {
  const now = Math.floor(Date.now() / 1000);
  const errno = async (value: string) => (await call('company/nums', {}, { token: value })).errno;
  expect(await errno(token(now - 115))).toBeUndefined();
  expect(await errno(token(now + 115))).toBeUndefined();
  expect(await errno(token(now - 125))).toBe(9999);
  expect(await errno(token(now + 125))).toBe(9999);
  expect(await errno(token(now, 'other'))).toBe(9999);
  expect(await errno('')).toBe(9999);
});

test("the token of the guide is what the guide's pair gives", () => {
  expect(token(1629962357, 'hiliad')).toBe('5484490c8e797dabe52af90ab8bd1e50,1629962357');
});

const magic = MAGIC.filter(row => row.vendor === 'FANGTANG');
const isState = (row: (typeof magic)[number]) => row.call === 'status' && row.code === '2';
test.each(magic.filter(row => !isState(row)).map(row => [row.call, row.value, row.code] as const))(
  '%s with the colour %s gives errno %s',
  async (step, rgb, code) => {
    const before = await nums();
    const uploaded = await upload({ repair_type: 'bg', rgb });
    const failed = step === 'upload' ? uploaded : await call(`photo/${step}`, { mdf: uploaded.data.mdf });
    expect([failed.code, failed.errno, typeof failed.msg]).toEqual([9000, Number(code), 'string']);
    expect(await nums()).toBe(step === 'upload' ? before : before - 1);
    expect(breachKinds(sandbox)).toEqual([]);
  },
);

test('a state that the guide does not list comes by its colour or as the next code, for an upload that was charged', async () => {
  const before = await nums();
  const failed = { code: 200, data: { status: 2, msg: '圖片處理失敗' } };
  const mdf = await mdfOf({ repair_type: 'bg', rgb: magic.find(isState)!.value });
  expect(await call('photo/status', { mdf })).toEqual(failed);
  const good = await mdfOf();
  await control(sandbox, '', { next: { vendor: 'FANGTANG', call: 'status', code: '2' } });
  expect(await call('photo/status', { mdf: good })).toEqual(failed);
  expect((await call('photo/status', { mdf: good })).data.status).toBe(100);
  expect(await nums()).toBe(before - 2);
  expect(breachKinds(sandbox)).toEqual([]);
});

test.each([
  ['no repair_type', { repair_type: undefined }, 9001, 'MISSING_PARAMETER'],
  ['repair_type as the guide punctuates it', { repair_type: 'sr;repair' }, 9001, 'OUT_OF_RANGE'],
  ['a background without colour', { repair_type: 'bg' }, 9001, 'MISSING_PARAMETER'],
  ['a colour as hex', { repair_type: 'bg', rgb: '#FFFFFF' }, 9001, 'OUT_OF_RANGE'],
  ['a colour over 255', { repair_type: 'bg', rgb: '0,0,256' }, 9001, 'OUT_OF_RANGE'],
  ['no file', { file: undefined }, 9001, 'MISSING_PARAMETER'],
  ['a file as text', { file: 'photo' }, 9001, 'MISSING_PARAMETER'],
  ['no picture', { file: Buffer.from('%PDF-1.7') }, 9005, 'NOT_A_PICTURE'],
  ['another third_code', { third_code: 'other' }, 9001, 'LOGIN'],
])('%s is refused, a breach and free', async (_name, fields, errno, kind) => {
  const before = await nums();
  expect(await upload(fields)).toMatchObject({ code: 9000, errno });
  expect(breachKinds(sandbox)).toEqual([kind]);
  expect(await nums()).toBe(before);
});

test('a damaged photo is 9009 and not charged', async () => {
  const before = await nums();
  expect((await upload({ file: jpegHeader(9, 9, 'damaged') })).errno).toBe(9009);
  expect(await nums()).toBe(before);
});

test('an upload does not wait for slow work: the status tells when it is done, or that it failed', async () => {
  const pauses = holdPauses(SLOW_MS);
  const [good, bad] = await Promise.all([
    mdfOf({ file: jpegHeader(9, 9, 'slow') }),
    mdfOf({ file: jpegHeader(9, 9, 'slow and damaged') }),
  ]);
  await finish();
  expect((await call('photo/status', { mdf: good })).data.status).toBe(100);
  pauses.end();
  expect((await call('photo/status', { mdf: good })).data.status).toBe(200);
  expect((await call('photo/status', { mdf: bad })).errno).toBe(500);
});

test('JSON in place of multipart is refused', async () => {
  const url = `${sandbox.environment.FANGTANG_BASE_URL}/api/third/company/nums`;
  const headers = { token: token(), 'content-type': 'application/json' };
  expect(await (await fetch(url, { method: 'POST', headers, body: '{}' })).json()).toMatchObject({ errno: 9002 });
  expect(breachKinds(sandbox)).toEqual(['CONTENT_TYPE']);
});

test('with no uploads left the answer is 9101', async () => {
  await control(sandbox, '/quota', { vendor: 'FANGTANG', units: 0 });
  expect((await upload()).errno).toBe(9101);
});

test('everything is deleted an hour after it was done', async () => {
  const mdf = await mdfOf();
  await finish();
  const url = (await call('photo/download', { mdf })).data.url;
  await control(sandbox, '/clock', { advanceMs: 3_600_000 });
  expect((await fetch(url)).status).toBe(404);
  expect((await call('photo/status', { mdf })).errno).toBe(9002);
  expect((await call('photo/download', { mdf })).errno).toBe(9002);
});

test('a path of no guide is 404', async () => {
  expect((await fetch(`${sandbox.environment.FANGTANG_BASE_URL}/api/third/uploads`, { method: 'POST' })).status).toBe(
    404,
  );
});
