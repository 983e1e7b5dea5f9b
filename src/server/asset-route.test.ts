import { Readable } from 'node:stream';
import fastify from 'fastify';
import { pino } from 'pino';
import { shapeOf } from '../../test/server-fixture.js';
import { DarkroomError } from '../kernel/errors.js';
import { addAssetRoute } from './asset-route.js';
import { createErrorHandler } from './http-error.js';
import { createErrorPresenter } from './present-error.js';

function serve(readAsset: Parameters<typeof addAssetRoute>[1]) {
  const app = fastify({ logger: false });
  app.setErrorHandler(createErrorHandler(createErrorPresenter(pino({ level: 'silent' }))));
  addAssetRoute(app, readAsset);
  return app;
}

test('GET sends the picture; HEAD sends its headers and lets go of the file', async () => {
  const bodies: Readable[] = [];
  const app = serve(async () => {
    const body = Readable.from([Buffer.from('photo')]);
    bodies.push(body);
    return { headers: { 'content-type': 'image/png', 'content-length': '5' }, body };
  });
  const got = await app.inject('/assets/a');
  expect([got.statusCode, got.headers['content-type'], got.body]).toEqual([200, 'image/png', 'photo']);
  const head = await app.inject({ method: 'HEAD', url: '/assets/a' });
  expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '5', '']);
  expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test('the id and the first value of each parameter are asked for', async () => {
  const asked: unknown[] = [];
  const app = serve(async (...given) => {
    asked.push(given);
    throw new DarkroomError('LINK_INVALID');
  });
  await app.inject('/assets/asset_1?signature=a&signature=b&expires=7');
  expect(asked).toEqual([['asset_1', { signature: 'a', expires: '7' }]]);
});

test.each([
  ['LINK_INVALID', 403],
  ['LINK_EXPIRED', 403],
  ['PHOTO_GONE', 410],
] as const)('%s is answered %i in the shape of all errors', async (code, status) => {
  const app = serve(async () => {
    throw new DarkroomError(code);
  });
  const { statusCode, body, headers } = await app.inject({ url: '/assets/a', headers: { 'accept-language': 'zh' } });
  expect(statusCode).toBe(status);
  expect(JSON.parse(body)).toEqual({ errors: [shapeOf(code, 'zh')] });
  expect(headers['cache-control']).toBe('no-store');
});
