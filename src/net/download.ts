import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { decodeBody, readBounded, tooLarge } from './bounded-body.js';
import { agentFor, notAllowed, type OutboundPolicy, PUBLIC_HTTP_TOO, PUBLIC_HTTPS } from './outbound-policy.js';

export interface DownloadOptions {
  maxBytes: number;
  signal: AbortSignal;
  /** For the whole download, redirects included. Default: LIMITS.outbound.downloadMs. */
  timeoutMs?: number;
  /** Origins that the operator configured. They are exempt from the policy: http and private addresses are allowed. */
  allowOrigins?: readonly string[];
  /** Takes `http:` from public hosts as well: whoever is on the way can read the file, and change it. */
  plainHttp?: boolean;
  /** Accepted prefixes of content types, such as `image/`. A missing or generic type (octet-stream) is accepted. */
  accept?: readonly string[];
}

export interface Downloaded {
  bytes: Buffer;
  contentType: string | undefined;
  /** The final URL, after redirects. It is a secret if it is signed. */
  url: string;
}

/**
 * URL_UNREACHABLE, with the HTTP status if there was a response. A 403 of a signed URL may mean that it has expired.
 */
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
const GENERIC_TYPES = new Set(['application/octet-stream', 'binary/octet-stream']);

/**
 * Downloads a file from a URL that somebody else chose (a caller, the answer of a vendor). Requests carry no
 * credential, cookie or referrer, so none can leak on a redirect, and use no proxy of the environment. Each redirect is
 * checked like the first URL (outbound-policy.ts).
 * Throws DarkroomError: URL_NOT_ALLOWED, URL_UNREACHABLE (UnreachableError), FILE_TOO_LARGE, UNSUPPORTED_FORMAT where
 * `accept` excludes the type. Rejects with the reason of the signal when it is aborted.
 */
export function download(url: string, options: DownloadOptions): Promise<Downloaded> {
  return downloadBy(options.plainHttp ? PUBLIC_HTTP_TOO : PUBLIC_HTTPS, url, options);
}

/** `download` with another policy. For tests, which only have loopback. */
export async function downloadBy(policy: OutboundPolicy, url: string, options: DownloadOptions): Promise<Downloaded> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? LIMITS.outbound.downloadMs);
  const aborted = AbortSignal.any([options.signal, timeout]);
  try {
    let next = parse(url);
    for (let hop = 0; hop <= LIMITS.outbound.redirects; hop += 1) {
      const result = await fetchHop(policy, next, options, aborted);
      if (!(result instanceof URL)) return result;
      next = result;
    }
    throw notAllowed('it redirects too often');
  } catch (error) {
    options.signal.throwIfAborted();
    if (DarkroomError.is(error)) throw error;
    if (timeout.aborted) throw new UnreachableError('it took too long');
    throw new UnreachableError('no whole answer came', undefined, { cause: error });
  }
}

/** One request: the file, or the URL of a redirect. */
async function fetchHop(
  policy: OutboundPolicy,
  url: URL,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<Downloaded | URL> {
  const agent = agentFor(url, policy, options.allowOrigins);
  signal.throwIfAborted();
  // undici observes the signal of a request only once it is connected. Destroying the agent also ends a look-up or a
  // handshake.
  const destroy = () => void agent.destroy();
  signal.addEventListener('abort', destroy);
  try {
    const response = await request(url, {
      dispatcher: agent,
      signal,
      headers: {
        accept: options.accept?.map(prefix => (prefix.endsWith('/') ? `${prefix}*` : prefix)).join(', ') ?? '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'darkroom',
      },
    });
    if (REDIRECTS.has(response.statusCode)) return redirectOf(response, url);
    return await readResponse(response, url, options);
  } finally {
    signal.removeEventListener('abort', destroy);
    // Closes the socket even if the body is unread. No connection is used for a second hop, which would skip its
    // checks.
    await agent.destroy();
  }
}

function redirectOf(response: Dispatcher.ResponseData, from: URL): URL {
  response.body.on('error', () => {}).destroy();
  const location = header(response, 'location');
  if (location === undefined) throw new UnreachableError('it redirects to nowhere', response.statusCode);
  return parse(location, from);
}

async function readResponse(
  response: Dispatcher.ResponseData,
  url: URL,
  options: DownloadOptions,
): Promise<Downloaded> {
  // A body that is not read reports its end as an error event.
  response.body.on('error', () => {});
  if (response.statusCode !== 200)
    throw new UnreachableError(`the server answered ${response.statusCode}`, response.statusCode);
  const contentType = header(response, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (contentType !== undefined && !GENERIC_TYPES.has(contentType)) {
    if (options.accept?.every(prefix => !contentType.startsWith(prefix)) === true) {
      throw new DarkroomError('UNSUPPORTED_FORMAT', 'The file behind the URL is of another kind than asked for.');
    }
  }
  const contentLength = Number(header(response, 'content-length') ?? 0);
  if (contentLength > options.maxBytes) throw tooLarge(options.maxBytes);
  const body: Readable = decodeBody(response.body, header(response, 'content-encoding') ?? '');
  const bytes = await readBounded(body, options.maxBytes, contentLength);
  return { bytes, contentType, url: url.href };
}

function header(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parse(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw notAllowed('it is not a URL');
  return new URL(text, base);
}
