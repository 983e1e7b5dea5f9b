import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { newWebhookSecret, webhookHeaders } from '../src/kernel/webhook-signature.js';
import { readWebhook, WebhookError } from './webhook.js';

const SECRET = newWebhookSecret();
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const NOW = Date.UTC(2026, 10, 27, 12, 0, 0);
const PAYLOAD = '{"type":"task.succeeded","data":{"reference":"订单 7"}}';

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const official = (secret: string) => new Webhook(secret);

test('we take what the official library signs', () => {
  const headers = {
    'webhook-id': ID,
    'webhook-timestamp': String(NOW / 1_000),
    'webhook-signature': official(SECRET).sign(ID, new Date(NOW), PAYLOAD),
  };
  expect(readWebhook(SECRET, headers, PAYLOAD)).toEqual(JSON.parse(PAYLOAD));
  expect(readWebhook(SECRET, headers, Buffer.from(PAYLOAD))).toEqual(JSON.parse(PAYLOAD));
});

const signed = webhookHeaders([SECRET], ID, NOW, PAYLOAD);
const five = 300_000;
test.each([
  ['another secret', 'WRONG_SIGNATURE', { secret: newWebhookSecret() }],
  [
    'a body that was parsed and written again',
    'WRONG_SIGNATURE',
    { body: JSON.stringify(JSON.parse(PAYLOAD), null, 1) },
  ],
  ['another id', 'WRONG_SIGNATURE', { headers: { 'webhook-id': 'msg_other' } }],
  ['a replay under a new time', 'WRONG_SIGNATURE', { headers: { 'webhook-timestamp': String(NOW / 1_000 + 1) } }],
  ['a replay after five minutes', 'TOO_OLD', { now: NOW + five + 1_000 }],
  ['a time more than five minutes ahead', 'TOO_NEW', { now: NOW - five - 1_000 }],
  [
    'another version of signatures',
    'WRONG_SIGNATURE',
    { headers: { 'webhook-signature': signed['webhook-signature'].replace('v1,', 'v1a,') } },
  ],
  [
    'a cut signature',
    'WRONG_SIGNATURE',
    { headers: { 'webhook-signature': signed['webhook-signature'].slice(0, -8) } },
  ],
  ['no signature', 'HEADERS_MISSING', { headers: { 'webhook-signature': undefined } }],
  ['a time that is none', 'HEADERS_MISSING', { headers: { 'webhook-timestamp': 'soon' } }],
])(
  '%s is %s, and the official library refuses it too',
  (_, verdict, given: { secret?: string; body?: string; now?: number; headers?: object }) => {
    const { secret = SECRET, body = PAYLOAD, now = NOW } = given;
    const headers = { ...signed, ...given.headers } as Record<string, string>;
    jest.setSystemTime(now);
    expect(() => readWebhook(secret, headers, body)).toThrow(new WebhookError(verdict as WebhookError['verdict']));
    expect(() => official(secret).verify(body, headers)).toThrow(WebhookVerificationError);
  },
);

test('within five minutes either way it is taken', () => {
  for (const now of [NOW - five, NOW + five]) {
    jest.setSystemTime(now);
    expect(readWebhook(SECRET, signed, PAYLOAD)).toEqual(JSON.parse(PAYLOAD));
  }
});
