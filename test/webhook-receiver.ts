import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';

/** Of 127.0.0.1, signed by itself, until 2126. Its key is known to everybody. */
export const CERTIFICATE = path.join(ROOT, 'test', 'fixtures', 'loopback-certificate.pem');
const KEY = path.join(ROOT, 'test', 'fixtures', 'loopback-key.pem');

export interface ReceivedMessage {
  headers: IncomingHttpHeaders;
  /** As it came. */
  body: string;
  id: string;
  path: string;
  /** The parsed body. */
  event: { type: string; timestamp: string; data: Record<string, unknown> };
}

type Answer = (message: ReceivedMessage, response: ServerResponse) => unknown;

/** The server of somebody who wants to be told. */
export interface Receiver {
  readonly url: string;
  readonly origin: string;
  readonly received: ReceivedMessage[];
  /** 204 unless the test changes it. */
  answer: Answer;
  /** Resolves once so many have come. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** @param tls speaks https, with `CERTIFICATE` */
export async function startReceiver(tls = false): Promise<Receiver> {
  const received: ReceivedMessage[] = [];
  const waiting = new Set<() => void>();
  const receiver = { answer: ((_, response) => response.writeHead(204).end()) as Answer };
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      const { headers, url = '' } = request;
      const message = { headers, body, path: url, id: String(headers['webhook-id']), event: JSON.parse(body) };
      received.push(message);
      for (const look of waiting) look();
      receiver.answer(message, response);
    });
  };
  const server = tls
    ? createTlsServer({ key: readFileSync(KEY), cert: readFileSync(CERTIFICATE) }, listener)
    : createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http${tls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(receiver, {
    url: `${origin}/hook?token=of-the-receiver`,
    origin,
    received,
    until: (count: number) =>
      new Promise<void>(resolve => {
        const look = () => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  });
}
