import { LIMITS } from '../kernel/limits.js';
import type { Caller } from './caller.js';
import { isScope } from './scopes.js';

export interface IssuerConfig {
  /** The `iss` of its tokens. */
  issuer: string;
  /** The `aud` that they have to name. */
  audience: string;
  /** Where its public keys are. */
  jwksUrl: string;
}

/**
 * JWTs of one issuer that the operator trusts. Claims: `sub`, `exp`; `scope`, as in RFC 8693, our scopes separated by
 * blanks; `tenant`, the id of a tenant. Signed by an asymmetric key of its JWKS, which is fetched when it is needed.
 */
export class TokenIssuer {
  private verifying: Promise<(token: string) => Promise<{ payload: Claims }>> | undefined;

  constructor(private readonly config: IssuerConfig) {}

  /** Undefined where it is none of this issuer's, has ended, or lacks a claim. */
  async read(token: string): Promise<Omit<Caller, 'operationsPerMinute'> | undefined> {
    this.verifying ??= createVerifier(this.config);
    const verify = await this.verifying;
    try {
      return callerOf((await verify(token)).payload);
    } catch {
      return undefined;
    }
  }
}

type Claims = Readonly<Record<string, unknown>>;

async function createVerifier({ issuer, audience, jwksUrl }: IssuerConfig) {
  // A module of another kind than ours, and most servers never need it.
  const { createRemoteJWKSet, jwtVerify } = await import('jose');
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: LIMITS.access.jwksMs });
  const options = {
    issuer,
    audience,
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    requiredClaims: ['sub', 'exp', 'tenant', 'scope'],
    clockTolerance: LIMITS.access.clockToleranceSeconds,
  };
  return (token: string) => jwtVerify(token, keys, options);
}

function callerOf({ sub, exp, tenant, scope }: Claims): Omit<Caller, 'operationsPerMinute'> | undefined {
  if (typeof sub !== 'string' || typeof exp !== 'number' || typeof tenant !== 'string' || typeof scope !== 'string')
    return undefined;
  const name = sub.slice(0, LIMITS.access.nameChars);
  return {
    kind: 'JWT',
    id: name,
    name,
    tenantId: tenant,
    apiKeyId: null,
    scopes: new Set(scope.split(' ').filter(isScope)),
    expiresAt: new Date(exp * 1_000),
  };
}
