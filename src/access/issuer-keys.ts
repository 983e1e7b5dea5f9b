import type { Logger } from 'pino';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';

export type Jose = typeof import('jose', { with: { 'resolution-mode': 'import' }});
type RemoteKeys = ReturnType<Jose['createRemoteJWKSet']>;

const { jwksRenewMs, jwksKeptMs, jwksPauseMs } = LIMITS.access;

const UNKNOWN_KEY = 'ERR_JWKS_NO_MATCHING_KEY';
/** What jose says of a token; whatever else goes wrong on the way to a key is the fault of the issuer or the network. */
const FAULTS_OF_TOKENS: readonly unknown[] = [UNKNOWN_KEY, 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED'];

/**
 * The public keys of an issuer, across its outages: keys that are known go on for a day, and are renewed beside the
 * requests. Only a token that needs a key which cannot be fetched is told to come again.
 */
export class IssuerKeys {
  #fetchedAt: number | undefined;
  #failedAt: number | undefined;

  /** @param set one that fetches nothing by itself once it has keys */
  constructor(
    private readonly set: RemoteKeys,
    private readonly log: Pick<Logger, 'info' | 'warn'>,
  ) {}

  /** Throws ISSUER_UNAVAILABLE; whatever else jose throws is about the token. */
  readonly find = async (...[header, input]: Parameters<RemoteKeys>): ReturnType<RemoteKeys> => {
    if (this.#ageMs > jwksKeptMs) await this.#fetch();
    else if (this.#ageMs > jwksRenewMs) this.#fetch().catch(() => {});
    try {
      return await this.set(header, input);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (!FAULTS_OF_TOKENS.includes(code)) throw unavailable(error);
      if (code !== UNKNOWN_KEY || this.#ageMs < jwksPauseMs) throw error;
    }
    // It may be a new one. While the issuer does not answer, nobody can tell that from one that is nobody's.
    await this.#fetch();
    return this.set(header, input);
  };

  get #ageMs(): number {
    return this.#fetchedAt === undefined ? Number.POSITIVE_INFINITY : Date.now() - this.#fetchedAt;
  }

  /** Once in a while only: each try may take seconds, and who asks waits for it. */
  async #fetch(): Promise<void> {
    if (this.#failedAt !== undefined && Date.now() - this.#failedAt < jwksPauseMs) throw unavailable();
    try {
      await this.set.reload();
    } catch (error) {
      if (this.#failedAt === undefined)
        this.log.warn(
          { reason: reasonOf(error) },
          'the keys of the issuer of JWTs cannot be fetched; known ones go on',
        );
      this.#failedAt = Date.now();
      throw unavailable(error);
    }
    if (this.#failedAt !== undefined) this.log.info({}, 'the keys of the issuer of JWTs can be fetched again');
    this.#fetchedAt = Date.now();
    this.#failedAt = undefined;
  }
}

/** No message of the network's: it can hold the address. */
function reasonOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return String(cause?.code ?? code ?? (error as Error).name);
}

function unavailable(cause?: unknown): DarkroomError {
  return new DarkroomError('ISSUER_UNAVAILABLE', undefined, [], { cause });
}
