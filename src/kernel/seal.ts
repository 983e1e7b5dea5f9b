import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { DarkroomError } from './errors.js';

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** 8 hexadecimal digits: enough to tell the keys of one server apart, too few to help in finding one. */
const KEY_ID_BYTES = 4;

/**
 * Encrypts short texts (names, ID numbers) for the store: AES-256-GCM under a key that HKDF derives from the secret of
 * the server. The sealed text is `v1.<key id>.<iv>.<ciphertext and tag>`, the last two in base64url.
 *
 * `about` says what the text belongs to (tenant and task or asset id). It is the additional authenticated data and is
 * not stored, so a sealed text that is copied into another row, or to another tenant, does not open there.
 *
 * The iv is random, 96 bits: safe for 2^32 texts under one key (NIST SP 800-38D, 8.3), about 40 years at three a
 * second.
 */
export class Sealer {
  readonly #key: Buffer;
  readonly #keyId: string;

  /** @param secret at least 32 bytes */
  constructor(secret: Buffer) {
    if (secret.length < 32) throw new DarkroomError('INTERNAL', 'The secret for sealing has to be 32 bytes or more.');
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'seal', 32));
    this.#keyId = createHash('sha256')
      .update('seal key id')
      .update(this.#key)
      .digest('hex')
      .slice(0, KEY_ID_BYTES * 2);
  }

  seal(plain: string, about: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    cipher.setAAD(this.additionalData(about));
    const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, this.#keyId, iv.toString('base64url'), data.toString('base64url')].join('.');
  }

  /**
   * Throws INTERNAL where the text was changed, belongs to something else, or was sealed with another secret. The error
   * never holds the content.
   */
  open(sealed: string, about: string): string {
    const [version, keyId, iv, data, ...rest] = sealed.split('.');
    if (version !== VERSION || keyId === undefined || iv === undefined || data === undefined || rest.length > 0) {
      throw new DarkroomError('INTERNAL', 'This is not a sealed text.');
    }
    if (keyId !== this.#keyId) {
      throw new DarkroomError('INTERNAL', 'The text was sealed with another secret: DARKROOM_SECRET has changed.');
    }
    const bytes = Buffer.from(data, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, Buffer.from(iv, 'base64url'), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(this.additionalData(about));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      throw new DarkroomError('INTERNAL', 'The sealed text was changed or belongs to something else.');
    }
  }

  private additionalData(about: string): Buffer {
    return Buffer.from(`${VERSION}.${this.#keyId}.${about}`);
  }
}
