import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Caller } from './caller.js';
import { IssuerKeys, type Jose } from './issuer-keys.js';
import { isScope } from './scopes.js';

export interface IssuerConfig {
  /** The `iss` of its tokens. */
  issuer: string;
  /** The `aud` that they have to name. */
  audience: string;
  /** Where its public keys are. */
  jwksUrl: string;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * JWTs of one issuer that the operator trusts. Claims: `sub`, `exp`; `scope`, as in RFC 8693, our scopes separated by
 * blanks; `tenant`, the id of a tenant. Signed by an asymmetric key of its JWKS, which is fetched when it is needed.
 */
export class TokenIssuer {
  #parts: Promise<{ jose: Jose; keys: IssuerKeys }> | undefined;

  /** @param subjectKeys the subjects of tokens become an HMAC with the first; with the others they did before */
  constructor(
    private readonly config: IssuerConfig,
    private readonly subjectKeys: () => readonly [Buffer, ...Buffer[]],
    private readonly log: Pick<Logger, 'info' | 'warn'>,
  ) {}

  /**
   * Undefined where it is none of this issuer's, has ended, or lacks a claim. Throws ISSUER_UNAVAILABLE where that
   * cannot be told, because its keys cannot be fetched.
   */
  async read(token: string): Promise<Omit<Caller, 'operationsPerMinute'> | undefined> {
    // A module of another kind than ours, and most servers never need it.
    this.#parts ??= import('jose').then(jose => ({ jose, keys: this.#openKeys(jose) }));
    const { jose, keys } = await this.#parts;
    // Of a token that has ended it need not be known who signed it: its WebSocket is closed in an outage too.
    if (hasEnded(jose, token)) return undefined;
    const { issuer, audience } = this.config;
    const options = {
      issuer,
      audience,
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      requiredClaims: ['sub', 'exp', 'tenant', 'scope'],
      clockTolerance: LIMITS.access.clockToleranceSeconds,
    };
    try {
      const { payload } = await jose.jwtVerify(token, keys.find, options);
      return this.#callerOf(payload);
    } catch (error) {
      if (DarkroomError.is(error)) throw error;
      return undefined;
    }
  }

  /**
   * What stands for a subject in the audit trail and wherever else a caller has an id. It may be an e-mail address or a
   * number of staff, and a trail that nobody can change can erase none. It is the same for the same subject, so that its
   * acts can be found by whoever knows it, and cannot be turned back without the secret.
   */
  idOf(subject: string): string {
    return this.#idUnder(this.subjectKeys()[0], subject);
  }

  /** All that stood for it, under the secrets of before too: the trail is older than they are. */
  idsOf(subject: string): string[] {
    return this.subjectKeys().map(key => this.#idUnder(key, subject));
  }

  #idUnder(key: Buffer, subject: string): string {
    // Three texts, where that of a reference has two: the key is the same.
    const hmac = createHmac('sha256', key).update(JSON.stringify(['jwt', this.config.issuer, subject]));
    return `jwt_${hmac.digest().subarray(0, 16).toString('base64url')}`;
  }

  #openKeys(jose: Jose): IssuerKeys {
    const set = jose.createRemoteJWKSet(new URL(this.config.jwksUrl), {
      timeoutDuration: LIMITS.access.jwksMs,
      // `IssuerKeys` says when: here, the first failure after their end would take keys away that are still good.
      cooldownDuration: Number.POSITIVE_INFINITY,
      cacheMaxAge: Number.POSITIVE_INFINITY,
    });
    return new IssuerKeys(set, this.log);
  }

  #callerOf({ sub, exp, tenant, scope }: Claims): Omit<Caller, 'operationsPerMinute'> | undefined {
    if (typeof sub !== 'string' || typeof exp !== 'number' || typeof tenant !== 'string' || typeof scope !== 'string')
      return undefined;
    return {
      kind: 'JWT',
      id: this.idOf(sub),
      name: sub.slice(0, LIMITS.access.nameChars),
      tenantId: tenant,
      apiKeyId: null,
      scopes: new Set(scope.split(' ').filter(isScope)),
      expiresAt: new Date(exp * 1_000),
    };
  }
}

function hasEnded({ decodeJwt }: Jose, token: string): boolean {
  try {
    const { exp } = decodeJwt(token);
    return exp !== undefined && exp + LIMITS.access.clockToleranceSeconds <= Date.now() / 1_000;
  } catch {
    // It is no JWT; that is said elsewhere.
    return false;
  }
}
