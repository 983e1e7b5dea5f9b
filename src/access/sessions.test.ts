import { LIMITS } from '../kernel/limits.js';
import { Secrets } from '../kernel/secrets.js';
import { Sessions } from './sessions.js';

const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const soon = () => new Date(Date.now() + 60_000);
const sessions = new Sessions(new Secrets([OLD]));

test('a session gives back whom it stands for, and tells a reader nothing of it', () => {
  const value = sessions.write({ keyHash: 'abc' }, soon());
  expect(sessions.read(value)).toEqual({ keyHash: 'abc' });
  expect(Buffer.from(value.split('.').at(-1)!, 'base64url').toString()).not.toContain('abc');
  expect(sessions.read(sessions.write({ jwt: 'a.b.c' }, soon()))).toEqual({ jwt: 'a.b.c' });
});

test('one that has ended, was changed, or was sealed by another server is none', () => {
  expect(sessions.read(sessions.write({ keyHash: 'abc' }, new Date(Date.now() - 1)))).toBeUndefined();
  const value = sessions.write({ keyHash: 'abc' }, soon());
  for (const wrong of ['', 'v1', value.slice(0, -4), `${value.slice(0, -4)}AAAA`, 'x'.repeat(9_000)])
    expect(sessions.read(wrong)).toBeUndefined();
  expect(new Sessions(new Secrets([NEW])).read(value)).toBeUndefined();
});

test('one of the secret before holds while that is configured', () => {
  const value = sessions.write({ keyHash: 'abc' }, soon());
  expect(new Sessions(new Secrets([NEW, OLD])).read(value)).toEqual({ keyHash: 'abc' });
});

test('a JWT that no cookie can hold is refused', () => {
  expect(() => sessions.write({ jwt: 'x'.repeat(LIMITS.session.chars) }, soon())).toThrow('too long');
});
