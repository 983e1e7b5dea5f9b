import { newId } from '../kernel/ids.js';
import { Secrets } from '../kernel/secrets.js';
import { TokenSigner } from './token-signer.js';

const SECRET = Buffer.alloc(32, 7);
const signer = new TokenSigner(new Secrets([SECRET]));
const inSeconds = (seconds: number) => new Date((Math.floor(Date.now() / 1_000) + seconds) * 1_000);

describe.each([
  ['TASK_TOKEN', 'token', 'dt_'],
  ['PHOTO_LINK', 'link', 'dl_'],
] as const)('%s', (kind, idKind, prefix) => {
  const token = { kind, id: newId(idKind), expiresAt: inSeconds(60) };

  test('what was written is read', () => {
    const text = signer.write(token);
    expect(text.startsWith(prefix)).toBe(true);
    expect(signer.read(text)).toEqual(token);
    // It fits into a fragment, and one double click takes all of it.
    expect(text).toMatch(/^[\w-]{80,90}$/);
  });

  test('each change of a character makes it worth nothing', () => {
    const text = signer.write(token);
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === '0' ? '1' : '0';
      expect(signer.read(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
    }
    for (const wrong of ['', text.slice(0, -1), `${text}0`, ` ${text}`, text.toUpperCase(), 'dt_', 'dl___'])
      expect(signer.read(wrong)).toBeUndefined();
  });

  test('one of another secret, or that has ended, is none', () => {
    expect(new TokenSigner(new Secrets([Buffer.alloc(32, 8)])).read(signer.write(token))).toBeUndefined();
    expect(signer.read(signer.write({ ...token, expiresAt: inSeconds(0) }))).toBeUndefined();
  });
});

test('a task token is no photo link, nor the other way round', () => {
  const text = signer.write({ kind: 'TASK_TOKEN', id: newId('token'), expiresAt: inSeconds(60) });
  expect(signer.read(text.replace('dt_', 'dl_'))).toBeUndefined();
});
