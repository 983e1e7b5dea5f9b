import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { newWebhookSecret, signWebhook, webhookHeaders } from './webhook-signature.js';

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

test('during a rotation whoever has the old secret or the new one takes it, and nobody else', () => {
  const next = newWebhookSecret();
  const headers = webhookHeaders([next, SECRET], ID, NOW, PAYLOAD);
  for (const secret of [next, SECRET]) {
    expect(official(secret).verify(PAYLOAD, headers)).toEqual(JSON.parse(PAYLOAD));
  }
  expect(() => official(newWebhookSecret()).verify(PAYLOAD, headers)).toThrow(WebhookVerificationError);
});
