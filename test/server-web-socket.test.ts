import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { DarkroomError } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';
import { startToyServer, type ToyServer } from './server-fixture.js';

interface Message {
  type: string;
  id?: string;
  payload?: { data?: unknown; errors?: unknown } | { message: string; extensions: Record<string, unknown> }[];
}

/** A WebSocket that speaks the protocol by hand, to break its rules. */
class RawClient {
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  readonly #messages: Message[] = [];
  #wake = () => {};

  constructor(server: ToyServer, options: WebSocket.ClientOptions = {}, protocol = 'graphql-transport-ws') {
    this.socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, protocol, options);
    this.closed = new Promise(resolve => this.socket.once('close', code => resolve(code)));
    this.socket.on('error', () => {});
    this.socket.on('message', data => {
      this.#messages.push(JSON.parse(String(data)) as Message);
      this.#wake();
    });
  }

  async opened(init = true): Promise<this> {
    await new Promise(resolve => this.socket.once('open', resolve));
    if (!init) return this;
    this.send({ type: 'connection_init' });
    expect(await this.next()).toEqual({ type: 'connection_ack' });
    return this;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string): void {
    this.send({ type: 'subscribe', id, payload: { query } });
  }

  async next(): Promise<Message> {
    while (this.#messages.length === 0) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift() as Message;
  }
}

async function eventually(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5_000 && !holds(); waited += 20) await delay(20);
  expect(holds()).toBe(true);
}

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
    expect(server.seen.subscriptions).toBe(50);
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
    expect(await client.closed).toBe(1009);
  });

  it('closes with 4408 when no connection_init comes', async () => {
    const client = await new RawClient(server).opened(false);
    const started = Date.now();
    expect(await client.closed).toBe(4408);
    expect(Date.now() - started).toBeLessThan(LIMITS.webSocket.connectionInitMs + 1_500);
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
    for (const message of messages) {
      client.send(message);
      await delay(50);
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

describe('a context that refuses', () => {
  it('closes with 4403, and with 4408 when it takes too long', async () => {
    const server = await startToyServer({
      context: ({ connectionParams }) => {
        if (connectionParams?.slow) return new Promise(() => {});
        throw new DarkroomError('FORBIDDEN_ORIGIN');
      },
    });
    const refused = await new RawClient(server).opened(false);
    refused.send({ type: 'connection_init' });
    expect(await refused.closed).toBe(4403);
    const slow = await new RawClient(server).opened(false);
    slow.send({ type: 'connection_init', payload: { slow: true } });
    expect(await slow.closed).toBe(4408);
    await server.close();
  });
});
