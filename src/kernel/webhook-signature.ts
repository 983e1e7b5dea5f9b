import { createHmac, randomBytes } from 'node:crypto';

/** Standard Webhooks (standardwebhooks.com), version 1.0.0 of its spec: how a message is signed. */

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

function digest(secret: string, id: string, timestamp: string, payload: string): Buffer {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(payload).digest();
}
