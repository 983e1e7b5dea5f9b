import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../kernel/clock.js';
import { DarkroomError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import type { Secrets } from '../kernel/secrets.js';

/** The parsed query of a request. A parameter that occurs twice is not a string. */
export type LinkQuery = Readonly<Record<string, unknown>>;

/**
 * Signed links to assets, `<base>/assets/<id>?expires=<Unix seconds>&signature=<43 characters of base64url>`, with
 * `&width=<pixels>` for a small copy, or `&through=1` for one that never leads on to a bucket. Whoever has one may read that
 * asset until then. The signature is HMAC-SHA256 over id, expiry, and width or `through`. One that a secret of before has
 * signed holds until its time is over.
 */
export class AssetLinks {
  /**
   * @param baseUrl the public address of the server, with or without a slash. A function, because a port that the
   * system chooses is known late
   */
  constructor(
    private readonly secrets: Secrets,
    private readonly baseUrl: () => string,
    private readonly clock: Clock,
  ) {}

  /**
   * The expiry is now + life, rounded up to a quarter of the life. Two answers a minute apart mostly give the same URL,
   * so caches keep working. A link lives for 1 to 1.25 times LIMITS.asset.urlMs.
   */
  sign(id: string, width?: number): { url: string; expiresAt: Date } {
    return this.#sign(id, width === undefined ? undefined : ['width', String(width)]);
  }

  /** For a vendor that fetches a photo: not all of them follow redirects. */
  signThrough(id: string): { url: string; expiresAt: Date } {
    return this.#sign(id, ['through', '1']);
  }

  #sign(id: string, how: [name: string, value: string] | undefined): { url: string; expiresAt: Date } {
    if (!isId('asset', id)) throw new DarkroomError('NOT_FOUND');
    const quarter = LIMITS.asset.urlMs / 4;
    const expiresMs = Math.ceil((this.clock.now() + LIMITS.asset.urlMs) / quarter) * quarter;
    const expires = String(expiresMs / 1_000);
    const rest = how === undefined ? '' : `&${how.join('=')}`;
    const signature = signatureOf(this.secrets.key('asset-links'), id, expires, how);
    return {
      url: `${this.baseUrl().replace(/\/+$/, '')}/assets/${id}?expires=${expires}${rest}&signature=${signature}`,
      expiresAt: new Date(expiresMs),
    };
  }

  /** EXPIRED only for a link with a valid signature. Other parameters are ignored. */
  verify(id: string, query: LinkQuery): 'OK' | 'EXPIRED' | 'INVALID' {
    const { expires, signature, width, through } = query;
    if (typeof expires !== 'string' || typeof signature !== 'string') return 'INVALID';
    if (!isId('asset', id) || !/^\d{1,12}$/.test(expires)) return 'INVALID';
    for (const value of [width, through]) if (value !== undefined && typeof value !== 'string') return 'INVALID';
    const how = howOf(query);
    // Compared as text, not decoded: two bits of the last character of base64url are unused, so four texts decode to
    // the same bytes.
    const given = Buffer.from(signature);
    const holds = this.secrets.keys('asset-links').some(key => {
      const expected = Buffer.from(signatureOf(key, id, expires, how));
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    if (!holds) return 'INVALID';
    return this.clock.now() < Number(expires) * 1_000 ? 'OK' : 'EXPIRED';
  }
}

/** A small copy is made here in any case. */
function howOf({ width, through }: LinkQuery): [string, string] | undefined {
  if (width !== undefined) return ['width', String(width)];
  return through === undefined ? undefined : ['through', String(through)];
}

function signatureOf(key: Buffer, id: string, expires: string, how: [string, string] | undefined): string {
  const what = how === undefined ? [] : [how[0] === 'width' ? how[1] : how.join('=')];
  return createHmac('sha256', key)
    .update([id, expires, ...what].join('\n'))
    .digest('base64url');
}
