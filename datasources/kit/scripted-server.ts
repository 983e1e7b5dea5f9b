import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VendorError } from '../../src/kernel/vendor-error.js';

export interface ReceivedRequest {
  method: string;
  /** As it stood on the wire, with its query. */
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** `drop` reads the whole request and then closes the connection, as if the answer were lost. */
export type ScriptedAnswer = { status?: number; headers?: Record<string, string>; body: unknown } | 'drop';

/** For tests of data sources: a real HTTP server on loopback that records its requests and gives the answers it is set to. */
export interface ScriptedServer {
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** The answer to each request, until it is set again. Text and bytes are sent as they are, anything else as JSON. */
  answer: (request: ReceivedRequest) => ScriptedAnswer;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = {
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString('latin1'),
    };
    scripted.received.push(request);
    const answer = scripted.answer(request);
    if (answer === 'drop') {
      incoming.socket.destroy();
      return;
    }
    const asItIs = typeof answer.body === 'string' || Buffer.isBuffer(answer.body);
    const body = asItIs ? answer.body : JSON.stringify(answer.body);
    outgoing.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers }).end(body);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: () => ({ status: 500, body: '' }),
    close: () =>
      new Promise(closed => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return scripted;
}

/** The VendorError that a call of a data source rejects with. Throws if it resolves or rejects with anything else. */
export async function failure(call: Promise<unknown>): Promise<VendorError> {
  const error = await call.then(
    () => new Error('the call went well'),
    (caught: unknown) => caught,
  );
  if (VendorError.is(error)) return error;
  throw error;
}

/** For contexts of operations without personal data. */
export function nothingSealed(): never {
  throw new Error('nothing is sealed here');
}
