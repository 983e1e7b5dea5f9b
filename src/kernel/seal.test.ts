import { DarkroomError } from './errors.js';
import { openUnder, Sealer, sealUnder } from './seal.js';
import { Secrets } from './secrets.js';

const secretOf = (byte: number) => Buffer.alloc(32, byte);
const sealerOf = (...bytes: number[]) => new Sealer(new Secrets(bytes.map(secretOf)), 'seals');
const sealer = sealerOf(1);
const ABOUT = 'tenant_a task_1';
const PLAIN = '{"name":"张三丰","idNumber":"110101190001011009"}';

function refusal(act: () => string): DarkroomError {
  try {
    act();
  } catch (error) {
    if (DarkroomError.is(error)) return error;
  }
  throw new Error('it opened, or failed with an error of another kind');
}

test.each([PLAIN, '', '𠮷·🙂'])('what was sealed opens again: %j', plain => {
  expect(sealer.open(sealer.seal(plain, ABOUT), ABOUT)).toBe(plain);
});

test('the sealed text has its version and key id, no plain text, and is never the same twice', () => {
  const sealed = sealer.seal(PLAIN, ABOUT);
  expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/);
  expect(sealed).not.toContain('110101');
  expect(Buffer.from(sealed.split('.')[3]!, 'base64url').toString('utf8')).not.toContain('张三丰');
  expect(sealer.seal(PLAIN, ABOUT)).not.toBe(sealed);
});

test('it opens after a restart with the same secret, and not with another', () => {
  const sealed = sealer.seal(PLAIN, ABOUT);
  expect(sealerOf(1).open(sealed, ABOUT)).toBe(PLAIN);
  expect(refusal(() => sealerOf(2).open(sealed, ABOUT)).message).toContain('DARKROOM_SECRET');
});

test('moved to another task or tenant it does not open', () => {
  const sealed = sealer.seal(PLAIN, ABOUT);
  for (const about of ['tenant_a task_2', 'tenant_b task_1', '', `${ABOUT} `]) {
    expect(refusal(() => sealer.open(sealed, about)).code).toBe('INTERNAL');
  }
});

test('no bit of it can be changed, and the error never holds the content', () => {
  const sealed = sealer.seal(PLAIN, ABOUT);
  for (const part of [2, 3]) {
    const parts = sealed.split('.');
    const bytes = Buffer.from(parts[part]!, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const text = parts.map((each, index) => (index === part ? changed.toString('base64url') : each)).join('.');
      const error = refusal(() => sealer.open(text, ABOUT));
      expect(error.code).toBe('INTERNAL');
      expect(`${error.message} ${String(error.cause)}`).not.toMatch(/张三丰|110101/);
    }
  }
});

test.each(['', 'v1', 'v1.00000000.AAAA.AAAA', 'v2.x.y.z', PLAIN])('what is no sealed text is refused: %j', text => {
  expect(refusal(() => sealer.open(text, ABOUT)).code).toBe('INTERNAL');
});

test('a cut text is refused, down to a missing tag', () => {
  const [version, keyId, iv, data] = sealer.seal('x', ABOUT).split('.') as [string, string, string, string];
  for (let length = 0; length < data.length; length++) {
    expect(refusal(() => sealer.open([version, keyId, iv, data.slice(0, length)].join('.'), ABOUT)).code).toBe(
      'INTERNAL',
    );
  }
});

test('a text that was sealed before secrets could be rotated opens', () => {
  // Made by the version before, under the secret of 32 bytes of 1.
  const old =
    'v1.360499c0.AAECAwQFBgcICQoL.2WsKqj8dPltGeObthtuDu6WWsyHh9l1Vvb5spnQBURqIS2THAc3mfbVI2XPskh0d3Pk8645BkdSLNH9Xz7A3yxEHvwU';
  expect(sealer.open(old, ABOUT)).toBe(PLAIN);
});

test('during a rotation texts of both secrets open, and new ones are under the active one', () => {
  const old = sealerOf(1).seal(PLAIN, ABOUT);
  const secrets = new Secrets([secretOf(2), secretOf(1)]);
  const both = new Sealer(secrets, 'seals');
  expect(both.open(old, ABOUT)).toBe(PLAIN);
  expect(old.startsWith(both.prefix)).toBe(false);
  expect(sealerOf(2).open(both.seal(PLAIN, ABOUT), ABOUT)).toBe(PLAIN);
  expect(secrets.activate(new Secrets([secretOf(1)]).active)).toBe(true);
  expect(sealerOf(1).open(both.seal(PLAIN, ABOUT), ABOUT)).toBe(PLAIN);
  expect(old.startsWith(both.prefix)).toBe(true);
});

test('under a key of its own a text opens with that key alone, and as nothing else', () => {
  const [key, other] = [secretOf(3), secretOf(4)];
  const sealed = sealUnder(key, PLAIN, ABOUT);
  expect(sealed).toMatch(/^v2\.[\w-]{16}\.[\w-]+$/);
  expect(openUnder(key, sealed, ABOUT)).toBe(PLAIN);
  expect(refusal(() => openUnder(other, sealed, ABOUT)).code).toBe('INTERNAL');
  expect(refusal(() => openUnder(key, sealed, 'tenant_a task_2')).code).toBe('INTERNAL');
  expect(refusal(() => sealer.open(sealed, ABOUT)).code).toBe('INTERNAL');
});
