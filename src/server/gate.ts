import type { IncomingHttpHeaders } from 'node:http';
import { DarkroomError } from '../kernel/errors.js';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

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

  constructor(options: { publicUrl?: string | undefined; allowedOrigins: readonly string[]; isOpen(): boolean }) {
    this.#isOpen = () => options.isOpen();
    this.#publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
    this.#allowed = new Set(options.allowedOrigins);
  }

  /**
   * Throws FORBIDDEN_ORIGIN, BAD_REQUEST. Without keys, only signed links and health are open under the public name, by
   * which a vendor fetches photos: through it anybody could spend the operator's money.
   */
  checkHost({ host }: IncomingHttpHeaders, path: string): void {
    if (host === undefined) throw new DarkroomError('BAD_REQUEST', 'The Host header is missing.');
    const name = hostUrl(host);
    if (name !== undefined && (!this.#isOpen() || LOOPBACK_NAMES.has(name.hostname))) return;
    if (name !== undefined && name.host === this.#publicUrl?.host && /^\/(assets|health)\//.test(path)) return;
    throw new DarkroomError('FORBIDDEN_ORIGIN', 'The Host header names another server.');
  }

  /** Lets programs pass, our own pages, and those of an allowed origin. Throws FORBIDDEN_ORIGIN. */
  checkOrigin({ origin, host }: IncomingHttpHeaders): void {
    if (origin === undefined || this.#allowed.has(origin)) return;
    if (origin === this.#publicUrl?.origin || this.#isOwn(origin, host)) return;
    throw new DarkroomError('FORBIDDEN_ORIGIN', 'This origin is not allowed; see DARKROOM_ALLOWED_ORIGINS.');
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

function hostUrl(host: string | undefined): URL | undefined {
  const wellFormed = host !== undefined && /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host);
  return wellFormed && URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
}
