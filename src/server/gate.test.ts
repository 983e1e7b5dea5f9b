import { pino } from 'pino';
import { Gate, isLoopback } from './gate.js';
import { RefusalLog } from './refusal-log.js';

const refusals = new RefusalLog(pino({ level: 'silent' }));
const gate = new Gate(
  {
    isOpen: () => true,
    publicUrl: 'https://photos.example',
    allowedOrigins: ['https://kiosk.example', 'capacitor://localhost'],
  },
  refusals,
);
const at = (host: string | undefined, url: string, rawHeaders = ['Host', String(host)]) => ({
  headers: host === undefined ? {} : { host },
  rawHeaders,
  url,
});

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
  expect(() => gate.checkOrigin({ origin: 'https://evil.example', host: 'localhost' })).toThrow(
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
  'http://127.0.0.1:4000',
  'http://localhost:4000',
  'http://[::1]:4000',
])('the Origin %s may call 127.0.0.1:4000', origin => {
  expect(() => gate.checkOrigin({ origin, host: '127.0.0.1:4000' })).not.toThrow();
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
  expect(() => gate.checkOrigin({ origin, host: '127.0.0.1:4000' })).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN_ORIGIN' }),
  );
});

test('addresses of this machine only are loopback', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '1270.0.0.1', 'localhost.example'].some(isLoopback)).toBe(false);
});
