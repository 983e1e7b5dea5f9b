import { hkdfSync } from 'node:crypto';

/** A key of its own for each purpose, from the one secret of the server. */
export function deriveKey(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}
