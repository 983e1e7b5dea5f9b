import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { LIMITS } from '../src/kernel/limits.js';
import { eventually } from './eventually.js';
import { fakeTimeouts } from './fake-time.js';
import { answerOf, RawClient, shapeOf, startToyServer, type ToyServer } from './server-fixture.js';

async function subscribed(server: ToyServer): Promise<RawClient> {
  const client = await new RawClient(server).opened();
  client.subscribe('1', 'subscription { forever }');
  await client.next();
  return client;
}

const refusesConnections = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect(port, '127.0.0.1')
      .once('connect', () => resolve(false))
      .once('error', () => resolve(true));
    socket.once('close', () => socket.destroy());
  });

/** A connection on which a request has begun, so that a stop does not close it as idle. */
async function begunRequest(server: ToyServer, firstLine: string): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  const host = `host: 127.0.0.1:${server.port}\r\n`;
  // In one piece with a whole request, whose answer shows that the server has read the beginning too.
  socket.write(`GET /health/live HTTP/1.1\r\n${host}\r\n${firstLine} HTTP/1.1\r\n${host}accept-language: zh\r\n`);
  await new Promise<void>(resolve => socket.once('data', () => resolve()));
  return socket;
}

afterEach(() => jest.useRealTimers());

describe('a graceful stop', () => {
  it('answers what is in flight, closes sockets with 1001, ends subscriptions and leaves nothing open', async () => {
    const server = await startToyServer();
    const clients = await Promise.all(Array.from({ length: 20 }, () => subscribed(server)));
    expect(server.seen.subscriptions).toBe(20);
    const inFlight = Array.from({ length: 20 }, () => server.post({ query: '{ held }' }));
    await eventually(() => server.seen.held === 20);

    const stopped = server.close();
    await eventually(() => refusesConnections(server.port));
    server.letGo();
    for (const response of await Promise.all(inFlight))
      expect(await answerOf(response)).toEqual({ data: { held: 'done' } });
    await stopped;
    expect(new Set(await Promise.all(clients.map(({ closed }) => closed)))).toEqual(new Set([1001]));
    expect(server.seen.subscriptions).toBe(0);
    expect(server.close()).toBe(server.close());
  });

  it('does not wait for idle keep-alive connections', async () => {
    const server = await startToyServer();
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>(resolve => {
      request({ port: server.port, host: '127.0.0.1', path: '/health/live', agent }, response => {
        response.resume().once('end', resolve);
      }).end();
    });
    // Without its timeouts the stop is forced on nobody: if it waited, this test would not end.
    fakeTimeouts();
    await server.close();
    agent.destroy();
  });

  it('waits for no connection whose compiled query was being executed when it began, and tells its client', async () => {
    const server = await startToyServer();
    // Executed once by Apollo; from then on compiled.
    const first = server.post({ query: '{ held }' });
    await eventually(() => server.seen.held === 1);
    server.letGo();
    await first;
    const body = JSON.stringify({ query: '{ held }' });
    const socket = connect(server.port, '127.0.0.1');
    const received = text(socket);
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await eventually(() => server.seen.held === 2);
    fakeTimeouts();
    const stopped = server.close();
    server.letGo();
    expect(await received).toMatch(/\r\nconnection: close\r\n[\s\S]*"held":"done"/i);
    await stopped;
  });

  it('waits for no connection whose download was under way when it began, and sends it to its end', async () => {
    const body = new PassThrough();
    const server = await startToyServer({ readAsset: async () => ({ headers: { 'content-length': '10' }, body }) });
    const socket = connect(server.port, '127.0.0.1');
    const received = text(socket);
    socket.write(`GET /assets/known HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\n\r\n`);
    body.write('first');
    await new Promise<void>(resolve => socket.once('data', () => resolve()));
    fakeTimeouts();
    const stopped = server.close();
    body.end(' half');
    expect(await received).toMatch(/first half$/);
    await stopped;
    // A connection that is left to itself is closed after 72 s.
  }, 30_000);

  it('does not run what a kept connection brings after the stop began', async () => {
    const server = await startToyServer();
    const post = (query: string) => {
      const body = JSON.stringify({ query });
      return `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    };
    const socket = connect(server.port, '127.0.0.1');
    const received = text(socket);
    // Pipelined: the second request is read once the first one is answered.
    socket.write(post('{ held }'));
    await eventually(() => server.seen.held === 1);
    const stopped = server.close();
    socket.write(post('mutation { count }'));
    server.letGo();
    expect(await received).toContain('"held":"done"');
    await stopped;
    expect(server.seen.mutations).toBe(0);
  });

  it('answers 503 STOPPING in the shape of all errors, and health says so too', async () => {
    const server = await startToyServer();
    const sockets = await Promise.all(['GET /none', 'GET /health/ready'].map(line => begunRequest(server, line)));
    const stopped = server.close();
    const answers = sockets.map(async socket => {
      const answer = text(socket);
      socket.write('\r\n');
      const [head = '', body = ''] = (await answer).split('\r\n\r\n');
      return { status: head.split(' ')[1], body: JSON.parse(body) as unknown };
    });
    expect(await Promise.all(answers)).toEqual([
      { status: '503', body: { errors: [shapeOf('STOPPING', 'zh')] } },
      { status: '503', body: { status: 'not ready', errors: [shapeOf('STOPPING', 'zh')] } },
    ]);
    await stopped;
  });

  it('is not held by a client that never answers the close frame', async () => {
    const server = await startToyServer();
    const { socket } = await subscribed(server);
    socket.pause();
    fakeTimeouts();
    const stopped = server.close();
    jest.advanceTimersByTime(LIMITS.webSocket.closeMs);
    await stopped;
    socket.terminate();
  });
});
