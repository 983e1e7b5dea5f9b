import { pino } from 'pino';
import { LIMITS } from '../kernel/limits.js';
import { IssuerKeys } from './issuer-keys.js';

const { jwksRenewMs, jwksKeptMs, jwksPauseMs } = LIMITS.access;
const HEADER = { alg: 'ES256' };
const INPUT = {} as never;
const UNAVAILABLE = expect.objectContaining({ code: 'ISSUER_UNAVAILABLE' });
const UNKNOWN = expect.objectContaining({ code: 'ERR_JWKS_NO_MATCHING_KEY' });

let lines: Record<string, unknown>[];
let issuer: { down: boolean; fetches: number; published: string[] };
let keys: IssuerKeys;
beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000_000_000 });
  lines = [];
  issuer = { down: false, fetches: 0, published: ['a'] };
  // As jose's: fetches at its first use and at `reload`, and knows what it fetched last.
  let known: string[] | undefined;
  const reload = async () => {
    issuer.fetches++;
    if (issuer.down) throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
    known = [...issuer.published];
  };
  const find = async ({ kid }: { kid?: string }) => {
    if (known === undefined) await reload();
    if (!known!.includes(kid!)) throw Object.assign(new Error(), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
    return kid;
  };
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  keys = new IssuerKeys(Object.assign(find, { reload }) as never, log);
});
afterEach(() => jest.useRealTimers());

const ask = (kid: string) => keys.find({ ...HEADER, kid }, INPUT) as Promise<unknown>;

test('keys are fetched once, and anew beside the requests when they are old', async () => {
  expect([await ask('a'), await ask('a')]).toEqual(['a', 'a']);
  expect(issuer.fetches).toBe(1);
  jest.advanceTimersByTime(jwksRenewMs + 1);
  expect(await ask('a')).toBe('a');
  expect(issuer.fetches).toBe(2);
});

test('a key that is not known is asked for, and no more often than the pause allows', async () => {
  await ask('a');
  await expect(ask('b')).rejects.toEqual(UNKNOWN);
  jest.advanceTimersByTime(jwksPauseMs);
  issuer.published.push('b');
  expect(await ask('b')).toBe('b');
  for (let i = 0; i < 100; i++) await expect(ask('c')).rejects.toEqual(UNKNOWN);
  expect(issuer.fetches).toBe(2);
});

test('in an outage known keys go on for a day, others cannot be told, and the log has a line at each end', async () => {
  await ask('a');
  issuer.down = true;
  for (let ms = 0; ms < jwksKeptMs; ms += jwksRenewMs) {
    expect(await ask('a')).toBe('a');
    jest.advanceTimersByTime(jwksRenewMs);
  }
  await expect(ask('b')).rejects.toEqual(UNAVAILABLE);
  jest.advanceTimersByTime(jwksPauseMs);
  await expect(ask('a')).rejects.toEqual(UNAVAILABLE);
  const { fetches } = issuer;
  for (let i = 0; i < 100; i++) await expect(ask('a')).rejects.toEqual(UNAVAILABLE);
  expect(issuer.fetches).toBe(fetches);
  issuer.down = false;
  jest.advanceTimersByTime(jwksPauseMs);
  expect(await ask('a')).toBe('a');
  await expect(ask('b')).rejects.toEqual(UNKNOWN);
  expect(lines).toMatchObject([{ level: 40, reason: 'ECONNREFUSED' }, { level: 30 }]);
});

test('a server that starts in an outage cannot tell of any key', async () => {
  issuer.down = true;
  await expect(ask('a')).rejects.toEqual(UNAVAILABLE);
  issuer.down = false;
  jest.advanceTimersByTime(jwksPauseMs);
  expect(await ask('a')).toBe('a');
});
