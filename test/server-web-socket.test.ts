import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { DarkroomError } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';
import { eventually } from './eventually.js';
import { fakeTimeouts } from './fake-time.js';
import { RawClient, startToyServer, type ToyServer } from './server-fixture.js';

/** The answer to an upgrade that was refused. */
function refusal(
  server: ToyServer,
  options: WebSocket.ClientOptions,
  path = '/graphql',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, 'graphql-transport-ws', options);
    socket.on('open', () => reject(new Error('The server accepted the WebSocket.')));
    socket.on('error', () => {});
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', chunk => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}

afterEach(() => jest.useRealTimers());

describe('the WebSocket server', () => {
  let server: ToyServer;
  beforeAll(async () => {
    server = await startToyServer({ allowedOrigins: ['https://kiosk.example'] });
  });
  afterAll(() => server.close());

  it('serves a subscription to its end, and queries, to the client of graphql-ws', async () => {
    const client = createClient({ url: `ws://127.0.0.1:${server.port}/graphql`, webSocketImpl: WebSocket });
    const seen: unknown[] = [];
    for await (const { data } of client.iterate({ query: 'subscription { ticks(count: 3) }' })) seen.push(data?.ticks);
    for await (const { data } of client.iterate({ query: '{ hello }' })) seen.push(data?.hello);
    await client.dispose();
    expect(seen).toEqual(['0', '1', '2', 'hello you']);
    await eventually(() => server.seen.subscriptions === 0);
  });

  it('ends the source of a subscription when the client completes it, or leaves', async () => {
    const client = await new RawClient(server).opened();
    client.subscribe('a', 'subscription { forever }');
    await client.next();
    expect(server.seen.subscriptions).toBe(1);
    client.send({ type: 'complete', id: 'a' });
    await eventually(() => server.seen.subscriptions === 0);
    client.subscribe('b', 'subscription { forever }');
    await client.next();
    client.socket.terminate();
    await eventually(() => server.seen.subscriptions === 0);
  });

  it('holds documents to the limits of HTTP', async () => {
    const client = await new RawClient(server).opened();
    client.subscribe('a', `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: hello`).join(' ')} }`);
    expect(await client.next()).toMatchObject({
      type: 'error',
      id: 'a',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    client.subscribe('b', '{ nothing }');
    expect(await client.next()).toMatchObject({
      type: 'error',
      id: 'b',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    client.subscribe('c', '{');
    expect(await client.next()).toMatchObject({
      type: 'error',
      id: 'c',
      payload: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }],
    });
    client.socket.close();
  });

  it('keeps the inside of an unexpected error to itself', async () => {
    const client = await new RawClient(server).opened();
    for (const query of ['subscription { broken }', '{ boom }']) {
      client.subscribe(query, query);
      const message = JSON.stringify(await client.next());
      expect(message).toContain('"code":"INTERNAL"');
      expect(message).not.toMatch(/secret|SELECT/);
      expect((await client.next()).type).toBe('complete');
    }
    client.socket.close();
  });

  it('refuses the 51st operation on a socket and keeps the 50', async () => {
    const client = await new RawClient(server).opened();
    for (let i = 1; i <= LIMITS.webSocket.subscriptionsPerSocket + 1; i++)
      client.subscribe(String(i), 'subscription { forever }');
    let message = await client.next();
    while (message.type === 'next') message = await client.next();
    expect(message).toMatchObject({ type: 'error', id: '51', payload: [{ extensions: { code: 'OVERLOADED' } }] });
    await eventually(() => server.seen.subscriptions === 50);
    client.socket.close();
    await eventually(() => server.seen.subscriptions === 0);
  });

  it('takes a message of 64 KiB and closes with 1009 on one byte more', async () => {
    const client = await new RawClient(server).opened();
    const message = (bytes: number) => {
      const empty = JSON.stringify({ type: 'ping', payload: { text: '' } }).length;
      return JSON.stringify({ type: 'ping', payload: { text: 'a'.repeat(bytes - empty) } });
    };
    client.send(message(LIMITS.webSocket.messageBytes));
    expect((await client.next()).type).toBe('pong');
    client.send(message(LIMITS.webSocket.messageBytes + 1));
    expect([await client.closed, client.reason]).toEqual([
      1009,
      'A message may have at most 65536 bytes; send photos over HTTP',
    ]);
  });

  it('closes with 4408 when no connection_init comes', async () => {
    fakeTimeouts();
    const client = await new RawClient(server).opened(false);
    jest.advanceTimersByTime(LIMITS.webSocket.connectionInitMs);
    expect(await client.closed).toBe(4408);
  });

  it.each([
    ['a subscription before connection_init', 4401, ['{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}']],
    ['two connection_init', 4429, ['{"type":"connection_init"}', '{"type":"connection_init"}']],
    ['garbage', 4400, ['garbage']],
    ['JSON that is no message', 4400, ['{"type":"none"}']],
    [
      'one id twice',
      4409,
      [
        '{"type":"connection_init"}',
        '{"type":"subscribe","id":"1","payload":{"query":"subscription { forever }"}}',
        '{"type":"subscribe","id":"1","payload":{"query":"subscription { forever }"}}',
      ],
    ],
  ])('closes on %s with %i', async (_name, code, messages) => {
    const client = await new RawClient(server).opened(false);
    for (const [index, message] of messages.entries()) {
      if (index > 0) await client.next();
      client.send(message);
    }
    expect(await client.closed).toBe(code);
  });

  it('closes with 4406 on another subprotocol', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`);
    expect(await new Promise(resolve => socket.once('close', resolve))).toBe(4406);
  });

  it('closes on a client that stopped reading, and the others miss nothing', async () => {
    const stalled = await new RawClient(server).opened();
    stalled.socket.pause();
    for (let i = 0; i < 40; i++) stalled.subscribe(String(i), 'subscription { ticks(count: 200, bytes: 200000) }');
    const healthy = createClient({ url: `ws://127.0.0.1:${server.port}/graphql`, webSocketImpl: WebSocket });
    let received = 0;
    for await (const { data } of healthy.iterate({ query: 'subscription { ticks(count: 500, bytes: 100) }' })) {
      if (data) received++;
    }
    expect(received).toBe(500);
    await eventually(() => server.seen.subscriptions === 0);
    await healthy.dispose();
    stalled.socket.terminate();
    expect(server.log.some(line => line.msg === 'a WebSocket is closed: its client reads too slowly')).toBe(true);
  });

  it('refuses the upgrade of a foreign Origin, a foreign Host and another path', async () => {
    const foreign = await refusal(server, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(JSON.parse(foreign.body).errors[0].extensions.code).toBe('FORBIDDEN_ORIGIN');
    expect((await refusal(server, { origin: 'http://localhost:3000' })).status).toBe(403);
    expect((await refusal(server, { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await refusal(server, {}, '/other')).status).toBe(404);
    for (const origin of [`http://localhost:${server.port}`, 'https://kiosk.example']) {
      const client = await new RawClient(server, { origin }).opened();
      client.socket.close();
    }
  });
});

describe('the language of a WebSocket', () => {
  it.each([
    [{ language: 'zh' }, 'en', 'zh'],
    [{ language: 'zh-CN' }, 'en', 'zh'],
    [{ language: 'en-US' }, 'zh', 'en'],
    [{ language: 'fr' }, 'zh', 'zh'],
    [{ language: 7 }, 'zh', 'zh'],
    [undefined, 'zh', 'zh'],
    [undefined, '', 'en'],
  ])(
    'connectionParams %j with the header "%s": %s, for the socket and each of its operations',
    async (payload, header, language) => {
      const asked: string[] = [];
      const server = await startToyServer({ context: source => ({ asked: asked.push(source.language) }) });
      const client = await new RawClient(server, { headers: { 'accept-language': header } }).opened(true, payload);
      for (const id of ['1', '2']) {
        client.subscribe(id, '{ hello }');
        await client.next();
        await client.next();
      }
      expect(asked.length).toBeGreaterThan(1);
      expect(new Set(asked)).toEqual(new Set([language]));
      await server.close();
    },
  );
});

describe('an open WebSocket is asked again whose it is', () => {
  it('and outlives a database or an issuer that is away, but not its key', async () => {
    let asked = 0;
    let fault: 'DATABASE_UNAVAILABLE' | 'ISSUER_UNAVAILABLE' | 'UNAUTHENTICATED' | undefined;
    const server = await startToyServer({
      context: () => {
        asked++;
        if (fault) throw new DarkroomError(fault);
        return {};
      },
    });
    const client = await new RawClient(server).opened();
    for (fault of ['DATABASE_UNAVAILABLE', 'ISSUER_UNAVAILABLE'] as const) {
      const before = asked;
      await eventually(() => asked >= before + 2);
      expect(client.socket.readyState).toBe(WebSocket.OPEN);
    }
    fault = 'UNAUTHENTICATED';
    expect([await client.closed, client.reason]).toEqual([4401, 'UNAUTHENTICATED']);
    await server.close();
  });
});

describe('a context that refuses', () => {
  it('closes with 4403 or 4500, and the code of the error as reason', async () => {
    const server = await startToyServer({
      context: ({ connectionParams }) => {
        if (connectionParams?.broken) throw new Error('SELECT secret FROM /srv/secret.db');
        throw new DarkroomError('FORBIDDEN_ORIGIN');
      },
    });
    const refused = await new RawClient(server).opened(false);
    refused.send({ type: 'connection_init' });
    expect([await refused.closed, refused.reason]).toEqual([4403, 'FORBIDDEN_ORIGIN']);
    const broken = await new RawClient(server).opened(false);
    broken.send({ type: 'connection_init', payload: { broken: true } });
    expect([await broken.closed, broken.reason]).toEqual([4500, 'INTERNAL']);
    expect(server.log).toContainEqual(expect.objectContaining({ msg: 'an unexpected error' }));
    await server.close();
  });

  it('closes with 4408 when it takes too long', async () => {
    let asked = false;
    const server = await startToyServer({
      context: () => {
        asked = true;
        return new Promise(() => {});
      },
    });
    fakeTimeouts();
    const slow = await new RawClient(server).opened(false);
    slow.send({ type: 'connection_init' });
    await eventually(() => asked);
    jest.advanceTimersByTime(LIMITS.webSocket.onConnectMs);
    expect(await slow.closed).toBe(4408);
    jest.useRealTimers();
    await server.close();
  });
});
