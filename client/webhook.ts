import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a webhook of Darkroom was told. */
export interface WebhookMessage {
  /** `task.succeeded`, `task.failed`, `task.needs_review`, `task.canceled`, `task.expired`, or `webhook.test`. */
  type: string;
  /** When the task came to this state, ISO 8601. */
  timestamp: string;
  /** Of a `webhook.test` there is the `webhookId` alone. */
  data: {
    taskId?: string;
    operation?: string;
    state?: string;
    /** Of two messages about one task the higher one is the newer: they come in no order. */
    sequence?: number;
    reference?: string;
    labels?: string[];
    webhookId?: string;
  };
}

export type WebhookRefusal = 'HEADERS_MISSING' | 'TOO_OLD' | 'TOO_NEW' | 'WRONG_SIGNATURE';

/** The message is not from whoever has the secret, or too old: answer it with 400. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  constructor(readonly verdict: WebhookRefusal) {
    super(`The message of the webhook is refused: ${verdict}.`);
  }
}

/** Standard Webhooks 1.0.0: what is older may have been caught and sent again. */
const TOLERANCE_MS = 300_000;

/**
 * Checks a message, as any library for Standard Webhooks does, and reads it. A message can come twice: remember its
 * `webhook-id`. Throws WebhookError.
 * @param secret as `createWebhook` gave it: `whsec_...`
 * @param headers of the request, with names in lower case, as Node gives them
 * @param body as it was received, byte for byte: JSON that was parsed and written again is another text
 */
export function readWebhook(
  secret: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string | Uint8Array,
): WebhookMessage {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(name => headers[`webhook-${name}`]);
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    throw new WebhookError('HEADERS_MISSING');
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError('HEADERS_MISSING');
  const age = Date.now() - Number(timestamp) * 1_000;
  if (age > TOLERANCE_MS) throw new WebhookError('TOO_OLD');
  if (age < -TOLERANCE_MS) throw new WebhookError('TOO_NEW');
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  const fits = signatures.split(' ').some(signature => {
    const [version, text = ''] = signature.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!fits) throw new WebhookError('WRONG_SIGNATURE');
  return JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8')) as WebhookMessage;
}
