import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../kernel/clock.js';
import { DarkroomError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';

/** The query of a request as parsed: a parameter that was given twice is not a string. */
export type LinkQuery = Readonly<Record<string, unknown>>;

/**
 * Signed links to assets, `<base>/assets/<id>?expires=<Unix seconds>&signature=<43 characters of base64url>`:
 * whoever holds one may read that asset until then. The signature is HMAC-SHA256 over id and expiry, under a key of its
 * own that HKDF derives from the server's secret, so that it says nothing about what else that secret protects.
 */
export class AssetLinks {
  readonly #key: Buffer;

  /** @param baseUrl the server's public address (a port that the system chose is known late), with or without a slash */
  constructor(
    secret: Buffer,
    private readonly baseUrl: () => string,
    private readonly clock: Clock,
  ) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'asset-links', 32));
  }

  /**
   * The expiry is the next full quarter of a link's life after now + life: two answers a minute apart give the same URL,
   * so caches keep working, and a link lives for 1 to 1.25 times LIMITS.asset.urlMs.
   */
  sign(id: string): { url: string; expiresAt: Date } {
    if (!isId('asset', id)) throw new DarkroomError('NOT_FOUND');
    const quarter = LIMITS.asset.urlMs / 4;
    const expiresMs = Math.ceil((this.clock.now() + LIMITS.asset.urlMs) / quarter) * quarter;
    const expires = String(expiresMs / 1_000);
    return {
      url: `${this.baseUrl().replace(/\/+$/, '')}/assets/${id}?expires=${expires}&signature=${this.#signature(id, expires)}`,
      expiresAt: new Date(expiresMs),
    };
  }

  /** EXPIRED only for a link that was once good; other parameters are ignored. */
  verify(id: string, query: LinkQuery): 'OK' | 'EXPIRED' | 'INVALID' {
    const { expires, signature } = query;
    if (typeof expires !== 'string' || typeof signature !== 'string') return 'INVALID';
    if (!isId('asset', id) || !/^\d{1,12}$/.test(expires)) return 'INVALID';
    // Compared as text: of the last character of base64url two bits are unused, so four texts decode to the same bytes.
    const expected = Buffer.from(this.#signature(id, expires));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'INVALID';
    return this.clock.now() < Number(expires) * 1_000 ? 'OK' : 'EXPIRED';
  }

  #signature(id: string, expires: string): string {
    return createHmac('sha256', this.#key).update(`${id}\n${expires}`).digest('base64url');
  }
}
