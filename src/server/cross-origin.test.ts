import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { guardOrigins } from './cross-origin.js';
import { Gate } from './gate.js';
import { createErrorHandler } from './http-error.js';
import { createErrorPresenter } from './present-error.js';

const allowedOrigins = ['https://kiosk.example', 'https://hr.example'];
let ran = 0;
let app: FastifyInstance;
beforeAll(() => {
  app = fastify({ logger: false });
  app.setErrorHandler(createErrorHandler(createErrorPresenter(pino({ level: 'silent' }))));
  guardOrigins(app, new Gate({ isOpen: () => true, allowedOrigins }), allowedOrigins);
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
    'access-control-allow-headers': expect.stringMatching(/^content-type, authorization, apollo-require-preflight/),
    'access-control-max-age': '600',
  });
  expect(headers['access-control-allow-headers']).not.toContain('x-other');
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
