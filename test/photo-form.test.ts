import { openPglite } from '../src/store/drivers/pglite.js';
import { plainPng } from './plain-png.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';
import { type Keys, makeKeys, makeLink, PORTRAIT, SECRET } from './token-house.js';

jest.setTimeout(150_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let keys: Keys;

beforeAll(async () => {
  folder = await temporaryFolder();
  const database = await openPglite({ directory: folder.path, log: silentLog });
  keys = await makeKeys(database);
  await database.close();
  server = await spawnServer(folder.path, { DARKROOM_SECRET: SECRET, DARKROOM_SANDBOX: 'off' });
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

/** As a form of a page or `wx.uploadFile` sends it. */
async function send(fields: Record<string, string>, options: { files?: Buffer[]; headers?: object } = {}) {
  const { files = [PORTRAIT], headers = {} } = options;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  files.forEach((file, index) => void form.append(index === 0 ? 'file' : `file${index}`, new Blob([file]), 'me.png'));
  const sent = { authorization: `Bearer ${keys.shop}`, 'graphql-require-preflight': '1', ...headers };
  const kept = Object.entries(sent).filter(([, value]) => value !== '') as [string, string][];
  const answer = await fetch(`${server.url}/photos`, { method: 'POST', headers: kept, body: form });
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, any> };
}
const input = JSON.stringify({ specId: 'yi-cun-295x413' });

test('one file is kept, and the answer is the asset', async () => {
  const { status, body, headers } = await send({});
  expect(status).toBe(201);
  expect(body).toMatchObject({ id: expect.stringMatching(/^asset_/), mime: 'image/jpeg', widthPx: 512, heightPx: 512 });
  // It counts in the rates of its key.
  expect(headers.get('ratelimit')).toContain('r=');
});

test('with an operation it is made a photo of, and with waitSeconds the answer has it', async () => {
  const { status, body } = await send({ operation: 'createIdPhoto', input, waitSeconds: '50' });
  expect(status).toBe(201);
  expect(body).toMatchObject({ id: expect.stringMatching(/^task_/), operation: 'ID_PHOTO', state: 'SUCCEEDED' });
  expect((await fetch(body.photos[0].clean.url)).status).toBe(200);
  const failed = await send({ operation: 'createIdPhoto', input, waitSeconds: '50' }, { files: [plainPng(600)] });
  expect([failed.status, failed.body.state, failed.body.failure.code]).toEqual([201, 'FAILED', 'NO_FACE']);
});

test('with checkPhoto the answer is a report', async () => {
  const { status, body } = await send({ operation: 'checkPhoto', input, waitSeconds: '50' });
  expect([status, body.state]).toEqual([201, 'SUCCEEDED']);
  expect(body.report.checks.length).toBeGreaterThan(0);
});

test('the holder of a photo link makes its photo, and nothing else', async () => {
  const { token } = await makeLink(server.url, keys.shop);
  const headers = { authorization: `Bearer ${token}` };
  const other = await send({ operation: 'createIdPhoto', input }, { headers });
  expect([other.status, other.body.errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
  const made = await send({ operation: 'usePhotoLink' }, { headers });
  expect([made.status, made.body.operation]).toEqual([201, 'ID_PHOTO']);
});

test.each([
  [
    'without the header that no foreign page can send',
    {},
    { headers: { 'graphql-require-preflight': '' } },
    400,
    'BAD_REQUEST',
  ],
  ['without a key', {}, { headers: { authorization: '' } }, 401, 'UNAUTHENTICATED'],
  ['from a page of elsewhere', {}, { headers: { origin: 'https://evil.example' } }, 403, 'FORBIDDEN_ORIGIN'],
  ['two files', {}, { files: [PORTRAIT, PORTRAIT] }, 400, 'BAD_MULTIPART'],
  ['no file', {}, { files: [] }, 400, 'BAD_MULTIPART'],
  ['an empty file', {}, { files: [Buffer.alloc(0)] }, 400, 'EMPTY_FILE'],
  ['a text', {}, { files: [Buffer.from('no picture at all')] }, 400, 'NOT_AN_IMAGE'],
  ['an operation that takes no photo', { operation: 'deleteTask' }, {}, 400, 'BAD_MULTIPART'],
  ['a document of the caller', { query: '{ viewer { id } }' }, {}, 400, 'BAD_MULTIPART'],
  ['an input that is no object', { operation: 'createIdPhoto', input: '[1]' }, {}, 400, 'BAD_MULTIPART'],
  ['a photo beside the file', { operation: 'createIdPhoto', input: '{"photo":{}}' }, {}, 400, 'BAD_MULTIPART'],
  ['a prototype', { operation: 'createIdPhoto', input: '{"__proto__":{}}' }, {}, 400, 'BAD_MULTIPART'],
  ['a wait that is no number', { operation: 'createIdPhoto', input, waitSeconds: 'long' }, {}, 400, 'BAD_MULTIPART'],
  ['too long a wait', { operation: 'createIdPhoto', input, waitSeconds: '999' }, {}, 400, 'BAD_USER_INPUT'],
  ['a field that there is not', { operation: 'createIdPhoto', input: '{"size":1}' }, {}, 400, 'BAD_USER_INPUT'],
  ['a spec that there is not', { operation: 'createIdPhoto', input: '{"specId":"x"}' }, {}, 404, 'SPEC_NOT_FOUND'],
] as const)('%s is refused in the one shape of errors', async (_, fields, options, status, code) => {
  const { body, ...answer } = await send(fields as Record<string, string>, options as { files?: Buffer[] });
  expect([answer.status, body.errors[0].extensions.code]).toEqual([status, code]);
  expect(Object.keys(body.errors[0].extensions)).toEqual(
    expect.arrayContaining(['userMessage', 'retryable', 'fields']),
  );
});

test('JSON is told what the route takes: it runs no document of a caller', async () => {
  const headers = { authorization: `Bearer ${keys.shop}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '{ viewer { id } }' });
  const answer = await fetch(`${server.url}/photos`, { method: 'POST', headers, body });
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('multipart/form-data')]);
});

test('an upload that GraphQL refuses has the type and the status that its client asks for', async () => {
  const upload = async (accept: string) => {
    const form = new FormData();
    form.append(
      'operations',
      '{"query":"mutation ($f: Upload!) { uploadPhoto(file: $f) { id } }","variables":{"f":null}}',
    );
    form.append('map', '{"0":["variables.f"]}');
    form.append('0', new Blob([]), 'x');
    const headers = { accept, authorization: `Bearer ${keys.shop}`, 'graphql-require-preflight': '1' };
    const answer = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: form });
    const { errors } = (await answer.json()) as { errors: [{ extensions: { code: string } }] };
    return [answer.status, answer.headers.get('content-type'), errors[0].extensions.code];
  };
  expect(await upload('application/graphql-response+json,application/json;q=0.9')).toEqual([
    400,
    'application/graphql-response+json; charset=utf-8',
    'EMPTY_FILE',
  ]);
  expect(await upload('application/json')).toEqual([200, 'application/json; charset=utf-8', 'EMPTY_FILE']);
  expect(await upload('*/*')).toEqual([400, 'application/json; charset=utf-8', 'EMPTY_FILE']);
});
