import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { LIMITS } from '../kernel/limits.js';
import { isPublicAddress } from './address-policy.js';
import { type DownloadOptions, download, downloadBy } from './download.js';
import { type OutboundPolicy, PUBLIC_HTTPS, type ResolvedAddress } from './outbound-policy.js';

const servers: Server[] = [];
const signal = new AbortController().signal;

async function serve(listener: RequestListener, host = '127.0.0.1', port = 0): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(port, host), 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(async server => {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    }),
  );
});

/** Downloads from servers that the test started on loopback, as origins that the operator configured. */
function get(url: string, options: Partial<DownloadOptions> = {}) {
  return download(url, { maxBytes: 1_000_000, signal, allowOrigins: [new URL(url).origin], ...options });
}

/**
 * A policy that allows http on these ports and resolves names with `resolve`. Addresses are judged by the real table,
 * and those in `alsoPublic` count as public.
 */
function policy(
  urls: string[],
  resolve: (hostname: string) => ResolvedAddress[],
  alsoPublic: string[] = [],
): OutboundPolicy {
  return {
    protocols: new Set(['http:', 'https:']),
    ports: new Set(urls.map(url => new URL(url).port)),
    resolve: async hostname => resolve(hostname),
    isPublic: address => alsoPublic.includes(address) || isPublicAddress(address),
  };
}
const v4 = (address: string): ResolvedAddress => ({ address, family: 4 });
const v6 = (address: string): ResolvedAddress => ({ address, family: 6 });

describe('what may be fetched', () => {
  test.each([
    ['http://photos.example/a.jpg', 'plain http'],
    ['ftp://photos.example/a.jpg', 'another protocol'],
    ['file:///etc/passwd', 'a local file'],
    ['data:image/png;base64,AAAA', 'no host at all'],
    ['photos.example/a.jpg', 'no URL'],
    ['https://photos.example:8443/a.jpg', 'an unusual port'],
    ['https://photos.example:22/', 'an unusual port'],
    ['https://user@photos.example/', 'a user name'],
    ['https://:word@photos.example/', 'a password'],
    ['https://127.0.0.1/', 'loopback'],
    ['https://127.1/', 'loopback, short'],
    ['https://2130706433/', 'loopback, decimal'],
    ['https://0x7f.1/', 'loopback, hex'],
    ['https://0177.0.0.1/', 'loopback, octal'],
    ['https://①②⑦.0.0.1/', 'loopback, in circled digits'],
    ['https://127.0.0.1./', 'loopback, with a final dot'],
    ['https://[::1]/', 'IPv6 loopback'],
    ['https://[::ffff:127.0.0.1]/', 'mapped loopback'],
    ['https://[64:ff9b::a9fe:a9fe]/', 'the metadata service through NAT64'],
    ['https://169.254.169.254/latest/meta-data/', 'the metadata service'],
    ['https://0/', 'zero'],
  ])('%s is refused: %s', async url => {
    await expect(download(url, { maxBytes: 10, signal })).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED' });
  });

  test('localhost is looked up and refused', async () => {
    await expect(download('https://localhost/', { maxBytes: 10, signal })).rejects.toMatchObject({
      code: 'URL_NOT_ALLOWED',
    });
  });

  test('an error names neither the path nor the query of a signed URL', async () => {
    const origin = await serve((_, answer) => answer.writeHead(403).end());
    for (const url of [`${origin}/secret-path?sign=secret-query`, 'https://127.0.0.1/secret-path?sign=secret-query']) {
      const error: Error = await get(url, { allowOrigins: [origin] }).then(
        () => {
          throw new Error('it was fetched');
        },
        found => found,
      );
      expect(error.message).not.toContain('secret');
    }
  });

  test('an origin that the operator configured is taken as it is, another port of its host is not', async () => {
    const origin = await serve((_, answer) => answer.end('photo'));
    const other = await serve((_, answer) => answer.end('other'));
    expect((await get(`${origin}/a`)).bytes.toString()).toBe('photo');
    await expect(get(`${other}/a`, { allowOrigins: [origin] })).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED' });
    await expect(get(`${origin.replace('//', '//user:word@')}/a`, { allowOrigins: [origin] })).rejects.toMatchObject({
      code: 'URL_NOT_ALLOWED',
    });
  });
});

describe('DNS', () => {
  test('a name that turns private in 1,000 rebinding tries never reaches the listener on loopback', async () => {
    let reached = 0;
    const listener = createSocketServer(socket => {
      reached += 1;
      socket.destroy();
    });
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    const url = `http://rebind.example:${(listener.address() as AddressInfo).port}/latest/meta-data`;
    // 127.0.0.2 stands for a public address here. Nothing listens on it.
    const open = v4('127.0.0.2');
    const closed = v4('127.0.0.1');
    const answers = [[closed], [open, closed], [closed, open], [v6('::ffff:127.0.0.1')], [open, v6('::ffff:7f00:1')]];
    let asked = 0;
    const rebinding = policy([url], () => (asked++ % 2 === 0 ? [open] : answers[asked % answers.length]!), [
      '127.0.0.2',
    ]);
    const codes = new Map<string, number>();
    for (let round = 0; round < 1_000; round += 1) {
      const error = await downloadBy(rebinding, url, { maxBytes: 10, signal }).catch(found => found);
      codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
    }
    listener.close();
    expect(reached).toBe(0);
    // Each connection resolved the name once and used that record. Half of them were allowed, to where nothing listens.
    expect(asked).toBe(1_000);
    expect(Object.fromEntries(codes)).toEqual({ URL_UNREACHABLE: 500, URL_NOT_ALLOWED: 500 });
  });

  test('the checked record is the one that is connected to, under its own name', async () => {
    let host: string | undefined;
    const origin = await serve((request, answer) => {
      host = request.headers.host;
      answer.end('photo');
    });
    const url = `http://photos.example:${new URL(origin).port}/a`;
    const got = await downloadBy(
      policy([url], () => [v4('127.0.0.1')], ['127.0.0.1']),
      url,
      { maxBytes: 10, signal },
    );
    expect(got).toEqual({ bytes: Buffer.from('photo'), contentType: undefined, url });
    expect(host).toBe(new URL(url).host);
  });

  test('a name without an address, or one that is not known, cannot be reached', async () => {
    const empty = { ...PUBLIC_HTTPS, resolve: async () => [] };
    await expect(downloadBy(empty, 'https://photos.example/', { maxBytes: 10, signal })).rejects.toMatchObject({
      code: 'URL_UNREACHABLE',
    });
  });
});

describe('redirects', () => {
  const to = (location: string, status = 302) =>
    ((_: IncomingMessage, answer: ServerResponse) =>
      answer.writeHead(status, { location }).end('moved')) satisfies RequestListener;

  test('the fifth is followed, the sixth is not', async () => {
    const origin = await serve((request, answer) => {
      const left = Number(new URL(request.url!, 'http://x').searchParams.get('left'));
      if (left === 0) answer.end('photo');
      else answer.writeHead([301, 302, 303, 307, 308][left % 5]!, { location: `/?left=${left - 1}` }).end();
    });
    expect(await get(`${origin}/?left=5`)).toMatchObject({ bytes: Buffer.from('photo'), url: `${origin}/?left=0` });
    await expect(get(`${origin}/?left=6`)).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED' });
  });

  test.each([
    'http://127.0.0.1:1/',
    'https://127.0.0.1/',
    'https://[::ffff:169.254.169.254]/',
    'https://localhost/',
    'http://photos.example/',
    'file:///etc/passwd',
    'https://user:word@photos.example/',
    '//127.0.0.1:22/',
    'https://',
  ])('a redirect to %s is refused', async location => {
    const origin = await serve(to(location));
    await expect(get(origin)).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED' });
  });

  test('a name is looked up anew at each hop: the second answer, private, is refused', async () => {
    let served = 0;
    const origin = await serve((_, answer) => {
      served += 1;
      answer.writeHead(302, { location: '/again' }).end();
    }, '127.0.0.2');
    const url = `http://rebind.example:${new URL(origin).port}/`;
    let asked = 0;
    const rebinding = policy([url], () => [v4(asked++ === 0 ? '127.0.0.2' : '127.0.0.1')], ['127.0.0.2']);
    await expect(downloadBy(rebinding, url, { maxBytes: 10, signal })).rejects.toMatchObject({
      code: 'URL_NOT_ALLOWED',
    });
    expect({ asked, served }).toEqual({ asked: 2, served: 1 });
  });

  test('a redirect without a place to go cannot be followed', async () => {
    const origin = await serve((_, answer) => answer.writeHead(302).end());
    await expect(get(origin)).rejects.toMatchObject({ code: 'URL_UNREACHABLE', httpStatus: 302 });
  });
});

describe('what a request carries', () => {
  test('each hop gets the bare request only: no credential, cookie or referrer, out and back', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const foreign = await serve((request, answer) => {
      seen.push(request.headers);
      answer.writeHead(302, { location: `${home}/back`, 'set-cookie': 'a=b' }).end();
    });
    const home: string = await serve((request, answer) => {
      seen.push(request.headers);
      if (request.url === '/back') answer.end('photo');
      else answer.writeHead(302, { location: foreign, 'set-cookie': 'session=secret' }).end();
    });
    await get(`${home}/out`, { allowOrigins: [home, foreign] });
    expect(seen).toHaveLength(3);
    for (const headers of seen) {
      expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
      expect(headers).toMatchObject({ accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'darkroom' });
    }
  });

  test('a proxy of the environment is not used', async () => {
    let reached = 0;
    const proxy = await serve((_, answer) => {
      reached += 1;
      answer.end('proxied');
    });
    const origin = await serve((_, answer) => answer.end('photo'));
    const set = { http_proxy: proxy, HTTP_PROXY: proxy, all_proxy: proxy, NODE_USE_ENV_PROXY: '1' };
    const before = Object.keys(set).map(name => [name, process.env[name]] as const);
    Object.assign(process.env, set);
    try {
      expect((await get(origin)).bytes.toString()).toBe('photo');
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    expect(reached).toBe(0);
  });
});

describe('how much and how long', () => {
  test('a length that is announced above the cap is refused before the body', async () => {
    const origin = await serve((_, answer) =>
      answer.writeHead(200, { 'content-length': '10000000000' }).flushHeaders(),
    );
    await expect(get(origin)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  test('an endless body is cut at the cap, its socket is closed and memory stays flat', async () => {
    let closed: () => void;
    const ended = new Promise<void>(done => {
      closed = done;
    });
    let sent = 0;
    const origin = await serve((request, answer) => {
      request.socket.on('close', () => closed());
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (!answer.destroyed && answer.write(chunk)) sent += chunk.length;
      };
      answer.on('drain', more);
      more();
    });
    const before = process.memoryUsage().rss;
    await expect(get(origin)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    await ended;
    // Most of what was sent is in the buffers of the kernel. bounded-body.test.ts measures what was read.
    expect(sent).toBeLessThan(20_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  test('a gzip bomb that nobody asked for is cut at the cap', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const origin = await serve((_, answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    await expect(get(origin)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  test('a body shorter than announced is no file', async () => {
    const origin = await serve((request, answer) => {
      answer.writeHead(200, { 'content-length': '100' });
      answer.write('half', () => request.socket.destroy());
    });
    await expect(get(origin)).rejects.toMatchObject({ code: 'URL_UNREACHABLE' });
  });

  test('a server that drips one byte at a time is ended by the timeout over all', async () => {
    const origin = await serve((_, answer) => {
      const timer = setInterval(() => answer.write('x'), 10);
      answer.on('close', () => clearInterval(timer));
    });
    // The server never ends it, and each byte starts the timeouts of undici anew.
    await expect(get(origin, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'URL_UNREACHABLE',
      message: expect.stringContaining('it took too long'),
    });
  });
});

describe('how a download ends', () => {
  test('a look-up that hangs ends with the timeout', async () => {
    const hanging = { ...PUBLIC_HTTPS, resolve: () => new Promise<never>(() => {}) };
    // undici alone would go on until its connect timeout, which is off here.
    const connectMs = jest.replaceProperty(LIMITS.outbound as { connectMs: number }, 'connectMs', 0);
    await expect(
      downloadBy(hanging, 'https://photos.example/', { maxBytes: 10, signal, timeoutMs: 100 }),
    ).rejects.toMatchObject({ code: 'URL_UNREACHABLE', message: expect.stringContaining('it took too long') });
    connectMs.restore();
  });

  test('an abort ends the download with its own reason', async () => {
    const abort = new AbortController();
    const origin = await serve((_, answer) => {
      answer.write('x');
      abort.abort(new Error('the task was canceled'));
    });
    await expect(get(origin, { signal: abort.signal })).rejects.toThrow('the task was canceled');
    await expect(get(origin, { signal: abort.signal })).rejects.toThrow('the task was canceled');
  });

  test('a status other than 200 is told, and a port where nobody listens cannot be reached', async () => {
    const origin = await serve((_, answer) => answer.writeHead(403).end('AccessDenied'));
    await expect(get(origin)).rejects.toMatchObject({ code: 'URL_UNREACHABLE', httpStatus: 403 });
    await expect(get('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'URL_UNREACHABLE', httpStatus: undefined });
  });

  test.each([
    ['image/jpeg', true],
    ['IMAGE/PNG; charset=binary', true],
    ['application/octet-stream', true],
    [undefined, true],
    ['text/html', false],
    ['application/json', false],
  ])('asked for images, the type %s is taken: %s', async (type, taken) => {
    const origin = await serve((request, answer) => {
      expect(request.headers.accept).toBe('image/*');
      answer.writeHead(200, type === undefined ? {} : { 'content-type': type }).end('photo');
    });
    const got = get(origin, { accept: ['image/'] });
    if (taken) expect((await got).bytes.toString()).toBe('photo');
    else await expect(got).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  });
});
