import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { VendorHttp } from './http.js';

/** `sent` by the client, `arrived` at the server, in their order. */
let events: string[];
let server: http.Server;
let client: VendorHttp;
beforeEach(async () => {
  events = [];
  server = http.createServer((request, response) => {
    events.push('arrived');
    if (request.url === '/hangs') return;
    if (request.url === '/processing') response.writeProcessing();
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
    onSent: () => events.push('sent'),
  });

test('onSent is called once, before the vendor has the request', async () => {
  await ask('/');
  await ask('/');
  expect(events).toEqual(['sent', 'arrived', 'sent', 'arrived']);
});

test.each(['/processing', '/early'])('an answer after a 102 or a 103 comes whole: %s', async path => {
  expect(await ask(path)).toMatchObject({ status: 200, body: Buffer.from('{}') });
  expect(events).toEqual(['sent', 'arrived']);
});

test('onSent is called for a request whose answer never comes, too', async () => {
  const stop = new AbortController();
  const asked = ask('/hangs', stop.signal);
  while (!events.includes('arrived')) await new Promise(resolve => setTimeout(resolve, 5));
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  expect(events).toEqual(['sent', 'arrived']);
});

test('onSent is not called where the vendor cannot be reached, nor after an abort', async () => {
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const signal = new AbortController().signal;
  const url = `http://127.0.0.1:${port}/`;
  const refused = client.request({ method: 'POST', url, body: '', signal, onSent: () => events.push('sent') });
  await expect(refused).rejects.toMatchObject({ code: 'VENDOR_UNAVAILABLE', facts: { billed: 'NO' } });
  await expect(
    client.request({ method: 'POST', url, signal: AbortSignal.abort(), onSent: () => events.push('sent') }),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(events).toEqual([]);
});
