import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { TrustedProxies } from './trusted-proxies.js';

const from = (remoteAddress: string | undefined, headers: IncomingHttpHeaders) => ({
  headers,
  socket: { remoteAddress } as Socket,
});
const proxies = new TrustedProxies(['loopback', '10.0.0.0/8', '2001:db8::/32']);

test.each([
  ['the client of one proxy', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['of two', '10.0.0.5', '203.0.113.7, 10.9.9.9', '203.0.113.7'],
  ['whatever the client wrote before it', '10.0.0.5', '127.0.0.1, 1.1.1.1, 203.0.113.7', '203.0.113.7'],
  ['over IPv6', '2001:db8::5', '2a00::7', '2a00::7'],
  ['over a socket for both families', '::ffff:10.0.0.5', '203.0.113.7', '203.0.113.7'],
  ['of a proxy that says nothing', '10.0.0.5', undefined, '10.0.0.5'],
  ['of a proxy that says no address', '10.0.0.5', 'unknown', '10.0.0.5'],
  ['whoever is no proxy of ours', '203.0.113.9', '203.0.113.7', '203.0.113.9'],
  ['not even where it claims to be one', '203.0.113.9', '203.0.113.7, 10.0.0.5', '203.0.113.9'],
])('the address is that of %s', (_, remoteAddress, forwardedFor, expected) => {
  expect(proxies.addressOf(from(remoteAddress, { 'x-forwarded-for': forwardedFor }))).toBe(expected);
});

test('Host and protocol are those that the nearest proxy says, and of nobody else', () => {
  const headers = { 'x-forwarded-host': 'evil.example, Photos.Example', 'x-forwarded-proto': 'http,https' };
  expect(proxies.forwardedOf(from('127.0.0.1', headers))).toEqual({ host: 'photos.example', protocol: 'https' });
  expect(proxies.forwardedOf(from('127.0.0.1', {}))).toEqual({ host: undefined, protocol: undefined });
  expect(proxies.forwardedOf(from('203.0.113.9', headers))).toEqual({});
  expect(proxies.forwardedOf(from(undefined, headers))).toEqual({});
});

test('`Forwarded` is not read, and without a list nobody is believed', () => {
  const headers = { forwarded: 'for=203.0.113.7;host=photos.example', 'x-forwarded-for': '203.0.113.7' };
  expect(proxies.forwardedOf(from('127.0.0.1', headers)).host).toBeUndefined();
  expect(new TrustedProxies([]).addressOf(from('127.0.0.1', headers))).toBe('127.0.0.1');
});
