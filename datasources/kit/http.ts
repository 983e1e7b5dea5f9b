import { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { DarkroomError } from '../../src/kernel/errors.js';
import { LIMITS } from '../../src/kernel/limits.js';
import { VendorError } from '../../src/kernel/vendor-error.js';
import { decodeBody, isGzip, readBounded } from '../../src/net/bounded-body.js';
import { toUtf8 } from './charset.js';
import { parseJsonObject } from './json-object.js';

export interface VendorRequest {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  signal: AbortSignal;
  /** Called when the connection is open and the request is about to be written. */
  onSent?: (() => void) | undefined;
  /** From the last byte sent to the first byte of the answer; default LIMITS.vendor.answerMs. */
  answerMs?: number;
}

export interface VendorAnswer {
  status: number;
  /** Lower-case names; the first value of a repeated one. */
  headers: Record<string, string>;
  /** Decoded and in UTF-8, however it was encoded on its way. As it came, where that cannot be found out. */
  body: Buffer;
}

/** Errors of a connection that was never open, so not a byte of the request was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * HTTP to one vendor. It has a connection pool of its own, so that a slow vendor delays no other one, and a timeout for
 * each phase. It follows no redirect and retries nothing: a POST that may have been charged must not be sent again.
 */
export class VendorHttp {
  private readonly agent: Agent;

  constructor(options: { concurrency: number }) {
    this.agent = new Agent({
      connections: options.concurrency,
      pipelining: 1,
      connect: { timeout: LIMITS.vendor.connectMs },
      keepAliveTimeout: LIMITS.vendor.keepAliveMs,
    });
  }

  /**
   * One request; resolves with any HTTP status once the answer is whole.
   * Throws VendorError: VENDOR_UNAVAILABLE, safe to retry, where nothing was sent; OUTCOME_UNKNOWN where something was
   * and the answer did not come whole. Rejects with the signal's reason where it was aborted before anything was sent.
   */
  async request(options: VendorRequest): Promise<VendorAnswer> {
    options.signal.throwIfAborted();
    try {
      const answer = await request(options.url, {
        method: options.method,
        headers: { 'accept-encoding': 'gzip, deflate, br', ...options.headers },
        ...(options.body === undefined ? {} : { body: options.body }),
        signal: options.signal,
        dispatcher: options.onSent === undefined ? this.agent : withOnSent(this.agent, options.onSent),
        headersTimeout: options.answerMs ?? LIMITS.vendor.answerMs,
        bodyTimeout: LIMITS.vendor.bodyMs,
      });
      return await readAnswer(answer);
    } catch (error) {
      if (DarkroomError.is(error)) throw error;
      throw asVendorError(error);
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }
}

function withOnSent(agent: Dispatcher, onSent: () => void): Dispatcher {
  return agent.compose(dispatch => (options, handler) => dispatch(options, notifyOnSent(handler, onSent)));
}

/** Passes every event on. undici's own DecoratorHandler throws at the answer that follows a 102 or 103. */
function notifyOnSent(handler: Dispatcher.DispatchHandler, onSent: () => void): Dispatcher.DispatchHandler {
  return {
    // undici calls it with an open connection, right before it writes. An abort can still come first.
    onRequestStart: (controller, context) => {
      handler.onRequestStart?.(controller, context);
      if (!controller.aborted) onSent();
    },
    onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
    onResponseStart: (...given) => handler.onResponseStart?.(...given),
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onResponseError: (...given) => handler.onResponseError?.(...given),
  };
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? (value[0] ?? '') : (value ?? '')]),
  );
}

/**
 * The body is decoded as its header says. It is taken as it came if it is JSON already, because then the header is
 * wrong, and if it cannot be decoded, because then status and headers may still say what became of the call.
 */
async function readAnswer({ statusCode: status, headers, body }: Dispatcher.ResponseData): Promise<VendorAnswer> {
  const came = await readWithinCap(body);
  const told = [headers['content-encoding'] ?? ''].flat().join(',');
  // A gateway on the way can drop the header and pass the body on.
  const encoding = told === '' && isGzip(came) ? 'gzip' : told;
  const plain = encoding === '' || parseJsonObject(toUtf8(came)) !== undefined;
  const decoded = plain ? came : await decode(came, encoding);
  return { status, headers: flat(headers), body: toUtf8(decoded) };
}

async function decode(body: Buffer, encoding: string): Promise<Buffer> {
  try {
    return await readWithinCap(decodeBody(Readable.from([body]), encoding));
  } catch (error) {
    if (VendorError.is(error)) throw error;
    return body;
  }
}

async function readWithinCap(body: Readable): Promise<Buffer> {
  try {
    return await readBounded(body, LIMITS.vendor.answerBytes, 0);
  } catch (error) {
    if (!DarkroomError.is(error) || error.code !== 'FILE_TOO_LARGE') throw error;
    throw new VendorError(
      'OUTCOME_UNKNOWN',
      { billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true },
      'The answer of the vendor is larger than any answer of its guide.',
    );
  }
}

/**
 * On Linux a host that vanishes from an open connection gives the same error codes. Only `connect` and `getaddrinfo`
 * come before the first byte.
 */
function isConnecting(error: unknown): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined || syscall === 'connect' || syscall === 'getaddrinfo';
}

function asVendorError(error: unknown): VendorError {
  const { code: given } = error as NodeJS.ErrnoException;
  // The reason of an abort is a DOMException, whose code is a number.
  const code = typeof given === 'string' ? given : '';
  if (NOT_SENT.has(code) && isConnecting(error)) {
    return new VendorError(
      'VENDOR_UNAVAILABLE',
      { billed: 'NO', safeToRetry: true, vendorCode: code },
      'The vendor cannot be reached.',
      { cause: error },
    );
  }
  return new VendorError(
    'OUTCOME_UNKNOWN',
    { billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true, vendorCode: code },
    'The answer of the vendor was lost.',
    { cause: error },
  );
}
