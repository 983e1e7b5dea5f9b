import { checkWebhook, type WebhookVerdict } from '../src/kernel/webhook-signature.js';

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

/** The message is not from whoever has the secret, or too old: answer it with 400. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  constructor(readonly verdict: Exclude<WebhookVerdict, 'GENUINE'>) {
    super(`The message of the webhook is refused: ${verdict}.`);
  }
}

/**
 * Checks a message, as any library for Standard Webhooks does, and reads it. A message can come twice: remember its
 * `webhook-id`. Throws WebhookError.
 * @param secret as `createWebhook` gave it: `whsec_...`
 * @param headers of the request, with names in lower case, as Node gives them
 * @param body as it was received, not parsed and written again
 */
export function readWebhook(
  secret: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string | Buffer,
): WebhookMessage {
  const verdict = checkWebhook(secret, headers, body, Date.now());
  if (verdict !== 'GENUINE') throw new WebhookError(verdict);
  return JSON.parse(String(body)) as WebhookMessage;
}
