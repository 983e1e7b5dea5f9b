import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { shapeOf } from '../../test/server-fixture.js';
import { ERRORS, type ErrorCode } from '../kernel/errors.js';
import { Gate } from './gate.js';
import { createErrorPresenter } from './present-error.js';
import { RefusalLog } from './refusal-log.js';
import { TrustedProxies } from './trusted-proxies.js';
import { createUpgradeHandler } from './upgrade.js';
import type { GraphQLSockets } from './web-socket.js';

const present = createErrorPresenter(pino({ level: 'silent' }));

function upgrade(changes: {
  url?: string;
  method?: string;
  headers?: object;
  stopping?: boolean;
  open?: number;
  broken?: boolean;
}) {
  const accept = jest.fn(() => {
    if (changes.broken) throw new Error('SELECT secret');
  });
  const sockets = { size: changes.open ?? 0, accept } as unknown as GraphQLSockets;
  const refusals = new RefusalLog(pino({ level: 'silent' }));
  const gate = new Gate({ isOpen: () => true, allowedOrigins: [] }, new TrustedProxies([]), refusals);
  const socket = new PassThrough();
  const headers = { host: 'localhost:4000', 'accept-language': 'zh', ...changes.headers };
  const request = {
    method: 'GET',
    url: '/graphql',
    rawHeaders: [],
    socket: {},
    ...changes,
    headers,
  } as unknown as IncomingMessage;
  createUpgradeHandler(gate, sockets, present, () => changes.stopping ?? false, 3)(request, socket, Buffer.alloc(0));
  return { accept, socket };
}

test('a good upgrade is handed on, and errors of its socket are no longer ours', () => {
  for (const url of ['/graphql', '/graphql?token=x']) {
    const { accept, socket } = upgrade({ url });
    expect(accept).toHaveBeenCalledTimes(1);
    expect(socket.listenerCount('error')).toBe(0);
  }
});

test.each<[string, Parameters<typeof upgrade>[0], ErrorCode]>([
  ['a foreign Host', { headers: { host: 'evil.example' } }, 'FORBIDDEN_ORIGIN'],
  ['a foreign Origin', { headers: { origin: 'https://evil.example' } }, 'FORBIDDEN_ORIGIN'],
  ['another path', { url: '/graphql/' }, 'NOT_FOUND'],
  ['another method', { method: 'POST' }, 'METHOD_NOT_ALLOWED'],
  ['a server that stops', { stopping: true }, 'STOPPING'],
  ['one socket too many', { open: 3 }, 'OVERLOADED'],
  ['something that breaks', { broken: true }, 'INTERNAL'],
])('%s is answered in the shape of all errors, and the connection ends', async (_name, changes, code) => {
  const { accept, socket } = upgrade(changes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  expect(head).toContain(`HTTP/1.1 ${ERRORS[code].status} `);
  expect(head).toContain('connection: close');
  expect(JSON.parse(body)).toEqual({ errors: [shapeOf(code, 'zh')] });
  expect(accept).toHaveBeenCalledTimes(code === 'INTERNAL' ? 1 : 0);
});
