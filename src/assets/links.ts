import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../kernel/clock.js';
import { DarkroomError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';

/** The parsed query of a request. A parameter that occurs twice is not a string. */
export type LinkQuery = Readonly<Record<string, unknown>>;

/**
 * Signed links to assets, `<base>/assets/<id>?expires=<Unix seconds>&signature=<43 characters of base64url>`. Whoever
 * has one may read that asset until then. The signature is HMAC-SHA256 over id and expiry. Its key is derived from the
 * secret of the server by HKDF, so a signature reveals nothing about other uses of the secret.
 */
export class AssetLinks {
  readonly #key: Buffer;

  /**
   * @param baseUrl the public address of the server, with or without a slash. A function, because a port that the
   * system chooses is known late
   */
  constructor(
    secret: Buffer,
    private readonly baseUrl: () => string,
    private readonly clock: Clock,
  ) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'asset-links', 32));
  }

  /**
   * The expiry is now + life, rounded up to a quarter of the life. Two answers a minute apart mostly give the same URL,
   * so caches keep working. A link lives for 1 to 1.25 times LIMITS.asset.urlMs.
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

  /** EXPIRED only for a link with a valid signature. Other parameters are ignored. */
  verify(id: string, query: LinkQuery): 'OK' | 'EXPIRED' | 'INVALID' {
    const { expires, signature } = query;
    if (typeof expires !== 'string' || typeof signature !== 'string') return 'INVALID';
    if (!isId('asset', id) || !/^\d{1,12}$/.test(expires)) return 'INVALID';
    // Compared as text, not decoded: two bits of the last character of base64url are unused, so four texts decode to
    // the same bytes.
    const expected = Buffer.from(this.#signature(id, expires));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'INVALID';
    return this.clock.now() < Number(expires) * 1_000 ? 'OK' : 'EXPIRED';
  }

  #signature(id: string, expires: string): string {
    return createHmac('sha256', this.#key).update(`${id}\n${expires}`).digest('base64url');
  }
}
