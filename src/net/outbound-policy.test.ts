import { checkUrl, guardedLookup, type OutboundPolicy, PUBLIC_HTTPS, type ResolvedAddress } from './outbound-policy.js';

const reason = (url: string) => {
  try {
    checkUrl(new URL(url), PUBLIC_HTTPS);
    return undefined;
  } catch (error) {
    return error as Error & { code: string };
  }
};

test.each([
  'https://photos.example/a.jpg',
  'https://photos.example:443/',
  'https://93.184.215.14/',
  'https://[2606:2800::1]/',
])('%s may be fetched, as far as the URL alone shows', url => {
  expect(reason(url)).toBeUndefined();
});

test.each([
  ['http://photos.example/', /only https/],
  ['https://photos.example:8443/', /usual port/],
  ['https://user@photos.example/', /user name/],
  ['https://:word@photos.example/', /password/],
  ['https://127.0.0.1/', /public internet/],
  ['https://[::1]/', /public internet/],
  ['https://2130706433/', /public internet/],
])('%s is refused', (url, words) => {
  expect(reason(url)).toMatchObject({ code: 'URL_NOT_ALLOWED', message: expect.stringMatching(words) });
});

test('a refusal does not quote the URL, whose query may be a signature', () => {
  expect(reason('https://127.0.0.1/secret-path?sign=secret')!.message).not.toContain('secret');
});

describe('the look-up of a connection', () => {
  const look = (records: ResolvedAddress[] | Error, options: { all?: boolean }) => {
    const policy: OutboundPolicy = {
      ...PUBLIC_HTTPS,
      resolve: async () => {
        if (records instanceof Error) throw records;
        return records;
      },
    };
    return new Promise<unknown[]>(resolve => {
      guardedLookup(policy)('photos.example', options, (...answer: unknown[]) => resolve(answer));
    });
  };
  const PUBLIC = { address: '93.184.215.14', family: 4 };
  const PRIVATE = { address: '10.0.0.1', family: 4 };

  test('hands on the records that it checked, all of them or the first', async () => {
    const records = [PUBLIC, { address: '2606:2800::1', family: 6 }];
    expect(await look(records, { all: true })).toEqual([null, records]);
    expect(await look(records, {})).toEqual([null, PUBLIC.address, 4]);
  });

  test.each([{ all: true }, {}])('refuses a name with one private record among public ones (%p)', async options => {
    const [error] = await look([PUBLIC, PRIVATE], options);
    expect(error).toMatchObject({ code: 'URL_NOT_ALLOWED' });
  });

  test('fails for a name without an address, and hands on an error of the resolver', async () => {
    expect((await look([], { all: true }))[0]).toBeInstanceOf(Error);
    const failure = new Error('ENOTFOUND');
    expect((await look(failure, {}))[0]).toBe(failure);
  });
});
