import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { NOTHING_RETIRED, type RetiredKeys, type Secrets } from './secrets.js';

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The id of a public key: enough of its hash to tell the keys of one operator apart. */
function keyIdOf(x: string): string {
  return createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex').slice(0, 16);
}

/** A public key as a JWK (RFC 8037). */
export interface PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}

/** Checks what the holder of one key has signed. It takes the public key alone, so anybody can do it. */
export class SignatureCheck {
  readonly keyId: string;
  readonly #key: KeyObject;

  /** @param x the public key: 32 bytes in base64url, the `x` of its JWK */
  constructor(readonly x: string) {
    this.#key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    this.keyId = keyIdOf(x);
  }

  holds(text: string, signature: string): boolean {
    return verify(null, Buffer.from(text), this.#key, Buffer.from(signature, 'base64url'));
  }

  /** The payload of a compact JWS that this key has signed; undefined for any other text. */
  openJws(jws: string): unknown {
    const [header, payload, signature, ...rest] = jws.split('.');
    if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) return undefined;
    try {
      // The algorithm is ours and not the header's: a header may be anybody's.
      if (JSON.parse(decode(header)).alg !== 'EdDSA' || !this.holds(`${header}.${payload}`, signature))
        return undefined;
      return JSON.parse(decode(payload));
    } catch {
      return undefined;
    }
  }
}

/**
 * Signs with Ed25519. The key is derived from the secret of the server, so replicas that share the secret have the same
 * one, and it is stored nowhere. Receivers need the public key alone.
 */
export class Signer extends SignatureCheck {
  readonly #privateKey: KeyObject;

  /** @param seed 32 bytes */
  constructor(seed: Buffer) {
    const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
    super(createPublicKey(key).export({ format: 'jwk' }).x!);
    this.#privateKey = key;
  }

  /** In base64url. */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#privateKey).toString('base64url');
  }

  /** A compact JWS (RFC 7515, EdDSA of RFC 8037): any library for JOSE can check it. */
  signJws(payload: object, type: string): string {
    const signed = `${encode({ alg: 'EdDSA', kid: this.keyId, typ: type })}.${encode(payload)}`;
    return `${signed}.${this.sign(signed)}`;
  }

  get publicJwk(): PublicJwk {
    return { kty: 'OKP', crv: 'Ed25519', x: this.x, kid: this.keyId, alg: 'EdDSA', use: 'sig' };
  }
}

/** The key that signs now, and all by which a signature may have been made. */
export class SigningKeys {
  readonly #signers = new WeakMap<Buffer, Signer>();
  readonly #retired: readonly SignatureCheck[];

  constructor(
    private readonly secrets: Secrets,
    { publicKeys }: Pick<RetiredKeys, 'publicKeys'> = NOTHING_RETIRED,
  ) {
    this.#retired = publicKeys.map(x => new SignatureCheck(x));
  }

  get present(): Signer {
    return this.#signerOf(this.secrets.key('signatures'));
  }

  get all(): SignatureCheck[] {
    return [...this.secrets.keys('signatures').map(seed => this.#signerOf(seed)), ...this.#retired];
  }

  #signerOf(seed: Buffer): Signer {
    let signer = this.#signers.get(seed);
    if (signer === undefined) {
      signer = new Signer(seed);
      this.#signers.set(seed, signer);
    }
    return signer;
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8');
}
