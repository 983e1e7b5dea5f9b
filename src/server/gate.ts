import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { DarkroomError } from '../kernel/errors.js';
import type { RefusalLog } from './refusal-log.js';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

const FOREIGN_HOST =
  'The Host header names another server: DARKROOM_PUBLIC_URL says under which name a proxy passes requests on.';
const PUBLIC_NAME =
  'Under the name of DARKROOM_PUBLIC_URL only /assets/ and /health/ are served until an API key is made.';
const FOREIGN_ORIGIN =
  'This origin is not allowed: DARKROOM_ALLOWED_ORIGINS lists the origins whose pages may call, and DARKROOM_PUBLIC_URL is our own behind a proxy.';

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
    private readonly refusals: RefusalLog,
  ) {
    this.#isOpen = () => options.isOpen();
    this.#publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
    this.#allowed = new Set(options.allowedOrigins);
  }

  /**
   * Throws FORBIDDEN_ORIGIN, BAD_REQUEST. Without keys, only signed links and health are open under the public name, by
   * which a vendor fetches photos: through it anybody could spend the operator's money.
   */
  checkHost({ headers, rawHeaders, url = '' }: Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url'>): void {
    const host = soleHost(headers, rawHeaders, url);
    const name = hostUrl(host);
    if (name !== undefined && (!this.#isOpen() || LOOPBACK_NAMES.has(name.hostname))) return;
    const isPublic = name !== undefined && name.host === this.#publicUrl?.host;
    if (isPublic && /^\/(assets|health)\//.test(url)) return;
    throw this.#refused(headers, isPublic ? PUBLIC_NAME : FOREIGN_HOST);
  }

  /** Lets programs pass, our own pages, and those of an allowed origin. Throws FORBIDDEN_ORIGIN. */
  checkOrigin(headers: IncomingHttpHeaders): void {
    const { origin, host } = headers;
    if (origin === undefined || this.#allowed.has(origin)) return;
    if (origin === this.#publicUrl?.origin || this.#isOwn(origin, host)) return;
    throw this.#refused(headers, FOREIGN_ORIGIN);
  }

  /** What of the two refuses a request, if any. */
  refusalOf(request: Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url'>): unknown {
    try {
      this.checkHost(request);
      this.checkOrigin(request.headers);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #refused(headers: IncomingHttpHeaders, why: string): DarkroomError {
    this.refusals.tell(headers, why);
    return new DarkroomError('FORBIDDEN_ORIGIN', why);
  }

  /** The loopback names are one server as long as the port is the same. */
  #isOwn(origin: string, host: string | undefined): boolean {
    const own = hostUrl(host);
    if (own === undefined || !URL.canParse(origin)) return false;
    const from = new URL(origin);
    return (
      from.origin === own.origin ||
      (LOOPBACK_NAMES.has(from.hostname) && from.protocol === 'http:' && from.port === own.port)
    );
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

function hostUrl(host: string | undefined): URL | undefined {
  const wellFormed = host !== undefined && /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host);
  return wellFormed && URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
}
