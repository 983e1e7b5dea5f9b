import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import { Gate, isLoopback } from './gate.js';
import { RefusalLog } from './refusal-log.js';
import { TrustedProxies } from './trusted-proxies.js';

const refusals = new RefusalLog(pino({ level: 'silent' }));
const options = {
  isOpen: () => true,
  publicUrl: 'https://photos.example',
  allowedOrigins: ['https://kiosk.example', 'capacitor://localhost', 'weapp://wx0123456789abcdef'],
};
const gate = new Gate(options, new TrustedProxies([]), refusals);
const at = (host: string | undefined, url: string, rawHeaders = ['Host', String(host)]) => ({
  headers: host === undefined ? {} : { host },
  rawHeaders,
  url,
  socket: { remoteAddress: '127.0.0.1' } as Socket,
});
const from = (headers: IncomingHttpHeaders) => ({ ...at(headers.host, '/graphql'), headers });

test.each(['localhost', 'localhost:4000', '127.0.0.1:8080', '[::1]:4000', 'LOCALHOST:1'])(
  'the Host %s is ours',
  host => {
    expect(() => gate.checkHost(at(host, '/graphql'))).not.toThrow();
  },
);

test.each([
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.nip.io',
  'localhost@evil.example',
  'localhost:1:2',
  '',
  'localhost/',
])('the Host "%s" is another server', host => {
  expect(() => gate.checkHost(at(host, '/graphql'))).toThrow(expect.objectContaining({ code: 'FORBIDDEN_ORIGIN' }));
});

test('a request without a Host is malformed', () => {
  expect(() => gate.checkHost(at(undefined, '/'))).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});

test('a second Host is malformed, whichever comes first and however it is written', () => {
  for (const [first, second] of [
    ['localhost', 'evil.example'],
    ['localhost', 'localhost'],
  ]) {
    const request = at(first, '/graphql', ['Host', first!, 'Accept', 'host', 'hOST', second!]);
    expect(() => gate.checkHost(request)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  }
});

test('a target with a host of its own has to name the Host', () => {
  for (const url of ['http://localhost:4000/graphql', '*', '/'])
    expect(() => gate.checkHost(at('localhost:4000', url))).not.toThrow();
  for (const url of ['http://evil.example/graphql', 'graphql', '', 'http://localhost:4001/', '**'])
    expect(() => gate.checkHost(at('localhost:4000', url))).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});

test('a refusal says which variable there is for it', () => {
  expect(() => gate.checkHost(at('other.example', '/'))).toThrow('DARKROOM_PUBLIC_URL');
  expect(() => gate.checkHost(at('photos.example', '/graphql'))).toThrow('only /assets/ and /health/');
  expect(() => gate.checkOrigin(from({ origin: 'https://evil.example', host: 'localhost' }))).toThrow(
    'DARKROOM_ALLOWED_ORIGINS',
  );
});

test('under the public name only pictures and health are open', () => {
  for (const path of ['/assets/a', '/health/ready'])
    expect(() => gate.checkHost(at('photos.example', path))).not.toThrow();
  for (const path of ['/graphql', '/', '/graphql?/assets/', '/assetsx'])
    expect(() => gate.checkHost(at('photos.example', path))).toThrow();
});

test.each([
  undefined,
  'https://kiosk.example',
  'https://photos.example',
  'capacitor://localhost',
  'weapp://wx0123456789abcdef',
  'http://127.0.0.1:4000',
  'http://localhost:4000',
  'http://[::1]:4000',
])('the Origin %s may call 127.0.0.1:4000', origin => {
  expect(() => gate.checkOrigin(from({ origin, host: '127.0.0.1:4000' }))).not.toThrow();
});

test.each([
  'https://evil.example',
  'http://kiosk.example',
  'https://kiosk.example.evil.example',
  'http://127.0.0.1:3000',
  'https://127.0.0.1:4000',
  'ionic://localhost',
  'capacitor://localhost:4000',
  'null',
  '',
])('the Origin "%s" may not', origin => {
  expect(() => gate.checkOrigin(from({ origin, host: '127.0.0.1:4000' }))).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN_ORIGIN' }),
  );
});

describe('behind a trusted proxy', () => {
  const behind = (isOpen: boolean, addresses = ['loopback']) =>
    new Gate({ allowedOrigins: [], isOpen: () => isOpen }, new TrustedProxies(addresses), refusals);
  const rewritten = from({
    origin: 'https://photos.example',
    host: '127.0.0.1:4000',
    'x-forwarded-host': 'photos.example',
    'x-forwarded-proto': 'https',
  });

  test('a page of the name and protocol that were asked for is our own, whether Host was kept or not', () => {
    const kept = { ...rewritten.headers, host: 'photos.example', 'x-forwarded-host': undefined };
    for (const request of [rewritten, from(kept)]) {
      expect(() => behind(false).checkOrigin(request)).not.toThrow();
      for (const origin of [
        'https://evil.example',
        'http://photos.example',
        'http://localhost',
        'https://127.0.0.1:4000',
      ])
        expect(() => behind(false).checkOrigin(from({ ...request.headers, origin }))).toThrow();
    }
  });

  test('from anywhere else the headers count for nothing', () => {
    expect(() => behind(false, ['10.0.0.0/8']).checkOrigin(rewritten)).toThrow();
    expect(() => behind(false, []).checkOrigin(rewritten)).toThrow();
  });

  test('without keys a forwarded name opens nothing, and closes what Host alone would open', () => {
    expect(() => behind(true).checkHost(rewritten)).toThrow(expect.objectContaining({ code: 'FORBIDDEN_ORIGIN' }));
    const rebound = from({ host: 'evil.example', 'x-forwarded-host': 'localhost:4000' });
    expect(() => behind(true).checkHost(rebound)).toThrow(expect.objectContaining({ code: 'FORBIDDEN_ORIGIN' }));
    expect(() => behind(false).checkHost(rewritten)).not.toThrow();
  });

  test.each(['javascript', 'https://x', ''])('a protocol "%s" makes no page our own', protocol => {
    expect(() => behind(false).checkOrigin(from({ ...rewritten.headers, 'x-forwarded-proto': protocol }))).toThrow();
  });
});

test('addresses of this machine only are loopback', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '1270.0.0.1', 'localhost.example'].some(isLoopback)).toBe(false);
});
