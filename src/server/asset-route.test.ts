import { connect } from 'node:net';
import { Readable } from 'node:stream';
import fastify from 'fastify';
import { pino } from 'pino';
import { eventually } from '../../test/eventually.js';
import { shapeOf } from '../../test/server-fixture.js';
import { DarkroomError } from '../kernel/errors.js';
import { addAssetRoute } from './asset-route.js';
import { createErrorHandler } from './http-error.js';
import { createErrorPresenter } from './present-error.js';

function serve(readAsset: Parameters<typeof addAssetRoute>[1], limits?: Parameters<typeof addAssetRoute>[2]) {
  const app = fastify({ logger: false });
  app.setErrorHandler(createErrorHandler(createErrorPresenter(pino({ level: 'silent' }))));
  addAssetRoute(app, readAsset, limits);
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

describe('downloads at a time', () => {
  const limits = { downloadsPerLink: 2, downloadsPerTenant: 3, downloads: 4, stalledMs: 60_000 };
  const open: Readable[] = [];
  let url: string;
  let app: ReturnType<typeof serve>;
  beforeAll(async () => {
    app = serve(async id => {
      const body = new Readable({ read() {} });
      open.push(body);
      body.push('a first byte');
      return { headers: { 'content-type': 'image/png' }, body, account: { caller: id, tenant: id[0]! } };
    }, limits);
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  /** A download that has begun, and does not end before `end` is called. */
  const begin = async (id: string) => {
    const answer = await fetch(`${url}/assets/${id}`);
    const body = open.at(-1)!;
    return { status: answer.status, answer, end: () => body.push(null) };
  };

  test('of one link, of one tenant, and of all: one too many is told when to come again, one that ended makes room', async () => {
    const first = await begin('a1');
    const others = [await begin('a1'), await begin('a2')];
    expect([first, ...others].map(({ status }) => status)).toEqual([200, 200, 200]);
    const full = await begin('a1');
    expect([full.status, full.answer.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await full.answer.json()).toEqual({ errors: [{ ...shapeOf('QUOTA_EXCEEDED', 'en') }] });
    expect(open.at(-1)!.destroyed).toBe(true);
    expect((await begin('a3')).status).toBe(429);
    const theirs = await begin('b1');
    expect([theirs.status, (await begin('b2')).status]).toEqual([200, 503]);
    first.end();
    await first.answer.arrayBuffer();
    const next = await begin('a1');
    expect(next.status).toBe(200);
    for (const each of [...others, theirs, next]) each.end();
    for (const each of [...others, theirs, next]) await each.answer.arrayBuffer();
  });

  test('a reader that is gone makes room', async () => {
    const gone = new AbortController();
    const held = [
      await fetch(`${url}/assets/c1`, { signal: gone.signal }),
      await fetch(`${url}/assets/c1`, { signal: gone.signal }),
    ];
    expect(held.map(({ status }) => status)).toEqual([200, 200]);
    expect((await begin('c1')).status).toBe(429);
    gone.abort();
    await eventually(async () => (await begin('c1')).status === 200);
  });
});

test('a download whose reader takes nothing is ended', async () => {
  let body: Readable | undefined;
  const app = serve(
    async () => {
      body = new Readable({
        read() {
          this.push(Buffer.alloc(65_536));
        },
      });
      return { headers: { 'content-type': 'image/png' }, body };
    },
    { downloadsPerLink: 1, downloadsPerTenant: 1, downloads: 1, stalledMs: 100 },
  );
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1', () => socket.write('GET /assets/a HTTP/1.1\r\nHost: x\r\n\r\n'));
  socket.on('error', () => {});
  socket.pause();
  await eventually(() => body?.destroyed === true);
  socket.destroy();
  await app.close();
});
