import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { LIMITS } from './limits.js';
import { checkWebhook, newWebhookSecret, signWebhook, webhookHeaders } from './webhook-signature.js';

const SECRET = newWebhookSecret();
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const NOW = Date.UTC(2026, 10, 27, 12, 0, 0);
const PAYLOAD = '{"type":"task.succeeded","data":{"reference":"订单 7"}}';

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const official = (secret: string) => new Webhook(secret);

test('the example of the specification', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  expect(signWebhook(secret, ID, 1_614_265_330, '{"test": 2432232314}')).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

test('a secret is whsec_ and 24 to 64 bytes of base64, and no two are the same', () => {
  const bytes = Buffer.from(SECRET.replace(/^whsec_/, ''), 'base64');
  expect(SECRET).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
  expect(bytes.length).toBeGreaterThanOrEqual(24);
  expect(bytes.length).toBeLessThanOrEqual(64);
  expect(newWebhookSecret()).not.toBe(SECRET);
});

test('the official library takes what we sign', () => {
  const headers = webhookHeaders([SECRET], ID, NOW, PAYLOAD);
  expect(official(SECRET).verify(PAYLOAD, headers)).toEqual(JSON.parse(PAYLOAD));
});

test('we take what the official library signs', () => {
  const headers = {
    'webhook-id': ID,
    'webhook-timestamp': String(NOW / 1_000),
    'webhook-signature': official(SECRET).sign(ID, new Date(NOW), PAYLOAD),
  };
  expect(checkWebhook(SECRET, headers, PAYLOAD, NOW)).toBe('GENUINE');
  expect(checkWebhook(SECRET, headers, Buffer.from(PAYLOAD), NOW)).toBe('GENUINE');
});

test('during a rotation whoever has the old secret or the new one takes it, and nobody else', () => {
  const next = newWebhookSecret();
  const headers = webhookHeaders([next, SECRET], ID, NOW, PAYLOAD);
  for (const secret of [next, SECRET]) {
    expect(official(secret).verify(PAYLOAD, headers)).toEqual(JSON.parse(PAYLOAD));
    expect(checkWebhook(secret, headers, PAYLOAD, NOW)).toBe('GENUINE');
  }
  expect(() => official(newWebhookSecret()).verify(PAYLOAD, headers)).toThrow(WebhookVerificationError);
});

const signed = webhookHeaders([SECRET], ID, NOW, PAYLOAD);
const five = LIMITS.webhook.toleranceMs;
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
    expect(checkWebhook(secret, headers, body, now)).toBe(verdict);
    expect(() => official(secret).verify(body, headers)).toThrow(WebhookVerificationError);
  },
);

test('within five minutes either way it is taken', () => {
  for (const now of [NOW - five, NOW + five]) expect(checkWebhook(SECRET, signed, PAYLOAD, now)).toBe('GENUINE');
});
