import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Agent, request } from 'undici';
import { LIMITS } from '../kernel/limits.js';
import { BucketError, type BucketFault } from './bucket.js';

const { connectMs, errorBytes } = LIMITS.bucket;

const REFUSALS = new Set([
  'AccessDenied',
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidToken',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);
const FULL = new Set([
  'InsufficientStorage',
  'InsufficientStorageSpace',
  'QuotaExceeded',
  'XMinioAdminBucketQuotaExceeded',
  'XMinioStorageFull',
]);

export interface TransportOptions {
  lookup?: LookupFunction;
  answerMs?: number;
  requestMs?: number;
}

/**
 * What the S3 client sends its requests by. It takes the place of `fetch`: bodies have a length, which `fetch` would leave
 * out for a stream and S3 requires, waiting ends, and errors are typed, with no more of their text than a code. No redirect is followed: one would
 * take the signature elsewhere.
 */
export class Transport {
  readonly #agent: Agent;
  readonly #requestMs: number;

  /** The options are for tests: names of virtual hosts on loopback, and less patience. */
  constructor({ lookup, answerMs = LIMITS.bucket.answerMs, requestMs = LIMITS.bucket.requestMs }: TransportOptions) {
    this.#requestMs = requestMs;
    this.#agent = new Agent({
      connect: { timeout: connectMs, ...(lookup === undefined ? {} : { lookup }) },
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
    });
  }

  /** Throws BucketError for every answer but a good one and that there is no such object (404). */
  readonly fetch: typeof fetch = async (input, init = {}) => {
    const method = init.method ?? 'GET';
    const { body } = init as { body?: unknown };
    const sent = body === undefined || body === '' ? null : (body as Readable);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(tooSlow()), this.#requestMs);
    try {
      const answer = await request(String(input), {
        method: method as 'GET',
        headers: init.headers as Record<string, string>,
        body: sent,
        dispatcher: this.#agent,
        signal: late.signal,
      });
      const { statusCode: status, headers } = answer;
      if (status >= 300) {
        const code = codeIn(await readStart(answer.body));
        if (status === 404 && code !== 'NoSuchBucket')
          return new Response(null, { status: method === 'DELETE' ? 204 : status });
        throw new BucketError(faultOf(status, code), code ?? String(status));
      }
      const given = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]);
      if (method !== 'GET') await answer.body.dump();
      return withBody(new Response(null, { status, headers: given }), answer.body, this.#requestMs);
    } catch (error) {
      if (error instanceof BucketError) throw error;
      throw new BucketError('UNREACHABLE', codeOf(error), error);
    } finally {
      // What is read from here on waits for its reader as well, who may be slow.
      clearTimeout(timer);
      // A body that was not sent to its end.
      if (sent instanceof Readable) sent.destroy();
    }
  };

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

interface Body {
  stream: Readable;
  /** Milliseconds that the other side may keep a reader waiting for it. */
  waitMs: number;
}

const bodies = new WeakMap<Response, Body>();

/** What comes is not made a stream of the web, and is not read before somebody asks for it. */
function withBody(response: Response, body: Readable, waitMs: number): Response {
  bodies.set(response, { stream: body, waitMs });
  // Who reads it is told by the reading; one that is destroyed unread would end the process.
  body.on('error', () => {});
  return Object.defineProperty(response, 'text', { value: () => text(inTime({ stream: body, waitMs })) });
}

/** Of an answer to GET. To be read to its end, or destroyed. */
export function bodyOf(response: Response): Body {
  return bodies.get(response)!;
}

/** The time that its reader takes is not counted: a picture is passed on as fast as a caller takes it. */
export async function* inTime({ stream, waitMs }: Body): AsyncGenerator<Uint8Array> {
  let waited = 0;
  let asked = performance.now();
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    waited += performance.now() - asked;
    if (waited > waitMs) throw tooSlow();
    yield chunk;
    asked = performance.now();
  }
}

function tooSlow(): BucketError {
  return new BucketError('UNREACHABLE', 'TooSlow');
}

async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('latin1');
    if (text.length > errorBytes) break;
  }
  return text;
}

function codeIn(text: string): string | undefined {
  return /<Code>([A-Za-z0-9.]{1,80})<\/Code>/.exec(text)?.[1];
}

function faultOf(status: number, code: string | undefined): BucketFault {
  if (code === 'NoSuchBucket') return 'MISSING';
  if (status === 507 || (code !== undefined && FULL.has(code))) return 'FULL';
  if (code === 'SlowDown' || status === 429 || status === 503) return 'BUSY';
  if (status === 401 || status === 403 || (code !== undefined && REFUSALS.has(code))) return 'REFUSED';
  return 'FAILED';
}

/** `ECONNREFUSED`, `UND_ERR_HEADERS_TIMEOUT`: never a message, which may name an address. */
function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === 'string' ? code : (name ?? 'Error');
}
