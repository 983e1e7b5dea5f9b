import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { guardOrigins } from './cross-origin.js';
import { Gate } from './gate.js';
import { createErrorHandler } from './http-error.js';
import { createErrorPresenter } from './present-error.js';
import { RefusalLog } from './refusal-log.js';
import { TrustedProxies } from './trusted-proxies.js';

const allowedOrigins = ['https://kiosk.example', 'https://hr.example', 'capacitor://localhost'];
let ran = 0;
let app: FastifyInstance;
beforeAll(() => {
  app = fastify({ logger: false });
  app.setErrorHandler(createErrorHandler(createErrorPresenter(pino({ level: 'silent' }))));
  guardOrigins(
    app,
    new Gate({ isOpen: () => true, allowedOrigins }, new TrustedProxies([]), new RefusalLog(pino({ level: 'silent' }))),
    allowedOrigins,
  );
  for (const url of ['/graphql', '/health/live']) {
    app.all(url, { exposeHeadRoute: false }, async request => {
      if (request.method !== 'OPTIONS') ran++;
      return {};
    });
  }
});
beforeEach(() => {
  ran = 0;
});
afterAll(() => app.close());

const host = '127.0.0.1:4000';
const post = (headers: Record<string, string>, url = '/graphql' as const) =>
  app.inject({ method: 'POST', url, headers: { host, ...headers } });

test('a page of an allowed origin is answered and may read it', async () => {
  const { statusCode, headers } = await post({ origin: 'https://hr.example' });
  expect([statusCode, headers['access-control-allow-origin'], headers.vary]).toEqual([
    200,
    'https://hr.example',
    'Origin',
  ]);
  expect(headers['access-control-allow-credentials']).toBeUndefined();
  expect(headers['access-control-expose-headers']).toBe('retry-after, ratelimit, ratelimit-policy');
});

test('an app in a web view is answered by its own scheme, and no other app', async () => {
  const app = await post({ origin: 'capacitor://localhost' });
  expect([app.statusCode, app.headers['access-control-allow-origin']]).toEqual([200, 'capacitor://localhost']);
  for (const origin of ['ionic://localhost', 'null']) expect((await post({ origin })).statusCode).toBe(403);
});

test('our own pages and programs need no permission, and none is written', async () => {
  for (const headers of [{}, { origin: `http://${host}` }]) {
    const answer = await post(headers);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    // A cache must not give this answer to a page of an allowed origin.
    expect(answer.headers.vary).toBe('Origin');
  }
});

test('a foreign page is refused before its request runs', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { host: 'evil.example' }]) {
    const { statusCode, headers: answered } = await post(headers);
    expect([statusCode, answered['access-control-allow-origin']]).toEqual([403, undefined]);
  }
  expect(ran).toBe(0);
});

test('a preflight is answered for an allowed origin with what it may send, and refused for others', async () => {
  const preflight = (origin: string) =>
    app.inject({
      method: 'OPTIONS',
      url: '/graphql',
      headers: { host, origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-other' },
    });
  const { statusCode, headers } = await preflight('https://kiosk.example');
  expect(statusCode).toBe(204);
  expect(headers).toMatchObject({
    'access-control-allow-origin': 'https://kiosk.example',
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-max-age': '600',
  });
  // One by one: what a client sends and is not listed here, its browser refuses to send.
  expect(String(headers['access-control-allow-headers']).split(', ').sort()).toEqual([
    'accept-language',
    'apollo-require-preflight',
    'apollographql-client-name',
    'apollographql-client-version',
    'authorization',
    'content-type',
    'graphql-preflight',
    'graphql-require-preflight',
    'traceparent',
    'tracestate',
    'x-apollo-operation-name',
    'x-request-id',
  ]);
  expect((await preflight('https://evil.example')).statusCode).toBe(403);
});

test('an OPTIONS request that is no preflight gets no page of text', async () => {
  const { statusCode, body } = await app.inject({ method: 'OPTIONS', url: '/graphql', headers: { host } });
  expect([statusCode, body]).toEqual([204, '']);
});

test('health is open to every origin, and still not to every Host', async () => {
  const probe = (headers: Record<string, string>) => app.inject({ url: '/health/live', headers: { host, ...headers } });
  expect((await probe({ origin: 'https://monitor.example' })).statusCode).toBe(200);
  expect((await probe({ host: 'evil.example' })).statusCode).toBe(403);
});
