import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { eventually } from '../../test/eventually.js';
import { SIGNALS } from '../kernel/signals.js';
import { logRequests } from './request-log.js';

const WAITED_MS = 50;
const lines: Record<string, unknown>[] = [];
const log = pino(
  { level: 'debug', base: null, timestamp: false },
  { write: (line: string) => void lines.push(JSON.parse(line)) },
);
let app: FastifyInstance;
beforeAll(async () => {
  app = fastify({ logger: false });
  logRequests(app, log, () => '203.0.113.7');
  app.decorateRequest('operationName', undefined);
  app.get('/assets/:id', async request => {
    request.operationName = 'CreateIdPhoto';
    return {};
  });
  app.get('/waited', async () => {
    await delay(WAITED_MS);
    return {};
  });
  app.get('/health/live', async () => ({}));
  app.get('/locked', async (_request, reply) => reply.code(401).send({}));
  app.get('/endless', async (_request, reply) => {
    const read = function (this: Readable) {
      this.push(Buffer.alloc(65_536));
    };
    return reply.send(new Readable({ read }));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(() => app.close());

async function logged(path: string): Promise<Record<string, unknown>[]> {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').once('data', () => socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
  await eventually(() => lines.length > 0);
  return lines;
}

test('a line names the declared route, never the URL, and the operation', async () => {
  expect(await logged('/assets/asset_canary?signature=canary')).toEqual([
    {
      level: 30,
      msg: 'request',
      method: 'GET',
      route: '/assets/:id',
      operation: 'CreateIdPhoto',
      requestId: 'req-1',
      status: 200,
      ms: expect.any(Number),
    },
  ]);
});

test('the time of a request runs from its arrival to the end of its answer, in the log and in the metrics', async () => {
  const told: number[] = [];
  const end = SIGNALS.request.listen(({ seconds }) => told.push(seconds));
  const [line] = await logged('/waited');
  end();
  expect([line!.ms, told.length]).toEqual([expect.any(Number), 1]);
  // A timer may be early by one.
  expect(line!.ms).toBeGreaterThanOrEqual(WAITED_MS - 1);
  expect(told[0]! * 1_000).toBeGreaterThanOrEqual(WAITED_MS - 1);
});

test('the client is named where a request was refused, and nowhere else', async () => {
  expect(await logged('/locked')).toMatchObject([{ status: 401, client: '203.0.113.7' }]);
});

test('where there is no route, the line does not repeat what was asked for', async () => {
  expect(await logged('/canary')).toMatchObject([{ route: 'unknown', status: 404 }]);
});

test('probes are for the debug level', async () => {
  expect(await logged('/health/live')).toMatchObject([{ level: 20, route: '/health/live' }]);
});

test('a request whose client left in the middle of the answer has its line, and is marked', async () => {
  expect(await logged('/endless')).toMatchObject([{ route: '/endless', aborted: true }]);
});
