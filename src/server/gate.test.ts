import { Gate, isLoopback } from './gate.js';

const gate = new Gate({
  isOpen: () => true,
  publicUrl: 'https://photos.example',
  allowedOrigins: ['https://kiosk.example'],
});

test.each(['localhost', 'localhost:4000', '127.0.0.1:8080', '[::1]:4000', 'LOCALHOST:1'])(
  'the Host %s is ours',
  host => {
    expect(() => gate.checkHost({ host }, '/graphql')).not.toThrow();
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
  expect(() => gate.checkHost({ host }, '/graphql')).toThrow(expect.objectContaining({ code: 'FORBIDDEN_ORIGIN' }));
});

test('a request without a Host is malformed', () => {
  expect(() => gate.checkHost({}, '/')).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});

test('under the public name only pictures and health are open', () => {
  for (const path of ['/assets/a', '/health/ready'])
    expect(() => gate.checkHost({ host: 'photos.example' }, path)).not.toThrow();
  for (const path of ['/graphql', '/', '/graphql?/assets/', '/assetsx'])
    expect(() => gate.checkHost({ host: 'photos.example' }, path)).toThrow();
});

test.each([
  undefined,
  'https://kiosk.example',
  'https://photos.example',
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
