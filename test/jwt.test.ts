import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { ROOT } from '../src/kernel/paths.js';
import { eventually } from './eventually.js';
import { findIn } from './personal-traces.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const ISSUER = 'https://login.example/';
/** A subject can be an address of a person. */
const SUBJECT = 'anna.canary@school.example';
const [first, second] = [makeKey('one'), makeKey('two')];

function makeKey(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' } };
}

/** As any issuer would make it. */
function token(claims: object = {}, { kid, privateKey }: Pick<typeof first, 'kid' | 'privateKey'> = first): string {
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const own = { iss: ISSUER, aud: 'darkroom', sub: SUBJECT, tenant: 'default', scope: 'vendors:read', exp };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'ES256', kid })}.${encode({ ...own, ...claims })}`;
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let jwks: Server;
let isDown = true;
/** Of the subject in the audit trail, before the secret was rotated. */
let idBefore: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  jwks = createServer((_request, answer) => {
    if (isDown) return void answer.destroy();
    answer.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [first.jwk] }));
  });
  await once(jwks.listen(0, '127.0.0.1'), 'listening');
  server = await start();
}, 150_000);
afterAll(async () => {
  await server.kill('SIGKILL');
  jwks.close();
  await folder.remove();
});

function start(): Promise<ServerProcess> {
  return spawnServer(folder.path, {
    DARKROOM_JWT_ISSUER: ISSUER,
    DARKROOM_JWT_AUDIENCE: 'darkroom',
    DARKROOM_JWT_JWKS_URL: `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/keys`,
  });
}

async function ask(bearer: string, query = '{ viewer { id name kind } }') {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  const { data, errors = [] } = (await response.json()) as { data?: any; errors?: { extensions: { code: string } }[] };
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, data, code: errors[0]?.extensions.code, retryAfter };
}

const REFUSED = { status: 401, code: 'UNAUTHENTICATED' };
const UNAVAILABLE = { status: 503, code: 'ISSUER_UNAVAILABLE', retryAfter: '1' };

test('while the keys of the issuer were never fetched, a token is told to come again, and what is none is refused', async () => {
  expect(await ask(token())).toMatchObject(UNAVAILABLE);
  expect(await ask('letmein')).toMatchObject(REFUSED);
  expect(await ask(token({ exp: 1_000 }))).toMatchObject(REFUSED);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const init = { type: 'connection_init', payload: { authorization: `Bearer ${token()}` } };
  socket.on('open', () => socket.send(JSON.stringify(init)));
  const [code, reason] = await once(socket, 'close');
  // Not 4401, after which clients do not come again.
  expect([code, String(reason)]).toEqual([4403, 'ISSUER_UNAVAILABLE']);
});

test('an outage that begins later ends no socket and refuses no known key; only of another it cannot be told whose it is', async () => {
  isDown = false;
  await eventually(async () => (await ask(token())).status === 200);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token()}` } }));
  await once(socket, 'message');

  const unknown = token({}, { ...second });
  expect(await ask(unknown)).toMatchObject(REFUSED);
  isDown = true;
  // A set that was fetched just now has all keys that there are.
  await eventually(async () => (await ask(unknown)).status !== 401);
  expect(await ask(unknown)).toMatchObject(UNAVAILABLE);
  expect((await ask(token({ sub: 'another' }))).status).toBe(200);
  const forged = token({}, { kid: first.kid, privateKey: second.privateKey });
  expect(await ask(forged)).toMatchObject(REFUSED);
  for (const claims of [{ iss: 'https://evil.example/' }, { aud: 'x' }, { tenant: 'nobody' }, { tenant: undefined }])
    expect(await ask(token(claims))).toMatchObject(REFUSED);
  expect(socket.readyState).toBe(WebSocket.OPEN);
  socket.terminate();
  await server.logged('cannot be fetched; known ones go on');
  expect(server.log()).not.toContain('/keys');
}, 150_000);

test('a subject stands in the audit trail as an HMAC, by which its acts are found, and nowhere else', async () => {
  const bearer = token({ scope: 'persons:manage audit:read' });
  const { viewer } = (await ask(bearer)).data;
  expect(viewer).toEqual({ kind: 'JWT', id: expect.stringMatching(/^jwt_[\w-]{22}$/), name: SUBJECT });
  idBefore = viewer.id;
  expect((await ask(bearer, '{ exportPerson(reference: "order 7") { complete } }')).code).toBeUndefined();
  const trail = (filter: string) =>
    ask(bearer, `{ auditTrail(filter: { ${filter} }) { nodes { actorKind actorId } } }`);
  const nodes = (await trail(`actorSubject: "${SUBJECT}"`)).data.auditTrail.nodes;
  expect(nodes).toEqual([{ actorKind: 'JWT', actorId: viewer.id }]);
  expect((await trail(`actorId: "${viewer.id}"`)).data.auditTrail.nodes).toEqual(nodes);
  expect((await trail('actorSubject: "somebody else"')).data.auditTrail.nodes).toEqual([]);
  await server.kill('SIGTERM');
  expect(findIn(folder.path, server.log(), [SUBJECT, 'anna.canary'])).toEqual([]);
  // The search can find.
  expect(findIn(folder.path, server.log(), [viewer.id])).not.toEqual([]);
}, 150_000);

test('after a rotation, and without the secret of before, the acts of a subject are found with those of now', async () => {
  await promisify(execFile)(process.execPath, [path.join(ROOT, 'dist', 'src', 'maintenance', 'rotate-secret.js')], {
    env: { PATH: process.env.PATH ?? '', DARKROOM_DATA_DIR: folder.path },
  });
  await rm(path.join(folder.path, 'secret.previous'));
  isDown = false;
  server = await start();
  const bearer = token({ scope: 'persons:manage audit:read' });
  await ask(bearer, '{ exportPerson(reference: "order 8") { complete } }');
  const query = `{ viewer { id } auditTrail(filter: { actorSubject: "${SUBJECT}" }) { nodes { act actorId } } }`;
  const { viewer, auditTrail } = (await ask(bearer, query)).data;
  const exported = { act: 'PERSON_EXPORTED' };
  expect(viewer.id).not.toBe(idBefore);
  expect(auditTrail.nodes).toEqual([
    { ...exported, actorId: viewer.id },
    { ...exported, actorId: idBefore },
  ]);
}, 150_000);
