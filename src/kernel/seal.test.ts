import { DarkroomError } from './errors.js';
import { Sealer } from './seal.js';

const sealer = new Sealer(Buffer.alloc(32, 1));
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
  expect(new Sealer(Buffer.alloc(32, 1)).open(sealed, ABOUT)).toBe(PLAIN);
  expect(refusal(() => new Sealer(Buffer.alloc(32, 2)).open(sealed, ABOUT)).message).toContain('DARKROOM_SECRET');
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

test('a short secret is refused at the start', () => {
  expect(() => new Sealer(Buffer.alloc(31))).toThrow(DarkroomError);
});
