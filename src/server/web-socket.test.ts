import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import WebSocket from 'ws';
import { eventually } from '../../test/eventually.js';
import { LIMITS } from '../kernel/limits.js';
import { createErrorPresenter } from './present-error.js';
import { GraphQLSockets } from './web-socket.js';

const log: Record<string, unknown>[] = [];
let sockets: GraphQLSockets;
let server: Server;
let onConnect: () => boolean;

beforeEach(async () => {
  log.length = 0;
  onConnect = () => true;
  const logger = pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) });
  sockets = new GraphQLSockets(
    {
      connect: async () => onConnect(),
      begin: async () => [],
      present: () => [],
      closed: () => {},
    },
    createErrorPresenter(logger),
    logger,
  );
  server = createServer().on('upgrade', (...given) => sockets.accept(...given, undefined));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  jest.useRealTimers();
  await sockets.stop();
  await new Promise(resolve => server.close(resolve));
});

async function open(options: WebSocket.ClientOptions = {}) {
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'graphql-transport-ws', options);
  const closed = new Promise<{ code: number; reason: string }>(resolve =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise(resolve => socket.once('open', resolve));
  return { socket, closed };
}

test('a client that answers no ping is ended at the second; one that answers stays', async () => {
  jest.useFakeTimers({
    doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask'],
  });
  const silent = await open({ autoPong: false });
  const alive = await open();
  await eventually(() => sockets.size === 2);
  for (let pings = 0; pings < 3; pings++) {
    const answered = new Promise(resolve => alive.socket.once('ping', resolve));
    jest.advanceTimersByTime(LIMITS.webSocket.pingMs);
    if (pings === 0) await answered;
    else if (pings === 1) {
      expect((await silent.closed).code).toBe(1006);
      await answered;
    }
    // The pong has to be read by the server before the next interval.
    await new Promise(resolve => alive.socket.ping('', true, () => resolve(undefined)));
    await new Promise(resolve => alive.socket.once('pong', resolve));
  }
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  expect(sockets.size).toBe(1);
});

test('a hook that breaks closes its socket with 4500, tells the log, and tells the client nothing', async () => {
  onConnect = () => {
    throw new Error('SELECT secret');
  };
  const { socket, closed } = await open();
  socket.send('{"type":"connection_init"}');
  expect(await closed).toEqual({ code: 4500, reason: 'Internal server error' });
  expect(log).toContainEqual(expect.objectContaining({ level: 50, msg: 'a WebSocket message could not be handled' }));
});

test('a stop closes every socket with 1001', async () => {
  const clients = [await open(), await open()];
  await sockets.stop();
  for (const { closed } of clients) expect(await closed).toEqual({ code: 1001, reason: 'The server is stopping' });
  expect(sockets.size).toBe(0);
});
