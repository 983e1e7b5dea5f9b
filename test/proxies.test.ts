import { readFile } from 'node:fs/promises';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { request as requestByTls } from 'node:https';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';
import { DarkroomError } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';
import { eventually } from './eventually.js';
import { findIn } from './personal-traces.js';
import {
  type HostHandling,
  hasProxy,
  type ProxyProgram,
  type ReverseProxy,
  startProxy,
  startTlsProxy,
  type TlsProxy,
} from './proxy.js';
import { startToyServer, type ToyServer } from './server-fixture.js';

interface Answered {
  /** Of a query by HTTP. */
  http: number;
  /** Of the upgrade. */
  webSocket: number;
  message?: string;
}

/** Every page of these tests shows it; servers without keys do not look at it. */
const KEY = 'Bearer dk_canary';

type Door = ReverseProxy & { readonly certificate?: string };

/** By TLS where the proxy has a certificate. */
async function send(
  { port, certificate }: Door,
  { body, ...options }: { method: string; path: string; headers: OutgoingHttpHeaders; body?: string | Uint8Array },
): Promise<[status: number, body: string]> {
  return new Promise((resolve, reject) => {
    const asked = { host: '127.0.0.1', port, ...options };
    const tls = { ...asked, ca: certificate, servername: 'photos.example.com' };
    const sent = certificate === undefined ? request(asked) : requestByTls(tls);
    sent.on('response', async answer => resolve([answer.statusCode ?? 0, await text(answer)]));
    sent.on('error', reject).end(body);
  });
}

/** What a page gets that a browser has from `origin`, by the address `host`: a query, and a WebSocket. */
async function askAs(door: Door, origin: string, host: string): Promise<Answered> {
  const headers = { origin, host, 'content-type': 'application/json', authorization: KEY };
  const [http, body] = await send(door, { method: 'POST', path: '/graphql', headers, body: '{"query":"{ hello }"}' });
  const webSocket = await new Promise<number>(resolve => {
    const socket = openSocket(door, { origin, headers: { host } });
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

function openSocket({ port, certificate }: Door, options: WebSocket.ClientOptions): WebSocket {
  const scheme = certificate === undefined ? 'ws' : 'wss';
  const tls = certificate === undefined ? {} : { ca: certificate, servername: 'photos.example.com' };
  return new WebSocket(`${scheme}://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { ...options, ...tls });
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

describe.each<[HostHandling]>([['kept'], ['rewritten']])(
  'a proxy that tells of its clients, with Host %s',
  handling => {
    const PAGE = ['https://photos.example', 'photos.example'] as const;
    const keyed = { isOpen: () => false };
    async function ask(changes: Parameters<typeof startToyServer>[0], origin: string) {
      const server = await startToyServer(changes);
      const proxy = await startProxy(server.port, handling, true);
      const answered = await askAs(proxy, origin, PAGE[1]);
      await proxy.close();
      await server.close();
      const refused = server.log.filter(({ msg }) => msg === 'a request was refused');
      const line = server.log.find(({ msg, status }) => msg === 'request' && status === 403);
      return { answered, refused, client: line?.client };
    }

    test('is believed where DARKROOM_TRUST_PROXY lists it: its pages are our own, and no others', async () => {
      const trusting = { ...keyed, trustProxy: ['loopback'] };
      expect((await ask(trusting, PAGE[0])).answered).toEqual(OPEN);
      const { answered, refused, client } = await ask(trusting, 'https://evil.example');
      expect(answered).toEqual(closed('DARKROOM_ALLOWED_ORIGINS'));
      expect(refused).toMatchObject([{ forwardedHost: 'photos.example', client: '203.0.113.7' }]);
      expect(client).toBe('203.0.113.7');
    });

    test('is not believed where it is not listed, nor opens a server without keys', async () => {
      for (const trustProxy of [[], ['203.0.113.0/24']]) {
        const { answered, refused, client } = await ask({ ...keyed, trustProxy }, PAGE[0]);
        expect(answered).toEqual(closed('DARKROOM_PUBLIC_URL'));
        expect(refused).toMatchObject([{ client: '127.0.0.1' }]);
        expect(refused[0]).not.toHaveProperty('forwardedHost');
        expect(client).toBe('127.0.0.1');
      }
      expect((await ask({ trustProxy: ['loopback'] }, PAGE[0])).answered).toEqual(closed('DARKROOM_PUBLIC_URL'));
    });
  },
);

describe.each<{
  program: ProxyProgram;
  file: string;
  client: string;
  said: (path: string, status: number) => string[];
}>([
  {
    program: 'nginx',
    file: 'deploy/nginx.conf',
    // It adds its own client, 127.0.0.1, which is on the list too: what stands before it counts.
    client: '203.0.113.7',
    said: (path, status) => [`"GET ${path}" ${status}`],
  },
  {
    program: 'caddy',
    file: 'deploy/Caddyfile',
    // It believes no client.
    client: '127.0.0.1',
    said: (path, status) => [`"uri":"${path}"`, `"status":${status}`],
  },
])('$program with $file', ({ program, client, said }) => {
  if (!hasProxy(program)) {
    test.skip(`skipped: no ${program} on this machine`, () => {});
    return;
  }
  const PAGE = { origin: 'https://photos.example.com', host: 'photos.example.com' };
  let server: ToyServer;
  let proxy: TlsProxy;
  beforeAll(async () => {
    server = await startToyServer({
      // No DARKROOM_PUBLIC_URL: what the proxy tells has to be enough to know our own pages.
      trustProxy: ['loopback'],
      isOpen: () => false,
      context: ({ headers, connectionParams }) => {
        if ((connectionParams?.authorization ?? headers.authorization) === KEY) return {};
        throw new DarkroomError('UNAUTHENTICATED');
      },
    });
    proxy = await startTlsProxy(program, server.port);
  });
  afterAll(async () => {
    await proxy.close();
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
      const sent = new Response(form);
      const headers = {
        ...PAGE,
        authorization: KEY,
        'graphql-require-preflight': '1',
        'content-type': sent.headers.get('content-type')!,
      };
      return send(proxy, { method: 'POST', path: '/graphql', headers, body: new Uint8Array(await sent.arrayBuffer()) });
    };
    const { fileBytes } = LIMITS.upload;
    expect(await upload(fileBytes)).toEqual([200, `{"data":{"upload":{"bytes":${fileBytes}}}}\n`]);
    expect(await upload(fileBytes + 1)).toEqual([413, expect.stringContaining('FILE_TOO_LARGE')]);
  });

  test('passes on keys, and of whoever has none the address', async () => {
    const ask = (headers: OutgoingHttpHeaders) =>
      send(proxy, {
        method: 'POST',
        path: '/graphql',
        headers: { ...PAGE, 'content-type': 'application/json', ...headers },
        body: '{"query":"{ hello }"}',
      });
    expect((await ask({ authorization: KEY }))[0]).toBe(200);
    expect((await ask({ 'x-forwarded-for': '203.0.113.7' }))[0]).toBe(401);
    await eventually(() => server.log.some(line => line.status === 401 && line.client === client));
  });

  test('passes WebSockets on, with the Host and Origin of the browser', async () => {
    expect(await askAs(proxy, PAGE.origin, PAGE.host)).toEqual(OPEN);
    expect(await askAs(proxy, 'https://evil.example', PAGE.host)).toEqual(closed('DARKROOM_ALLOWED_ORIGINS'));
    const socket = openSocket(proxy, { headers: { host: PAGE.host } });
    const received: unknown[] = [];
    const init = { type: 'connection_init', payload: { authorization: KEY } };
    socket.on('open', () => socket.send(JSON.stringify(init)));
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

  test('keeps the query of a link out of its logs, also where it has an error to tell', async () => {
    const get = (query: string) =>
      send(proxy, { method: 'GET', path: `/assets/known?${query}`, headers: { host: PAGE.host } });
    expect(await get('expires=1&signature=canary')).toEqual([200, 'a picture']);
    const log = () => readFile(path.join(proxy.folder, 'darkroom.log'), 'utf8');
    const isSaid = async (status: number) => {
      const lines = (await log()).split('\n');
      return lines.some(line => said('/assets/known', status).every(part => line.includes(part)));
    };
    await eventually(() => isSaid(200));
    await server.close();
    expect((await get('signature=canary'))[0]).toBe(502);
    await eventually(() => isSaid(502));
    expect(findIn(proxy.folder, '', ['canary'])).toEqual([]);
    expect(findIn(proxy.folder, '', ['/assets/known'])).toEqual(['text 0 in darkroom.log']);
  });
});
