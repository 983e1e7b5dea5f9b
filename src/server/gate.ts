import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { RefusalLog } from './refusal-log.js';
import type { TrustedProxies } from './trusted-proxies.js';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

const FOREIGN_HOST =
  'The Host header, or the X-Forwarded-Host of a trusted proxy, names another server: DARKROOM_PUBLIC_URL says under which name a proxy passes requests on.';
const PUBLIC_NAME =
  'Under the name of DARKROOM_PUBLIC_URL only /assets/ and /health/ are served until an API key is made.';
const FOREIGN_ORIGIN =
  'This origin is not allowed: DARKROOM_ALLOWED_ORIGINS lists the origins whose pages may call, and DARKROOM_PUBLIC_URL is our own behind a proxy.';

/** What the gate looks at. */
type Arrival = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url' | 'socket'>;

/**
 * From where a server may be talked to. Whoever has to show an API key may come under any name: a page of elsewhere has
 * none. Without keys: programs of this machine, and pages that the server itself or an allowed origin has served.
 *
 * Two threats. DNS rebinding: a page of evil.example lets its name resolve to 127.0.0.1 and is then same-origin with
 * us; its requests still carry `Host: evil.example`, so a foreign Host is refused. The port is not looked at: a page
 * cannot forge the name, and a tunnel or a container may map us to another port. Cross-site calls: a page of another
 * origin opens a WebSocket or posts a form; its `Origin` is neither the Host's nor on the list.
 */
export class Gate {
  readonly #publicUrl: URL | undefined;
  readonly #allowed: ReadonlySet<string>;

  readonly #isOpen: () => boolean;

  constructor(
    options: { publicUrl?: string | undefined; allowedOrigins: readonly string[]; isOpen(): boolean },
    private readonly proxies: TrustedProxies,
    private readonly refusals: RefusalLog,
  ) {
    this.#isOpen = () => options.isOpen();
    this.#publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
    this.#allowed = new Set(options.allowedOrigins);
  }

  /**
   * Throws FORBIDDEN_ORIGIN, BAD_REQUEST. Without keys, only signed links and health are open under the public name, by
   * which a vendor fetches photos: through it anybody could spend the operator's money. The name that a trusted proxy
   * forwards counts beside the Host and not in its place: a page on this machine that rebinds a name comes from the
   * address of the proxy too, and could forward any name.
   */
  checkHost(request: Arrival): void {
    const { headers, rawHeaders, url = '' } = request;
    const host = soleHost(headers, rawHeaders, url);
    const { host: forwarded = host } = this.proxies.forwardedOf(request);
    for (const name of new Set([host, forwarded])) {
      const why = this.#whyNotUnder(hostUrl(name), url);
      if (why !== undefined) throw this.#refused(request, why);
    }
  }

  /** Lets programs pass, our own pages, and those of an allowed origin. Throws FORBIDDEN_ORIGIN. */
  checkOrigin(request: Arrival): void {
    const { origin } = request.headers;
    if (origin === undefined || this.#allowed.has(origin) || this.isOwnPage(request)) return;
    throw this.#refused(request, FOREIGN_ORIGIN);
  }

  /** Whether a page that this server itself has served sent it. Browsers name the Origin of every POST and WebSocket. */
  isOwnPage(request: Arrival): boolean {
    const { origin } = request.headers;
    if (origin === undefined) return false;
    return origin === this.#publicUrl?.origin || this.#isOwn(origin, request);
  }

  /** Whether the browser came by https, as a trusted proxy or DARKROOM_PUBLIC_URL says. */
  isHttps(request: Arrival): boolean {
    const { host, protocol } = this.proxies.forwardedOf(request);
    if (protocol !== undefined) return protocol === 'https';
    const under = hostUrl(host ?? request.headers.host)?.host;
    return this.#publicUrl?.protocol === 'https:' && under === this.#publicUrl.host;
  }

  /** What of the two refuses a request, if any. */
  refusalOf(request: Arrival): unknown {
    try {
      this.checkHost(request);
      this.checkOrigin(request);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #whyNotUnder(name: URL | undefined, url: string): string | undefined {
    if (name !== undefined && (!this.#isOpen() || LOOPBACK_NAMES.has(name.hostname))) return undefined;
    const isPublic = name !== undefined && name.host === this.#publicUrl?.host;
    if (isPublic && /^\/(assets|health)\//.test(url)) return undefined;
    return isPublic ? PUBLIC_NAME : FOREIGN_HOST;
  }

  #refused(request: Arrival, why: string): DarkroomError {
    const { origin, host } = request.headers;
    const { host: forwardedHost } = this.proxies.forwardedOf(request);
    this.refusals.tell({ origin, host, forwardedHost, client: this.proxies.addressOf(request) }, why);
    return new DarkroomError('FORBIDDEN_ORIGIN', why);
  }

  /** Under the name and protocol that the browser saw. The loopback names are one server as long as the port is the same. */
  #isOwn(origin: string, request: Arrival): boolean {
    const { host: forwardedHost, protocol = 'http' } = this.proxies.forwardedOf(request);
    const own = hostUrl(forwardedHost ?? request.headers.host, protocol);
    if (own === undefined || !URL.canParse(origin)) return false;
    const from = new URL(origin);
    const bothLoopback = LOOPBACK_NAMES.has(from.hostname) && LOOPBACK_NAMES.has(own.hostname);
    return from.origin === own.origin || (bothLoopback && from.protocol === own.protocol && from.port === own.port);
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * The one Host of a request. Throws BAD_REQUEST where there are several: Node keeps the first, a proxy may go by another,
 * and the name that was checked would not be the name that was meant. The same for a target with a host of its own.
 */
function soleHost({ host }: IncomingHttpHeaders, rawHeaders: readonly string[], target: string): string {
  if (host === undefined) throw new DarkroomError('BAD_REQUEST', 'The Host header is missing.');
  const count = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (count > 1) throw new DarkroomError('BAD_REQUEST', 'There is more than one Host header.');
  if (!/^(\/|\*$)/.test(target) && (!URL.canParse(target) || new URL(target).host !== hostUrl(host)?.host))
    throw new DarkroomError('BAD_REQUEST', 'The target of the request and its Host header name different servers.');
  return host;
}

/** The hosts that were asked for: a server is known under few names, and to parse one costs more than to look it up. */
const known = new LRUCache<string, URL>({
  max: LIMITS.http.knownHosts,
  maxSize: LIMITS.http.knownHostChars,
  sizeCalculation: (_url, text) => text.length,
});

function hostUrl(host: string | undefined, protocol = 'http'): URL | undefined {
  if (host === undefined) return undefined;
  const text = `${protocol}://${host}`;
  const seen = known.get(text);
  if (seen !== undefined) return seen;
  const wellFormed =
    /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host) && /^https?$/.test(protocol) && URL.canParse(text);
  if (!wellFormed) return undefined;
  const url = new URL(text);
  known.set(text, url);
  return url;
}
