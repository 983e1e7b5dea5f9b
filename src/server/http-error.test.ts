import { Duplex } from 'node:stream';
import fastify from 'fastify';
import { pino } from 'pino';
import { shapeOf } from '../../test/server-fixture.js';
import { DarkroomError } from '../kernel/errors.js';
import { createClientErrorHandler, createErrorHandler } from './http-error.js';
import { createErrorPresenter } from './present-error.js';

const present = createErrorPresenter(pino({ level: 'silent' }));

async function answerTo(error: unknown) {
  const app = fastify({ logger: false });
  app.setErrorHandler(createErrorHandler(present));
  app.get('/', async () => {
    throw error;
  });
  const { statusCode, headers, body } = await app.inject({ url: '/', headers: { 'accept-language': 'zh' } });
  return { status: statusCode, headers, errors: JSON.parse(body).errors };
}

test('an error has the status of its code, the language of the caller, and no cache keeps it', async () => {
  const { status, headers, errors } = await answerTo(new DarkroomError('PHOTO_GONE'));
  expect(status).toBe(410);
  expect(errors).toEqual([shapeOf('PHOTO_GONE', 'zh')]);
  expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
});

test("a library's 4xx keeps its message; its 5xx and everything else is INTERNAL", async () => {
  const refused = await answerTo(Object.assign(new Error('Too much.'), { statusCode: 413 }));
  expect([refused.status, refused.errors[0].extensions.code, refused.errors[0].message]).toEqual([
    413,
    'BODY_TOO_LARGE',
    'Too much.',
  ]);
  for (const error of [Object.assign(new Error('SELECT secret'), { statusCode: 503 }), new Error('SELECT secret')]) {
    const { status, errors } = await answerTo(error);
    expect(status).toBe(500);
    expect(errors).toEqual([shapeOf('INTERNAL', 'zh')]);
  }
});

class Peer extends Duplex {
  received = '';
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.received += chunk;
    done();
  }
}

test.each([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'REQUEST_TIMEOUT'],
  ['HPE_HEADER_OVERFLOW', 431, 'HEADERS_TOO_LARGE'],
  ['HPE_INVALID_METHOD', 400, 'BAD_REQUEST'],
] as const)("Node's %s is answered %i %s, and the connection ends", async (code, status, ours) => {
  const peer = new Peer();
  const closed = new Promise(resolve => peer.once('close', resolve));
  createClientErrorHandler(present)(Object.assign(new Error(), { code }), peer);
  await closed;
  const [head = '', body = ''] = peer.received.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [A-Z]`));
  expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`);
  expect(JSON.parse(body)).toEqual({ errors: [shapeOf(ours, 'en')] });
});

test('a connection that is gone is written no answer', () => {
  const peer = new Peer();
  createClientErrorHandler(present)(Object.assign(new Error(), { code: 'ECONNRESET' }), peer);
  expect([peer.destroyed, peer.received]).toEqual([true, '']);
});
