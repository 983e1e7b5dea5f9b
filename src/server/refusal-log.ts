import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';

const EVERY_MS = 60_000;
/** A caller chooses its Origin: more of them than these are not told apart. */
const ORIGINS = 100;
const CHARS = 200;

/**
 * Tells the operator whom the gate refused, with the Origin and Host that it saw: behind a proxy these are not what the
 * browser sent, and nothing else shows it. Once a minute for each Origin, and each Host where there is none.
 */
export class RefusalLog {
  readonly #toldAt = new Map<string, number>();

  constructor(private readonly log: Logger) {}

  tell({ origin, host }: IncomingHttpHeaders, why: string): void {
    const key = origin === undefined ? `Host ${host?.slice(0, CHARS)}` : origin.slice(0, CHARS);
    const now = Date.now();
    for (const [other, at] of this.#toldAt) {
      if (now - at < EVERY_MS) break;
      this.#toldAt.delete(other);
    }
    if (this.#toldAt.has(key) || this.#toldAt.size >= ORIGINS) return;
    this.#toldAt.set(key, now);
    this.log.warn({ origin: origin?.slice(0, CHARS), host: host?.slice(0, CHARS), why }, 'a request was refused');
  }
}
