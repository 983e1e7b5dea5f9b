import type { Logger } from 'pino';

const EVERY_MS = 60_000;
/** A caller chooses its Origin: more of them than these are not told apart. */
const ORIGINS = 100;
const CHARS = 200;

/** What arrived. */
export interface Refused {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  /** By a trusted proxy. */
  readonly forwardedHost?: string | undefined;
  /** The client's address. */
  readonly client?: string | undefined;
}

/**
 * Tells the operator whom the gate refused, with the Origin and Host that it saw: behind a proxy these are not what the
 * browser sent, and nothing else shows it. Once a minute for each Origin, and each Host where there is none.
 */
export class RefusalLog {
  readonly #toldAt = new Map<string, number>();

  constructor(private readonly log: Logger) {}

  tell({ origin, host, forwardedHost, client }: Refused, why: string): void {
    const key = origin === undefined ? `Host ${host?.slice(0, CHARS)}` : origin.slice(0, CHARS);
    const now = Date.now();
    for (const [other, at] of this.#toldAt) {
      if (now - at < EVERY_MS) break;
      this.#toldAt.delete(other);
    }
    if (this.#toldAt.has(key) || this.#toldAt.size >= ORIGINS) return;
    this.#toldAt.set(key, now);
    const [shownOrigin, shownHost, shownForwarded] = [origin, host, forwardedHost].map(each => each?.slice(0, CHARS));
    const line = { origin: shownOrigin, host: shownHost, forwardedHost: shownForwarded, client, why };
    this.log.warn(line, 'a request was refused');
  }
}
