import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { DarkroomError } from './errors.js';
import type { Purpose, Secrets } from './secrets.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** 8 hexadecimal digits: enough to tell the keys of one server apart, too few to help in finding one. */
const KEY_ID_BYTES = 4;

/** AES-256-GCM: iv and, behind it, ciphertext and tag. The iv is random, 96 bits (NIST SP 800-38D, 8.3). */
function encrypt(key: Buffer, plain: string, additional: string): [Buffer, Buffer] {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(additional));
  return [iv, Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])];
}

/** Throws INTERNAL. The error never holds the content. */
function decrypt(key: Buffer, iv: string, data: string, additional: string): string {
  const bytes = Buffer.from(data, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(additional));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    throw new DarkroomError('INTERNAL', 'The sealed text was changed or belongs to something else.');
  }
}

const notSealed = () => new DarkroomError('INTERNAL', 'This is not a sealed text.');

/**
 * A short text under a key of its own (`DataKeys`): `v2.<iv>.<ciphertext and tag>`, the last two in base64url. `about`
 * says what it belongs to. It is the additional authenticated data and is not stored, so a sealed text that is copied
 * into another row, or to another tenant, does not open there.
 */
export function sealUnder(key: Buffer, plain: string, about: string): string {
  const [iv, data] = encrypt(key, plain, `v2.${about}`);
  return `v2.${iv.toString('base64url')}.${data.toString('base64url')}`;
}

/** Throws INTERNAL where the text was changed or belongs to something else. */
export function openUnder(key: Buffer, sealed: string, about: string): string {
  const [version, iv, data, ...rest] = sealed.split('.');
  if (version !== 'v2' || iv === undefined || data === undefined || rest.length > 0) throw notSealed();
  return decrypt(key, iv, data, `v2.${about}`);
}

interface SealingKey {
  id: string;
  bytes: Buffer;
}

/**
 * Seals short texts under the secret of the server: `v1.<key id>.<iv>.<ciphertext and tag>`, the last two in base64url.
 * A text opens under each secret that the server knows; new ones are sealed under the active one. `about`: see
 * `sealUnder`. One key is good for 2^32 texts.
 */
export class Sealer {
  readonly #keys = new WeakMap<Buffer, SealingKey>();

  constructor(
    private readonly secrets: Secrets,
    private readonly purpose: Purpose,
  ) {}

  seal(plain: string, about: string): string {
    const { id, bytes } = this.#present();
    const [iv, data] = encrypt(bytes, plain, `v1.${id}.${about}`);
    return ['v1', id, iv.toString('base64url'), data.toString('base64url')].join('.');
  }

  /** Throws INTERNAL where the text was changed, belongs to something else, or was sealed with another secret. */
  open(sealed: string, about: string): string {
    const [version, keyId, iv, data, ...rest] = sealed.split('.');
    if (version !== 'v1' || keyId === undefined || iv === undefined || data === undefined || rest.length > 0)
      throw notSealed();
    const key = this.secrets
      .keys(this.purpose)
      .map(each => this.#keyOf(each))
      .find(({ id }) => id === keyId);
    if (key === undefined)
      throw new DarkroomError('INTERNAL', 'The text was sealed with another secret: DARKROOM_SECRET has changed.');
    return decrypt(key.bytes, iv, data, `v1.${keyId}.${about}`);
  }

  /** What texts begin with that are sealed under the active secret. */
  get prefix(): string {
    return `v1.${this.#present().id}.`;
  }

  #present(): SealingKey {
    return this.#keyOf(this.secrets.key(this.purpose));
  }

  #keyOf(from: Buffer): SealingKey {
    let key = this.#keys.get(from);
    if (key === undefined) {
      const bytes = Buffer.from(hkdfSync('sha256', from, '', 'seal', 32));
      const hash = createHash('sha256').update('seal key id').update(bytes).digest('hex');
      key = { id: hash.slice(0, KEY_ID_BYTES * 2), bytes };
      this.#keys.set(from, key);
    }
    return key;
  }
}
