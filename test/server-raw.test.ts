import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startToyServer, type ToyServer } from './server-fixture.js';

/** What a client that is no browser and no library can write: each request on a connection of its own, byte by byte ours. */
async function ask(server: ToyServer, target: string, headers: string[], method = 'GET') {
  const socket = connect(server.port, '127.0.0.1');
  socket.write([`${method} ${target} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n'));
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  const code = body.startsWith('{"errors"') ? JSON.parse(body).errors[0].extensions.code : undefined;
  return { status: Number(head.split(' ')[1]), code, head, body };
}

const UPGRADE = [
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
];

describe('a request that no library would write', () => {
  let server: ToyServer;
  beforeAll(async () => {
    server = await startToyServer({ publicUrl: 'https://photos.example' });
  });
  afterAll(() => server.close());

  it.each(['/health/live', '/graphql?query={hello}', '/assets/known', '/none', '/%zz'])(
    'with two Host headers is malformed at %s, in whatever order',
    async target => {
      for (const hosts of [
        ['localhost', 'evil.example'],
        ['evil.example', 'localhost'],
        ['localhost', 'localhost'],
        ['localhost', ''],
      ]) {
        const { status, code } = await ask(server, target, [`Host: ${hosts[0]}`, 'Accept: */*', `hOsT: ${hosts[1]}`]);
        expect([hosts, status, code]).toEqual([hosts, 400, 'BAD_REQUEST']);
      }
    },
  );

  it('with two Host headers gets no WebSocket', async () => {
    const upgrade = ['Connection: Upgrade', ...UPGRADE];
    const refused = await ask(server, '/graphql', ['Host: localhost', ...upgrade, 'Host: evil.example']);
    expect([refused.status, refused.code]).toEqual([400, 'BAD_REQUEST']);
  });

  it('with a target on another host than its Host is malformed; on the same it is answered', async () => {
    for (const target of ['http://evil.example/graphql?query={hello}', 'http://photos.example/assets/known']) {
      const { status, code } = await ask(server, target, ['Host: localhost']);
      expect([target, status, code]).toEqual([target, 400, 'BAD_REQUEST']);
    }
    expect((await ask(server, 'http://localhost/health/live', ['Host: localhost'])).status).toBe(200);
    const foreign = await ask(server, 'http://evil.example/health/live', ['Host: evil.example']);
    expect([foreign.status, foreign.code]).toEqual([403, 'FORBIDDEN_ORIGIN']);
  });

  it.each([
    ['with an escape that is none', '/%zz', 400, 'BAD_REQUEST'],
    ['with half a character', '/assets/%E4%B8', 400, 'BAD_REQUEST'],
    ['with too long a part', `/assets/${'a'.repeat(300)}`, 414, 'URI_TOO_LONG'],
  ])('%s is answered as malformed, and only to whom the gate lets through', async (_what, target, status, code) => {
    server.log.length = 0;
    const answer = await ask(server, target, ['Host: localhost']);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.head).toMatch(/x-content-type-options: nosniff/i);
    expect(answer.head).toMatch(/content-security-policy: default-src 'none'/i);
    expect(server.log.filter(({ msg }) => msg === 'request')).toMatchObject([{ route: 'unknown', status }]);
    for (const headers of [['Host: evil.example'], ['Host: localhost', 'Origin: https://evil.example']]) {
      const refused = await ask(server, target, headers);
      expect([headers, refused.status, refused.code]).toEqual([headers, 403, 'FORBIDDEN_ORIGIN']);
    }
  });

  it('with a malformed path is not told what it was', async () => {
    const answer = await fetch(`${server.origin}/assets/%canary%?signature=canary`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('canary');
  });

  it('by the public name reaches nothing beside pictures and health, however the path is written', async () => {
    const host = ['Host: photos.example'];
    expect((await ask(server, '/assets/known', host)).status).toBe(200);
    for (const target of [
      '/graphql?query={hello}',
      '/%67raphql?query={hello}',
      '//graphql?query={hello}',
      '/assets/../graphql?query={hello}',
      '/assets/%2e%2e/graphql?query={hello}',
      '/assets/..%2fgraphql?query={hello}',
      '/assets/known/../../graphql?query={hello}',
      '/assets;/../graphql?query={hello}',
      '/health/..\\graphql?query={hello}',
      '/assets/%00',
      'http://photos.example/graphql?query={hello}',
    ]) {
      const { status, body } = await ask(server, target, host);
      expect([target, status]).toEqual([target, expect.any(Number)]);
      expect([400, 403, 404]).toContain(status);
      expect(body).not.toContain('hello you');
    }
  });

  it('tells the operator once whom it refused, with the Origin and the Host that it saw', async () => {
    server.log.length = 0;
    for (let times = 0; times < 3; times++)
      await ask(server, '/graphql', ['Host: localhost:4000', 'Origin: https://shop.example'], 'POST');
    expect(server.log.filter(({ msg }) => msg === 'a request was refused')).toMatchObject([
      {
        level: 40,
        origin: 'https://shop.example',
        host: 'localhost:4000',
        why: expect.stringContaining('DARKROOM_ALLOWED_ORIGINS'),
      },
    ]);
  });
});
