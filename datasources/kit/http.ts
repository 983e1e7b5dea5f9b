import { Agent, type Dispatcher, request } from 'undici';
import { DarkroomError } from '../../src/kernel/errors.js';
import { LIMITS } from '../../src/kernel/limits.js';
import { VendorError } from '../../src/kernel/vendor-error.js';

export interface VendorRequest {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  signal: AbortSignal;
  /** Told when the connection stands and the request goes out on it. */
  onSent?: (() => void) | undefined;
  /** From the last byte sent to the first byte of the answer; default LIMITS.vendor.answerMs. */
  answerMs?: number;
}

export interface VendorAnswer {
  status: number;
  /** Lower-case names; the first value of a repeated one. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Errors that come before a single byte of the request was sent. */
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
 * HTTP to one vendor: a pool of its own, so that a slow vendor holds up nobody else; a timeout for each phase; no
 * redirects and no retries, since a POST that may have been charged is never sent again by itself.
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
  async request(ask: VendorRequest): Promise<VendorAnswer> {
    ask.signal.throwIfAborted();
    try {
      const answer = await request(ask.url, {
        method: ask.method,
        ...(ask.headers === undefined ? {} : { headers: ask.headers }),
        ...(ask.body === undefined ? {} : { body: ask.body }),
        signal: ask.signal,
        dispatcher: ask.onSent === undefined ? this.agent : telling(this.agent, ask.onSent),
        headersTimeout: ask.answerMs ?? LIMITS.vendor.answerMs,
        bodyTimeout: LIMITS.vendor.bodyMs,
      });
      return { status: answer.statusCode, headers: flat(answer.headers), body: await readBounded(answer.body) };
    } catch (error) {
      if (DarkroomError.is(error)) throw error;
      throw asVendorError(error);
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }
}

function telling(agent: Dispatcher, onSent: () => void): Dispatcher {
  return agent.compose(dispatch => (options, handler) => dispatch(options, tellingHandler(handler, onSent)));
}

/** Everything is handed on. Not undici's DecoratorHandler: it throws at the answer that follows a 102 or 103. */
function tellingHandler(handler: Dispatcher.DispatchHandler, onSent: () => void): Dispatcher.DispatchHandler {
  return {
    // undici calls it with a connection in hand, right before it writes; unless an abort came first.
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

async function readBounded(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LIMITS.vendor.answerBytes) {
      body.destroy();
      throw new VendorError(
        'OUTCOME_UNKNOWN',
        { billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true },
        'The answer of the vendor is larger than any answer of its guide.',
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Linux reports a host that went away on an open connection under the same codes: only connecting and looking up come before the first byte. */
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
