import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { VendorHttp } from './http.js';

/** Told to whom, and in which order. */
let told: string[];
let server: http.Server;
let client: VendorHttp;
beforeEach(async () => {
  told = [];
  server = http.createServer((request, response) => {
    told.push('arrived');
    if (request.url === '/hangs') return;
    if (request.url === '/early') response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new VendorHttp({ concurrency: 2 });
});
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, signal = new AbortController().signal) =>
  client.request({
    method: 'POST',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    body: 'photo',
    signal,
    onSent: () => told.push('sent'),
  });

test('whoever asks is told that the request goes out, once and before the vendor has it', async () => {
  await ask('/');
  await ask('/');
  expect(told).toEqual(['sent', 'arrived', 'sent', 'arrived']);
});

test('an answer that is announced by a 103 comes whole', async () => {
  expect(await ask('/early')).toMatchObject({ status: 200, body: Buffer.from('{}') });
  expect(told).toEqual(['sent', 'arrived']);
});

test('he is told of one whose answer never comes as well', async () => {
  const stop = new AbortController();
  const asked = ask('/hangs', stop.signal);
  while (!told.includes('arrived')) await new Promise(resolve => setTimeout(resolve, 5));
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  expect(told).toEqual(['sent', 'arrived']);
});

test('a vendor that cannot be reached was sent nothing, and neither was one before an abort', async () => {
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const signal = new AbortController().signal;
  const url = `http://127.0.0.1:${port}/`;
  const refused = client.request({ method: 'POST', url, body: '', signal, onSent: () => told.push('sent') });
  await expect(refused).rejects.toMatchObject({ code: 'VENDOR_UNAVAILABLE', facts: { billed: 'NO' } });
  await expect(
    client.request({ method: 'POST', url, signal: AbortSignal.abort(), onSent: () => told.push('sent') }),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(told).toEqual([]);
});
