import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, Incoming, Reply, VendorName } from './exchange.js';
import type { Fault, Faults } from './faults.js';
import type { Ledger } from './ledger.js';
import { Refusal } from './refusal.js';
import type { Results } from './results.js';

/** More than any gateway takes, so that the gateway refuses first. */
const MAX_BODY_BYTES = 40_000_000;

export interface Listener {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Plain HTTP on loopback. Host is checked, so that a page in the developer's browser cannot reach it by a name that
 * resolves to 127.0.0.1 (DNS rebinding).
 */
export async function listen(
  port: number,
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>,
): Promise<Listener> {
  const server = http.createServer((request, response) => {
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) {
      response.writeHead(403).end();
      return;
    }
    // An error here came up while sending, so there is no answer to give any more.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** All of a body, or undefined where it is larger than `limit`. */
export async function readBody(request: http.IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
  }
  return bytes > limit ? undefined : Buffer.concat(chunks);
}

/** One of the five vendors, as the server in front of it needs it. */
export interface Vendor {
  /** What must never stand in a URL. */
  readonly secrets: readonly string[];
  /** Which of the guide's calls it is; and of a call that bills, what tells two equal ones. Never throws. */
  identify(incoming: Incoming): { call: string; identity?: string | undefined };
  /** Does the work. Throws Refusal. */
  handle(exchange: Exchange): Promise<Reply>;
  /** The answer that carries a code, of the gateway or of the body, without any work. */
  answer(code: string, exchange: Exchange, detail?: string): Reply;
  /** HTTP 429 as this vendor's gateway words it. */
  throttled(exchange: Exchange): Reply;
}

export interface VendorServerParts {
  name: VendorName;
  port: number;
  vendor: Vendor;
  results: Results;
  ledger: Ledger;
  faults: Faults;
  loginNow: () => number;
}

const SERVER_ERROR: Reply = { status: 500, headers: { 'content-type': 'text/plain' }, body: 'Internal Server Error' };

/** One vendor behind a port. Counts its calls and applies the faults that were ordered; the vendor does the rest. */
export async function startVendorServer(parts: VendorServerParts): Promise<Listener> {
  const closing = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: closing.signal });
  const listener = await listen(parts.port, (request, response) => serve(parts, pause, request, response));
  return {
    origin: listener.origin,
    close: async () => {
      closing.abort();
      await listener.close();
    },
  };
}

type Pause = (ms: number) => Promise<void>;

async function serve(
  parts: VendorServerParts,
  pause: Pause,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { name, vendor, results, ledger, faults } = parts;
  const incoming = await read(request);
  if (!incoming) {
    response.writeHead(413).end();
    return;
  }
  const exchange: Exchange = {
    ...incoming,
    vendor: name,
    requestId: randomUUID(),
    ...(results.owns(incoming.path) ? { call: 'result', identity: undefined } : identify(vendor, incoming)),
  };
  ledger.request(exchange);
  if (vendor.secrets.some(secret => exchange.query.includes(secret)))
    ledger.breach(exchange, 'KEY_IN_URL', 'a key stands in the URL');

  response.on('close', () => {
    if (!response.writableFinished) ledger.answerLost(exchange);
  });
  const fault = faults.takeFault(exchange);
  if (fault?.fault === 'latency') await pause(fault.ms);
  if (fault?.fault === 'drop-before') {
    response.destroy();
    return;
  }
  const reply =
    fault?.fault === '500'
      ? SERVER_ERROR
      : fault?.fault === '429'
        ? withRetryAfter(vendor.throttled(exchange), fault.ms)
        : await answer(parts, exchange);
  response.setHeader('date', new Date(parts.loginNow()).toUTCString());
  if (fault?.fault === 'html' || fault?.fault === 'empty') ledger.answerLost(exchange);
  await send(response, reply, fault, pause);
}

async function answer({ vendor, results, ledger, faults }: VendorServerParts, exchange: Exchange): Promise<Reply> {
  try {
    if (exchange.call === 'result') return await results.serve(exchange);
    const next = faults.takeCode(exchange);
    return next ? vendor.answer(next.code, exchange) : await vendor.handle(exchange);
  } catch (error) {
    if (error instanceof Refusal) {
      if (error.breach) ledger.breach(exchange, error.breach, error.detail ?? error.code);
      return vendor.answer(error.code, exchange, error.detail);
    }
    ledger.breach(exchange, 'FAULT_OF_THE_SANDBOX', error instanceof Error ? error.message : String(error));
    return SERVER_ERROR;
  }
}

async function send(
  response: http.ServerResponse,
  reply: Reply,
  fault: Fault | undefined,
  pause: Pause,
): Promise<void> {
  const body = Buffer.from(reply.body);
  const half = body.subarray(0, Math.ceil(body.length / 2));
  const whole = { ...reply.headers, 'content-length': String(body.length) };
  switch (fault?.fault) {
    case 'drop-after':
      response.destroy();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title><p>Sign in');
      return;
    case 'empty':
      response.writeHead(200, { 'content-length': '0' }).end();
      return;
    case 'truncated':
      response.writeHead(reply.status, whole);
      response.write(half, () => response.destroy());
      return;
    case 'slow-body':
      response.writeHead(reply.status, whole);
      response.write(half);
      await pause(fault.ms);
      response.end(body.subarray(half.length));
      return;
    default:
      response.writeHead(reply.status, whole).end(body);
  }
}

async function read(request: http.IncomingMessage): Promise<Incoming | undefined> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (!body) return undefined;
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
  return { method: request.method ?? 'GET', path, query: query.join('?'), headers, body };
}

function identify(vendor: Vendor, incoming: Incoming): { call: string; identity: string | undefined } {
  const { call, identity } = vendor.identify(incoming);
  return { call, identity };
}

function withRetryAfter(reply: Reply, ms: number): Reply {
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))) } };
}
