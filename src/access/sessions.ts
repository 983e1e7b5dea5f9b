import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { Sealer } from '../kernel/seal.js';
import type { Secrets } from '../kernel/secrets.js';

/** Whom a session stands for: an API key by its hash, so that the key itself is kept nowhere; or the holder of a JWT. */
export type SessionHolder = { readonly keyHash: string } | { readonly jwt: string };

/**
 * What the cookie of a signed-in page holds: sealed, so that a browser can neither read nor make it. It holds no rights of
 * its own: whoever shows it is looked up as the key or JWT that it names, whose revocation and end count as everywhere.
 */
export class Sessions {
  readonly #sealer: Sealer;

  constructor(secrets: Secrets) {
    this.#sealer = new Sealer(secrets, 'sessions');
  }

  /** Throws BAD_REQUEST where it would not fit into a cookie. */
  write(holder: SessionHolder, expiresAt: Date): string {
    const value = this.#sealer.seal(JSON.stringify({ ...holder, until: expiresAt.getTime() }), 'session');
    if (value.length > LIMITS.session.chars)
      throw new DarkroomError('BAD_REQUEST', 'The JWT is too long for a cookie.');
    return value;
  }

  /** Undefined for what was not sealed here, or has ended. */
  read(value: string): SessionHolder | undefined {
    if (value.length > LIMITS.session.chars) return undefined;
    try {
      const { until, ...holder } = JSON.parse(this.#sealer.open(value, 'session')) as SessionHolder & { until: number };
      return until > Date.now() ? holder : undefined;
    } catch {
      return undefined;
    }
  }
}
