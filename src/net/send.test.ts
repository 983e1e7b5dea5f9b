import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { startReceiver } from '../../test/webhook-receiver.js';
import { isPublicAddress } from './address-policy.js';
import { checkTarget, type OutboundPolicy, PUBLIC_HTTPS, type ResolvedAddress } from './outbound-policy.js';
import { type SendOptions, send } from './send.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** To a server that the test started on loopback, as an origin that the operator configured. */
function post(url: string, over: Partial<SendOptions> = {}, policy = PUBLIC_HTTPS) {
  const signal = new AbortController().signal;
  const allowOrigins = [new URL(url).origin];
  return send(policy, url, { headers: {}, body: '{}', signal, timeoutMs: 10_000, allowOrigins, ...over });
}

const v4 = (address: string): ResolvedAddress => ({ address, family: 4 });

/** Takes http on this port, and resolves names with `resolve`; 127.0.0.2 stands for a public address. */
function policy(url: string, resolve: () => ResolvedAddress[]): OutboundPolicy {
  return {
    protocols: new Set(['http:']),
    ports: new Set([new URL(url).port]),
    resolve: async () => resolve(),
    isPublic: address => address === '127.0.0.2' || isPublicAddress(address),
  };
}

test('the body goes as it is, with our headers and no others that say who we are', async () => {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const url = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ request, body });
    response.writeHead(201, { 'retry-after': '7', 'set-cookie': 'a=b' }).end('thanks');
  });
  const body = '{"a": "照片"}';
  const sent = await post(`${url}/hook?x=1`, { body, headers: { 'webhook-id': 'msg_1' } });
  expect(sent).toEqual({ status: 201, retryAfter: '7' });
  expect(await post(`${url}/hook`, { body })).toMatchObject({ status: 201 });
  expect(seen[0]).toMatchObject({ body, request: { method: 'POST', url: '/hook?x=1' } });
  for (const { request } of seen) expect(Object.keys(request.headers)).not.toContain('cookie');
  expect(Object.keys(seen[0]!.request.headers).sort()).toEqual(
    ['accept-encoding', 'connection', 'content-length', 'host', 'user-agent', 'webhook-id'].sort(),
  );
});

test('a redirect is an answer, and is not followed', async () => {
  let followed = 0;
  const other = await serve((_, response) => {
    followed += 1;
    response.end();
  });
  for (const status of [301, 302, 307, 308]) {
    const url = await serve((_, response) => response.writeHead(status, { location: other }).end());
    expect(await post(url, { allowOrigins: [url, other] })).toMatchObject({ status });
  }
  expect(followed).toBe(0);
});

test('an answer without end holds nobody: its status counts', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200);
    const more = () => response.destroyed || response.write('x'.repeat(1_000), () => setImmediate(more));
    more();
  });
  const silent = await serve((_, response) => void response.writeHead(200).write('x'));
  expect(await post(url)).toMatchObject({ status: 200 });
  expect(await post(silent)).toMatchObject({ status: 200 });
});

test('a certificate that nobody vouches for is no target', async () => {
  const receiver = await startReceiver(true);
  expect(await post(receiver.url)).toEqual({ status: null, failure: 'UNREACHABLE' });
  expect(receiver.received).toEqual([]);
  await receiver.close();
});

test('no answer in time is TIMEOUT, no server UNREACHABLE, and an abort of ours is neither', async () => {
  const silent = await serve(() => {});
  expect(await post(silent, { timeoutMs: 100 })).toEqual({ status: null, failure: 'TIMEOUT' });
  const broken = await serve(request => request.socket.destroy());
  expect(await post(broken)).toEqual({ status: null, failure: 'UNREACHABLE' });
  const abort = new AbortController();
  const aborted = post(silent, { signal: abort.signal });
  abort.abort(new Error('we stop'));
  await expect(aborted).rejects.toThrow('we stop');
});

test.each([
  'http://hooks.example/',
  'https://hooks.example:8443/',
  'https://user:word@hooks.example/',
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://localhost/',
])('nothing is sent to %s', async url => {
  expect(await post(url, { allowOrigins: [] })).toEqual({ status: null, failure: 'NOT_ALLOWED' });
});

test('a configured origin with a login in front is not the configured one', async () => {
  const url = await serve((_, response) => response.end());
  const withLogin = url.replace('//', '//user:word@');
  expect(await post(withLogin, { allowOrigins: [url] })).toEqual({ status: null, failure: 'NOT_ALLOWED' });
});

test('a name that turns private after its check never reaches the listener on loopback, in 200 tries', async () => {
  let reached = 0;
  const listener = createSocketServer(socket => {
    reached += 1;
    socket.destroy();
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const url = `http://rebind.example:${(listener.address() as AddressInfo).port}/`;
  for (let round = 0; round < 200; round += 1) {
    let asked = 0;
    const rebinding = policy(url, () => {
      asked += 1;
      return [v4(asked === 1 ? '127.0.0.2' : '127.0.0.1')];
    });
    await checkTarget(new URL(url), rebinding, []);
    expect(await post(url, { allowOrigins: [] }, rebinding)).toEqual({ status: null, failure: 'NOT_ALLOWED' });
  }
  expect(reached).toBe(0);
  await new Promise(done => listener.close(done));
});

test('before the first message it is known whether a target can be one', async () => {
  const url = 'http://hooks.example:8080/';
  const check = (records: ResolvedAddress[]) =>
    checkTarget(
      new URL(url),
      policy(url, () => records),
      [],
    );
  await expect(check([v4('127.0.0.2')])).resolves.toBeUndefined();
  await expect(check([v4('127.0.0.2'), v4('10.0.0.1')])).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED' });
  await expect(check([])).rejects.toMatchObject({ code: 'URL_UNREACHABLE' });
  await expect(checkTarget(new URL('https://10.0.0.1/'), PUBLIC_HTTPS, [])).rejects.toMatchObject({
    code: 'URL_NOT_ALLOWED',
  });
  await expect(
    checkTarget(new URL('http://10.0.0.1:80/x'), PUBLIC_HTTPS, ['http://10.0.0.1']),
  ).resolves.toBeUndefined();
});
