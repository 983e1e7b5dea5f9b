import { newId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import { Secrets } from '../kernel/secrets.js';
import { AssetLinks } from './links.js';

const SECRET = Buffer.alloc(32, 7);
const clock = { time: Date.UTC(2026, 10, 21, 12, 0, 1), now: () => clock.time };
const links = new AssetLinks(new Secrets([SECRET]), () => 'http://localhost:4000/', clock);
const id = newId('asset');
const start = clock.time;

afterEach(() => {
  clock.time = start;
});

function parse(url: string): { id: string; query: { expires: string; signature: string } } {
  const { pathname, searchParams } = new URL(url);
  return {
    id: pathname.replace('/assets/', ''),
    query: { expires: searchParams.get('expires')!, signature: searchParams.get('signature')! },
  };
}

test('a signed link is good until it expires', () => {
  const { url, expiresAt } = links.sign(id);
  expect(url).toMatch(/^http:\/\/localhost:4000\/assets\/asset_\w{26}\?expires=\d{10}&signature=[\w-]{43}$/);
  const link = parse(url);
  expect(link.id).toBe(id);
  expect(links.verify(link.id, link.query)).toBe('OK');
  clock.time = expiresAt.getTime() - 1;
  expect(links.verify(link.id, link.query)).toBe('OK');
  clock.time = expiresAt.getTime();
  expect(links.verify(link.id, link.query)).toBe('EXPIRED');
});

test('links of the same quarter are equal, and each lives for at least the time promised', () => {
  const first = links.sign(id).url;
  clock.time += 60_000;
  expect(links.sign(id).url).toBe(first);
  for (let step = 0; step < 200; step++) {
    clock.time += 37_777;
    const life = links.sign(id).expiresAt.getTime() - clock.time;
    expect(life).toBeGreaterThanOrEqual(LIMITS.asset.urlMs);
    expect(life).toBeLessThanOrEqual(LIMITS.asset.urlMs * 1.25);
  }
});

test('no bit of a link can be changed', () => {
  const { query } = parse(links.sign(id).url);
  for (const name of ['expires', 'signature'] as const) {
    for (let index = 0; index < query[name].length; index++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Buffer.from(query[name], 'latin1');
        changed[index]! ^= 1 << bit;
        expect(links.verify(id, { ...query, [name]: changed.toString('latin1') })).toBe('INVALID');
      }
    }
  }
});

test('another spelling of the same signature is refused', () => {
  const { query } = parse(links.sign(id).url);
  const bytes = Buffer.from(query.signature, 'base64url');
  const spellings = [bytes.toString('base64'), bytes.toString('hex'), `${query.signature}=`, ` ${query.signature}`];
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const last of alphabet) spellings.push(query.signature.slice(0, -1) + last);
  for (const signature of spellings.filter(spelling => spelling !== query.signature)) {
    expect(links.verify(id, { ...query, signature })).toBe('INVALID');
  }
});

test('a link is for one asset, and not under another secret', () => {
  const { query } = parse(links.sign(id).url);
  expect(links.verify(newId('asset'), query)).toBe('INVALID');
  const others = new AssetLinks(new Secrets([Buffer.alloc(32, 8)]), () => 'http://localhost:4000', clock);
  expect(others.verify(id, query)).toBe('INVALID');
});

test('an expired link whose expiry is pushed on is invalid, not expired', () => {
  const { query } = parse(links.sign(id).url);
  clock.time += 10 * LIMITS.asset.urlMs;
  expect(links.verify(id, { ...query, expires: String(Number(query.expires) + 100 * 3_600) })).toBe('INVALID');
});

test.each([
  ['nothing', {}],
  ['no signature', { expires: '1790000000' }],
  ['two of each, as arrays', { expires: ['1790000000', '1790000000'], signature: ['a', 'a'] }],
  ['an object', { expires: { toString: () => '1790000000' }, signature: { length: 43 } }],
  ['numbers', { expires: 1_790_000_000, signature: 1 }],
  ['an exponent', { expires: '1e99', signature: 'a'.repeat(43) }],
  ['a sign', { expires: '-1', signature: 'a'.repeat(43) }],
  ['letters of two bytes', { expires: '1790000000', signature: 'é'.repeat(43) }],
])('a query of %s is invalid', (_, query) => {
  expect(links.verify(id, query)).toBe('INVALID');
});

test.each([
  '../../etc/passwd',
  '..%2f..%2fetc',
  `${id}/../x`,
  `${id}\n`,
  `${id}\0`,
  '',
  'asset_',
  newId('task'),
  'CON',
  '__proto__',
])('the id %j is neither signed nor verified', wrong => {
  const { query } = parse(links.sign(id).url);
  expect(() => links.sign(wrong)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  expect(links.verify(wrong, query)).toBe('INVALID');
});
