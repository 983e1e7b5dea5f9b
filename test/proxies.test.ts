import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';
import { LIMITS } from '../src/kernel/limits.js';
import { type HostHandling, hasNginx, type ReverseProxy, startNginx, startProxy } from './proxy.js';
import { eventually, startToyServer, type ToyServer } from './server-fixture.js';

interface Answered {
  /** Of a query by HTTP. */
  http: number;
  /** Of the upgrade. */
  webSocket: number;
  message?: string;
}

/** What a page gets that a browser has from `origin`, by the address `host`: a query, and a WebSocket. */
async function askAs({ port }: ReverseProxy, origin: string, host: string): Promise<Answered> {
  const headers = { origin, host, 'content-type': 'application/json' };
  const [http, body] = await new Promise<[number, string]>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers }, async answer =>
      resolve([answer.statusCode ?? 0, await text(answer)]),
    );
    sent.on('error', reject).end('{"query":"{ hello }"}');
  });
  const webSocket = await new Promise<number>(resolve => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
      origin,
      headers: { host },
    });
    socket.on('error', () => {});
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
  });
  const message = http === 403 ? (JSON.parse(body).errors[0].message as string) : undefined;
  return { http, webSocket, ...(message !== undefined && { message }) };
}

const OPEN = { http: 200, webSocket: 101 };
const closed = (variable: string) => ({ http: 403, webSocket: 403, message: expect.stringContaining(variable) });
const PUBLIC = { publicUrl: 'https://photos.example' };

describe.each<[string, HostHandling, string, string, Partial<Parameters<typeof startToyServer>[0]>, object]>([
  ['a dev server that keeps Host', 'kept', 'http://localhost:5173', 'localhost:5173', {}, OPEN],
  [
    'a dev server that rewrites Host',
    'rewritten',
    'http://localhost:5173',
    'localhost:5173',
    {},
    closed('DARKROOM_ALLOWED_ORIGINS'),
  ],
  [
    'a dev server that rewrites Host, its origin allowed',
    'rewritten',
    'http://localhost:5173',
    'localhost:5173',
    { allowedOrigins: ['http://localhost:5173'] },
    OPEN,
  ],
  [
    'a public proxy that keeps Host',
    'kept',
    'https://photos.example',
    'photos.example',
    {},
    closed('DARKROOM_PUBLIC_URL'),
  ],
  [
    'a public proxy that rewrites Host',
    'rewritten',
    'https://photos.example',
    'photos.example',
    {},
    closed('DARKROOM_PUBLIC_URL'),
  ],
  [
    'a public proxy that rewrites Host, with the public URL',
    'rewritten',
    'https://photos.example',
    'photos.example',
    PUBLIC,
    OPEN,
  ],
  [
    'a public proxy with the public URL, and a page of somebody else',
    'rewritten',
    'https://evil.example',
    'photos.example',
    PUBLIC,
    closed('DARKROOM_ALLOWED_ORIGINS'),
  ],
])('%s', (_name, handling, origin, host, changes, expected) => {
  let server: ToyServer;
  let proxy: ReverseProxy;
  beforeAll(async () => {
    server = await startToyServer(changes);
    proxy = await startProxy(server.port, handling);
  });
  afterAll(async () => {
    await proxy.close();
    await server.close();
  });

  test('a page behind it is answered, or told which variable there is for it, and so is the log', async () => {
    expect(await askAs(proxy, origin, host)).toEqual(expected);
    const seenHost = handling === 'kept' ? host : `127.0.0.1:${server.port}`;
    const told = server.log.filter(({ msg }) => msg === 'a request was refused');
    expect(told).toMatchObject(expected === OPEN ? [] : [{ origin, host: seenHost }]);
  });
});

const nginxes = hasNginx ? describe : describe.skip;
const asked = hasNginx ? '' : ' (skipped: no nginx on this machine)';

nginxes(`nginx with docs/nginx.conf${asked}`, () => {
  let server: ToyServer;
  let nginx: Awaited<ReturnType<typeof startNginx>>;
  beforeAll(async () => {
    server = await startToyServer(PUBLIC);
    nginx = await startNginx(server.port);
  });
  afterAll(async () => {
    await nginx.close();
    await server.close();
  });

  test('passes on an upload of the largest file that is taken, and the refusal of a larger one', async () => {
    const upload = async (bytes: number) => {
      const form = new FormData();
      form.set(
        'operations',
        '{"query":"mutation($file: Upload!) { upload(file: $file) { bytes } }","variables":{"file":null}}',
      );
      form.set('map', '{"0":["variables.file"]}');
      form.set('0', new Blob([new Uint8Array(bytes)]), 'photo');
      const headers = { 'graphql-require-preflight': '1' };
      const answer = await fetch(`http://127.0.0.1:${nginx.port}/graphql`, { method: 'POST', headers, body: form });
      return [answer.status, await answer.text()];
    };
    const { fileBytes } = LIMITS.upload;
    expect(await upload(fileBytes)).toEqual([200, `{"data":{"upload":{"bytes":${fileBytes}}}}\n`]);
    expect(await upload(fileBytes + 1)).toEqual([413, expect.stringContaining('FILE_TOO_LARGE')]);
  });

  test('passes WebSockets on, with the Host and Origin of the browser', async () => {
    const host = `localhost:${nginx.port}`;
    expect(await askAs(nginx, `http://${host}`, host)).toEqual(OPEN);
    expect(await askAs(nginx, 'https://evil.example', host)).toEqual(closed('DARKROOM_ALLOWED_ORIGINS'));
    const socket = new WebSocket(`ws://127.0.0.1:${nginx.port}/graphql`, 'graphql-transport-ws');
    const received: unknown[] = [];
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    await new Promise<void>(resolve =>
      socket.on('message', data => {
        const message = JSON.parse(String(data));
        received.push(message.type);
        if (message.type === 'connection_ack')
          socket.send('{"type":"subscribe","id":"1","payload":{"query":"subscription { ticks(count: 3) }"}}');
        if (message.type === 'complete') resolve();
      }),
    );
    socket.close();
    expect(received).toEqual(['connection_ack', 'next', 'next', 'next', 'complete']);
  });

  test('keeps the query of a link out of its log', async () => {
    const answer = await fetch(`http://127.0.0.1:${nginx.port}/assets/known?expires=1&signature=canary`);
    expect([answer.status, await answer.text()]).toEqual([200, 'a picture']);
    const log = () => readFile(path.join(nginx.folder, 'access.log'), 'utf8');
    await eventually(async () => (await log()).includes('"GET /assets/known" 200'));
    expect(await log()).not.toContain('canary');
  });
});
