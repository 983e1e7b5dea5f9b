import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LIMITS } from './limits.js';

/** Standard Webhooks (standardwebhooks.com), version 1.0.0 of its spec: how a message is signed, and how it is checked. */

const PREFIX = 'whsec_';
/** The spec: 24 to 64 bytes. */
const KEY_BYTES = 32;

export function newWebhookSecret(): string {
  return PREFIX + randomBytes(KEY_BYTES).toString('base64');
}

/** `v1,<base64>`: HMAC-SHA256 of `id.timestamp.payload`. */
export function signWebhook(secret: string, id: string, timestamp: number, payload: string): string {
  return `v1,${digest(secret, id, String(timestamp), payload).toString('base64')}`;
}

/** The headers of one try. Of several secrets each signs: a receiver takes a message if one signature fits. */
export function webhookHeaders(
  secrets: readonly string[],
  id: string,
  nowMs: number,
  payload: string,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = Math.floor(nowMs / 1_000);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map(secret => signWebhook(secret, id, timestamp, payload)).join(' '),
  };
}

export type WebhookVerdict = 'GENUINE' | 'HEADERS_MISSING' | 'TOO_OLD' | 'TOO_NEW' | 'WRONG_SIGNATURE';

/**
 * Whether a message came from whoever has the secret, within five minutes. `body` is what was received, byte for byte: JSON
 * that was parsed and written again is another text.
 */
export function checkWebhook(
  secret: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string | Buffer,
  nowMs: number,
): WebhookVerdict {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    name => headers[name],
  );
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    return 'HEADERS_MISSING';
  if (!/^\d{1,12}$/.test(timestamp)) return 'HEADERS_MISSING';
  const age = nowMs - Number(timestamp) * 1_000;
  if (age > LIMITS.webhook.toleranceMs) return 'TOO_OLD';
  if (age < -LIMITS.webhook.toleranceMs) return 'TOO_NEW';
  const expected = digest(secret, id, timestamp, body);
  const fits = signatures.split(' ').some(signature => {
    const [version, text = ''] = signature.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return fits ? 'GENUINE' : 'WRONG_SIGNATURE';
}

function digest(secret: string, id: string, timestamp: string, payload: string | Buffer): Buffer {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(payload).digest();
}
