import { createHmac, hkdfSync } from 'node:crypto';
import { DarkroomError } from './errors.js';

/**
 * What keys are made for, and what a rotation of the secret does to each:
 * - `asset-links`, `browser tokens`, `sessions`: links, tokens and sessions of a previous secret hold until they expire, as
 *   long as it is configured;
 * - `fingerprints`: a request that is sent again is recognised under each secret;
 * - `signatures`: the public key of a previous secret stays known (`retired_keys`), so that receipts still verify;
 * - `audit subjects`: what stands for a reference, or for the subject of a JWT, is another one from then on; entries are
 *   looked for under each key, also those that are kept in `retired_keys`;
 * - `seals`, `data keys`, `retired keys`: what lies under them is put under the present secret by the rotation.
 */
export type Purpose =
  | 'asset-links'
  | 'fingerprints'
  | 'signatures'
  | 'audit subjects'
  | 'browser tokens'
  | 'sessions'
  | 'seals'
  | 'data keys'
  | 'retired keys';

/** Tells secrets apart, and tells nothing of them. */
export function secretFingerprint(secret: Buffer): string {
  return createHmac('sha256', secret).update('darkroom secret fingerprint').digest('hex').slice(0, 32);
}

/**
 * The secret of the server, and during a rotation those before it: one key for each purpose and secret, by HKDF, so that
 * a key tells nothing of another one. One secret is active: new things are made under it. Which one is decided by the
 * database, so that all replicas change at once, and none makes what another one cannot read yet.
 */
export class Secrets {
  /** By fingerprint, the configured one first. */
  readonly #secrets: ReadonlyMap<string, Buffer>;
  readonly #keys = new Map<string, Buffer>();
  #active: string;

  /** @param secrets the configured one, then previous ones; at least 32 bytes each */
  constructor(secrets: readonly Buffer[]) {
    if (secrets.length === 0 || secrets.some(secret => secret.length < 32))
      throw new DarkroomError('INTERNAL', 'A secret has to be 32 bytes or more.');
    this.#secrets = new Map(secrets.map(secret => [secretFingerprint(secret), secret]));
    this.#active = this.configured;
  }

  /** The fingerprint of the secret that is to be used. */
  get configured(): string {
    return this.fingerprints[0]!;
  }

  /** The fingerprint of the secret that is used. */
  get active(): string {
    return this.#active;
  }

  get fingerprints(): string[] {
    return [...this.#secrets.keys()];
  }

  /** False where this secret is not among them; then nothing changes. */
  activate(fingerprint: string): boolean {
    if (!this.#secrets.has(fingerprint)) return false;
    this.#active = fingerprint;
    return true;
  }

  /** The key with which new things are made. */
  key(purpose: Purpose): Buffer {
    return this.#key(this.#active, purpose);
  }

  /** The keys with which things may have been made, the present one first. */
  keys(purpose: Purpose): readonly [Buffer, ...Buffer[]] {
    const others = this.fingerprints.filter(fingerprint => fingerprint !== this.#active);
    return [this.key(purpose), ...others.map(fingerprint => this.#key(fingerprint, purpose))];
  }

  /** The key of one of them. */
  keyOf(fingerprint: string, purpose: Purpose): Buffer | undefined {
    return this.#secrets.has(fingerprint) ? this.#key(fingerprint, purpose) : undefined;
  }

  #key(fingerprint: string, purpose: Purpose): Buffer {
    const name = `${fingerprint} ${purpose}`;
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = Buffer.from(hkdfSync('sha256', this.#secrets.get(fingerprint)!, '', purpose, 32));
      this.#keys.set(name, key);
    }
    return key;
  }
}

/** What is left of secrets that went, so that what was made under them is still known. */
export interface RetiredKeys {
  /** Ed25519: the `x` of a JWK. */
  publicKeys: readonly string[];
  subjectKeys: readonly Buffer[];
}

export const NOTHING_RETIRED: RetiredKeys = { publicKeys: [], subjectKeys: [] };

/** The keys of the HMACs that stand for people in the audit trail: the present one first, then all that there were. */
export function subjectKeysOf(secrets: Secrets, retired: RetiredKeys): readonly [Buffer, ...Buffer[]] {
  return [...secrets.keys('audit subjects'), ...retired.subjectKeys];
}
