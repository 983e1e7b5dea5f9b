import WebSocket from 'ws';
import { openPglite } from '../src/store/drivers/pglite.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { silentLog } from './store-setup.js';
import { ask, CREATE, type Keys, makeKeys, makeTaskToken, PORTRAIT, SECRET } from './token-house.js';

jest.setTimeout(150_000);

const ELSEWHERE = 'https://kiosk.example';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let keys: Keys;

beforeAll(async () => {
  folder = await temporaryFolder();
  const database = await openPglite({ directory: folder.path, log: silentLog });
  keys = await makeKeys(database);
  await database.close();
  server = await spawnServer(folder.path, {
    DARKROOM_SECRET: SECRET,
    DARKROOM_ALLOWED_ORIGINS: ELSEWHERE,
    DARKROOM_TRUST_PROXY: 'loopback',
  });
}, 150_000);
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

const session = (method: string, headers: Record<string, string>) =>
  fetch(`${server.url}/session`, { method, headers });

async function signIn(key: string): Promise<string> {
  const response = await session('POST', { origin: server.url, authorization: `Bearer ${key}` });
  expect(response.status).toBe(204);
  return response.headers.get('set-cookie')!;
}

const pairOf = (cookie: string) => cookie.split(';')[0]!;

async function post(headers: Record<string, string>, query = '{ viewer { name } }') {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, text: await response.text() };
}

/** 4401, or `open` once it is acknowledged. */
function connect(headers: Record<string, string>): {
  socket: WebSocket;
  outcome: Promise<number | 'open'>;
  closed: Promise<number>;
} {
  const socket = new WebSocket(server.url.replace('http', 'ws').concat('/graphql'), 'graphql-transport-ws', {
    headers,
  });
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('error', () => {});
  const closed = new Promise<number>(resolve => socket.once('close', resolve));
  const opened = new Promise<'open'>(resolve => socket.once('message', () => resolve('open')));
  return { socket, closed, outcome: Promise.race([opened, closed]) };
}

test('a page shows its key once, and gets a cookie that no script can read and no other site is sent with', async () => {
  const cookie = await signIn(keys.all);
  expect(cookie).toMatch(/^darkroom=v1\.[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43\d{3}$/);
  expect(cookie).not.toContain(keys.all.slice(3));
  expect((await post({ origin: server.url, cookie: pairOf(cookie) })).text).toContain('"name":"all"');
});

test('behind https the cookie is Secure, for this host alone, and one of http is not taken', async () => {
  const https = { 'x-forwarded-proto': 'https', origin: server.url.replace('http', 'https') };
  const response = await session('POST', { ...https, authorization: `Bearer ${keys.all}` });
  const cookie = response.headers.get('set-cookie')!;
  expect(cookie).toMatch(/^__Host-darkroom=.*; Secure$/);
  expect((await post({ ...https, cookie: pairOf(cookie) })).text).toContain('"name":"all"');
  const plain = pairOf(await signIn(keys.all));
  expect((await post({ ...https, cookie: plain })).status).toBe(401);
});

test('a cookie counts for pages of this server alone: not without an Origin, and not for one that may call with a key', async () => {
  const cookie = pairOf(await signIn(keys.all));
  expect((await post({ cookie })).status).toBe(401);
  expect((await post({ cookie, origin: ELSEWHERE })).status).toBe(401);
  expect((await post({ cookie, origin: 'https://evil.example' })).status).toBe(403);
  const read = await fetch(`${server.url}/graphql?query=${encodeURIComponent('{ viewer { name } }')}`, {
    headers: { cookie },
  });
  expect(read.status).toBe(401);
  expect(await connect({ cookie }).outcome).toBe(4401);
  expect(await connect({ cookie, origin: ELSEWHERE }).outcome).toBe(4401);
});

test('no page of elsewhere signs its visitor in or out, and neither does a program', async () => {
  const authorization = `Bearer ${keys.all}`;
  for (const headers of [{ authorization }, { authorization, origin: ELSEWHERE }] as Record<string, string>[])
    for (const method of ['POST', 'DELETE']) {
      const response = await session(method, headers);
      expect([method, response.status, response.headers.get('set-cookie')]).toEqual([method, 403, null]);
    }
});

test('a wrong key, no key, and a token for browsers start no session', async () => {
  const { data } = await ask(server.url, keys.shop, CREATE, { photo: PORTRAIT.toString('base64') });
  const token = await makeTaskToken(server.url, keys.shop, data!.task.id);
  const start = (headers: Record<string, string>) => session('POST', { origin: server.url, ...headers });
  expect((await start({})).status).toBe(401);
  expect((await start({ authorization: `Bearer dk_${'x'.repeat(43)}` })).status).toBe(401);
  expect((await start({ authorization: `Bearer ${token}` })).status).toBe(403);
});

test('signing out takes the cookie away', async () => {
  const response = await session('DELETE', { origin: server.url });
  expect(response.status).toBe(204);
  expect(response.headers.get('set-cookie')).toMatch(/^darkroom=; .*Max-Age=0$/);
});

test('a key that is revoked ends its sessions: the next request, and an open socket', async () => {
  const made = await ask(
    server.url,
    keys.all,
    'mutation { createApiKey(input: { name: "short", scopes: [TASKS_READ] }) { key apiKey { id } } }',
  );
  const { key, apiKey } = made.data!.createApiKey;
  const cookie = pairOf(await signIn(key));
  const headers = { origin: server.url, cookie };
  const { outcome, closed } = connect(headers);
  expect(await outcome).toBe('open');
  await ask(server.url, keys.all, 'mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: apiKey.id });
  expect(await closed).toBe(4401);
  expect((await post(headers)).status).toBe(401);
});

test('a key in the Authorization goes before the cookie', async () => {
  const cookie = pairOf(await signIn(keys.all));
  const { text } = await post({ origin: server.url, cookie, authorization: `Bearer ${keys.shop}` });
  expect(text).toContain('"name":"shop"');
});

test('nothing of a key or a session stands in the log', async () => {
  const cookie = pairOf(await signIn(keys.all));
  await post({ origin: server.url, cookie });
  expect(server.log()).not.toContain(cookie.slice(20, 60));
  expect(server.log()).not.toContain(keys.all.slice(3));
});
