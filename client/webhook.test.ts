import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../src/kernel/webhook-signature.js';
import { readWebhook, WebhookError } from './webhook.js';

test('a receiver reads what was signed with its secret, and refuses all else with the reason', () => {
  const secret = newWebhookSecret();
  const body = JSON.stringify({
    type: 'webhook.test',
    timestamp: new Date().toISOString(),
    data: { webhookId: 'hook_1' },
  });
  const now = new Date();
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', now, body),
  };
  expect(readWebhook(secret, headers, body)).toEqual(JSON.parse(body));
  expect(readWebhook(secret, headers, Buffer.from(body))).toEqual(JSON.parse(body));
  const refused = () => readWebhook(newWebhookSecret(), headers, body);
  expect(refused).toThrow(WebhookError);
  expect(refused).toThrow('WRONG_SIGNATURE');
  expect(() => readWebhook(secret, {}, body)).toThrow('HEADERS_MISSING');
});
