import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { decodeBody, readBounded, tooLarge } from './bounded-body.js';
import { checkUrl, guardedLookup, type OutboundPolicy, PUBLIC_HTTPS, refuse } from './outbound-policy.js';

export interface DownloadOptions {
  maxBytes: number;
  signal: AbortSignal;
  /** For all of it, redirects included; default LIMITS.outbound.downloadMs. */
  timeoutMs?: number;
  /** Origins that the operator configured: allowed as they are, http and private addresses included. */
  allowOrigins?: readonly string[];
  /** Beginnings of content types, `image/`. A type that is missing or says nothing (octet-stream) passes. */
  accept?: readonly string[];
}

export interface Downloaded {
  bytes: Buffer;
  contentType: string | undefined;
  /** Where it came from in the end; a secret if it is signed. */
  url: string;
}

/** URL_UNREACHABLE, with the HTTP status if there was an answer: a 403 of a signed URL may mean that it has expired. */
export class UnreachableError extends DarkroomError {
  constructor(
    reason: string,
    readonly httpStatus?: number,
    options?: { cause?: unknown },
  ) {
    super('URL_UNREACHABLE', `The file behind the URL could not be fetched: ${reason}.`, [], options);
  }
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const SAYS_NOTHING = new Set(['application/octet-stream', 'binary/octet-stream']);

/**
 * Fetches a file from a URL that somebody else chose (a caller, a vendor's answer), as a stranger: no credential, cookie
 * or referrer is ever sent, so none can leak on a redirect, and no proxy of the environment is used. Every hop is checked
 * anew (outbound-policy.ts).
 * Throws DarkroomError: URL_NOT_ALLOWED, URL_UNREACHABLE (UnreachableError), FILE_TOO_LARGE, UNSUPPORTED_FORMAT where
 * `accept` refuses the type. Rejects with the signal's reason where it was aborted.
 */
export function download(url: string, options: DownloadOptions): Promise<Downloaded> {
  return downloadBy(PUBLIC_HTTPS, url, options);
}

/** `download` under another policy; for tests, which have only loopback. */
export async function downloadBy(policy: OutboundPolicy, url: string, options: DownloadOptions): Promise<Downloaded> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? LIMITS.outbound.downloadMs);
  const ended = AbortSignal.any([options.signal, timeout]);
  try {
    let next = parse(url);
    for (let hop = 0; hop <= LIMITS.outbound.redirects; hop += 1) {
      const found = await fetchOnce(policy, next, options, ended);
      if (!(found instanceof URL)) return found;
      next = found;
    }
    throw refuse('it redirects too often');
  } catch (error) {
    options.signal.throwIfAborted();
    if (DarkroomError.is(error)) throw error;
    if (timeout.aborted) throw new UnreachableError('it took too long');
    throw new UnreachableError('no whole answer came', undefined, { cause: error });
  }
}

/** One hop: the file, or where to look instead. */
async function fetchOnce(
  policy: OutboundPolicy,
  url: URL,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<Downloaded | URL> {
  const configured = options.allowOrigins?.includes(url.origin) === true && url.username === '' && url.password === '';
  if (!configured) checkUrl(url, policy);
  signal.throwIfAborted();
  const agent = new Agent({
    connections: 1,
    connect: { timeout: LIMITS.outbound.connectMs, ...(configured ? {} : { lookup: guardedLookup(policy) }) },
  });
  // undici looks at a request's own signal only once it is connected; this ends the look-up and the handshake too.
  const end = () => void agent.destroy();
  signal.addEventListener('abort', end);
  try {
    const answer = await request(url, {
      dispatcher: agent,
      signal,
      headers: {
        accept: options.accept?.map(prefix => (prefix.endsWith('/') ? `${prefix}*` : prefix)).join(', ') ?? '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'darkroom',
      },
    });
    if (REDIRECTS.has(answer.statusCode)) return redirectOf(answer, url);
    return await readFile(answer, url, options);
  } finally {
    signal.removeEventListener('abort', end);
    // Frees the socket whatever is left unread; a connection is never used for a second hop, which would skip its checks.
    await agent.destroy();
  }
}

function redirectOf(answer: Dispatcher.ResponseData, from: URL): URL {
  answer.body.on('error', () => {}).destroy();
  const location = header(answer, 'location');
  if (location === undefined) throw new UnreachableError('it redirects to nowhere', answer.statusCode);
  return parse(location, from);
}

async function readFile(answer: Dispatcher.ResponseData, url: URL, options: DownloadOptions): Promise<Downloaded> {
  // An unread body reports its own end by an error event.
  answer.body.on('error', () => {});
  if (answer.statusCode !== 200)
    throw new UnreachableError(`the server answered ${answer.statusCode}`, answer.statusCode);
  const contentType = header(answer, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (contentType !== undefined && !SAYS_NOTHING.has(contentType)) {
    if (options.accept?.every(prefix => !contentType.startsWith(prefix)) === true) {
      throw new DarkroomError('UNSUPPORTED_FORMAT', 'The file behind the URL is of another kind than asked for.');
    }
  }
  const announced = Number(header(answer, 'content-length') ?? 0);
  if (announced > options.maxBytes) throw tooLarge(options.maxBytes);
  const body: Readable = decodeBody(answer.body, header(answer, 'content-encoding') ?? '');
  const bytes = await readBounded(body, options.maxBytes, announced);
  return { bytes, contentType, url: url.href };
}

function header(answer: Dispatcher.ResponseData, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parse(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw refuse('it is not a URL');
  return new URL(text, base);
}
