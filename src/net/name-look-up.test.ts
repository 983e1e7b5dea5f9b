import { createHook } from 'node:async_hooks';
import { lookup } from 'node:dns/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VendorHttp } from '../../datasources/kit/http.js';
import { NameServer } from '../../test/name-server.js';
import { refused } from '../../test/refused.js';
import { LIMITS } from '../kernel/limits.js';
import { download } from './download.js';
import { NameLookUp, PUBLIC_NAMES } from './name-look-up.js';

let names: NameServer;
let lookUp: NameLookUp;
beforeEach(async () => {
  names = await NameServer.start({
    'photos.example': ['93.184.215.14', '10.0.0.1'],
    'empty.example': [],
    'inside.example': ['127.0.0.1'],
  });
  lookUp = new NameLookUp();
  lookUp.setServers([names.address]);
});
afterEach(() => names.close());

const silent = (count: number) => Array.from({ length: count }, (_, index) => `photo${index}.silent.example`);

test('gives every address that the name server gives', async () => {
  expect(await lookUp.resolve('photos.example')).toEqual([
    { address: '93.184.215.14', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ]);
});

test('addresses and the names of this machine are asked of nobody', async () => {
  expect(await lookUp.resolve('::1')).toEqual([{ address: '::1', family: 6 }]);
  for (const name of ['localhost', 'LOCALHOST.', 'photos.localhost'])
    expect(await lookUp.resolve(name)).toEqual([{ address: '127.0.0.1', family: 4 }]);
  expect(names.asked).toEqual([]);
});

test('a name without an address, and a name server that says nothing', async () => {
  await expect(lookUp.resolve('empty.example')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(lookUp.resolve('photo.silent.example')).rejects.toMatchObject({ code: 'ETIMEOUT' });
});

describe('beside a hundred URLs to a name server that says nothing', () => {
  let vendor: Server;
  let http: VendorHttp;
  beforeEach(async () => {
    vendor = createServer((_request, response) => response.end('{}'));
    await new Promise<void>(resolve => vendor.listen(0, resolve));
    http = new VendorHttp({ concurrency: 4 });
  });
  afterEach(async () => {
    await http.close();
    await new Promise(resolve => vendor.close(resolve));
  });

  test('other names are found, and vendors are called by their names', async () => {
    let ended = 0;
    const asked = silent(100).map(name => lookUp.resolve(name).catch(() => ended++));
    const url = `http://localhost:${(vendor.address() as AddressInfo).port}/`;
    const calls = [1, 2, 3, 4].map(() => http.request({ method: 'GET', url, signal: AbortSignal.timeout(10_000) }));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await lookup('localhost')).address).toBeDefined();
    expect((await lookUp.resolve('photos.example')).length).toBe(2);
    // None of the hundred had to end for it.
    expect(ended).toBe(0);
    await Promise.all(asked);
  });

  test('one more than may be asked at once is refused; then others are taken again', async () => {
    const asked = silent(LIMITS.outbound.lookUps).map(name => lookUp.resolve(name).catch(() => {}));
    expect(await refused(() => lookUp.resolve('photos.example'))).toBe('OVERLOADED');
    await Promise.all(asked);
    expect((await lookUp.resolve('photos.example')).length).toBe(2);
  });
});

test('a download takes no thread of libuv to look up a name', async () => {
  PUBLIC_NAMES.setServers([names.address]);
  let threads = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'GETADDRINFOREQWRAP') threads++;
    },
  }).enable();
  try {
    const get = () =>
      download('https://inside.example/photo.jpg', { maxBytes: 1_000, signal: AbortSignal.timeout(5_000) });
    expect(await refused(get)).toBe('URL_NOT_ALLOWED');
    expect(names.asked).toContain('inside.example');
    expect(threads).toBe(0);
    // The hook sees one where there is one.
    await lookup('localhost');
    expect(threads).toBe(1);
  } finally {
    hook.disable();
  }
});
