import { connect, type Socket } from 'node:net';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import WebSocket from 'ws';
import { AccessService, OPEN_CALLER } from '../src/access/access-service.js';
import type { Caller } from '../src/access/caller.js';
import { CallerRates } from '../src/access/caller-rates.js';
import { KeyService } from '../src/access/key-service.js';
import { Rates } from '../src/access/rates.js';
import { Sessions } from '../src/access/sessions.js';
import { TokenSigner } from '../src/access/token-signer.js';
import { COMMAND } from '../src/audit/acts.js';
import { INBOX } from '../src/audit/audit.js';
import { DarkroomError } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';
import { Secrets } from '../src/kernel/secrets.js';
import type { RequestSource } from '../src/server/parts.js';
import type { Database, Parameter } from '../src/store/database.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { MIGRATIONS } from '../src/store/migrate.js';
import { eventually } from './eventually.js';
import { answerOf, RawClient, shapeOf, startToyServer, type ToyServer } from './server-fixture.js';
import { createPostgresDatabase, silentLog } from './store-setup.js';

const LIMIT = 10;
let now = 0;
let server: ToyServer;
let caller = '';
let callers = 0;
beforeAll(async () => {
  const rates = new CallerRates(new Rates({ log: silentLog, now: () => now }), { key: LIMIT, tenant: 10 * LIMIT });
  const known = new Map<string, Caller>();
  /** Whoever names a key has it: `key@tenant`. */
  const context = ({ headers, connectionParams = {} }: RequestSource): { caller: Caller } => {
    const token = String(connectionParams.authorization ?? headers.authorization ?? '');
    if (token === '') throw new DarkroomError('UNAUTHENTICATED');
    const [id = '', tenantId = ''] = token.split('@');
    if (!known.has(token)) known.set(token, { ...OPEN_CALLER, kind: 'API_KEY', id, tenantId });
    return { caller: known.get(token)! };
  };
  server = await startToyServer({
    context,
    limits: rates.limits as never,
    isOpen: () => false,
    allowedOrigins: ['https://kiosk.example'],
  });
});
afterAll(() => server.close());
beforeEach(() => {
  callers += 1;
  caller = `key${callers}@tenant${callers}`;
});

const post = (body: unknown, headers: Record<string, string> = {}) =>
  server.post(body, { authorization: caller, ...headers });
const aliases = (count: number, field: string) => Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(' ');
const left = (response: Response) => Number(/"key";r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]);
/** The beginning of a large body, and no more of it; the status of what is answered all the same, 0 without an answer. */
function beginUpload(): { socket: Socket; status: Promise<number> } {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nauthorization: ${caller}\r\ncontent-type: application/json\r\n` +
      'content-length: 27000000\r\n\r\n{"query":"',
  );
  const status = new Promise<number>(resolve => {
    socket.once('data', data => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(String(data))?.[1])));
    socket.once('close', () => resolve(0));
  });
  return { socket, status };
}

async function codeOf(response: Response): Promise<string | undefined> {
  return (await answerOf(response)).errors?.[0]?.extensions?.code as string | undefined;
}

describe('HTTP', () => {
  test.each([
    ['POST', () => post({ query: '{ hello }' })],
    ['GET', () => fetch(`${server.origin}/graphql?query={hello}`, { headers: { authorization: caller } })],
    [
      'multipart',
      () => {
        const form = new FormData();
        form.set(
          'operations',
          JSON.stringify({ query: 'mutation ($f: Upload!) { upload(file: $f) { bytes } }', variables: { f: null } }),
        );
        form.set('map', '{"0":["variables.f"]}');
        form.set('0', new Blob(['x']), 'x');
        const headers = { authorization: caller, 'graphql-preflight': '1' };
        return fetch(`${server.origin}/graphql`, { method: 'POST', headers, body: form });
      },
    ],
  ])('%s counts each request once: the limit passes, and one more does not', async (_name, ask) => {
    for (let i = 1; i <= LIMIT; i++) {
      const answer = await ask();
      expect([answer.status, left(answer)]).toEqual([200, LIMIT - i]);
    }
    expect((await ask()).status).toBe(429);
  });

  test('an answer that is refused says when to come again, by headers and in the error', async () => {
    await post({ query: `{ ${aliases(LIMIT, 'hello')} }` });
    now += 20_000;
    const refused = await post({ query: '{ hello }' }, { 'accept-language': 'zh', origin: 'https://kiosk.example' });
    now -= 20_000;
    expect(refused.status).toBe(429);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '40',
      ratelimit: expect.stringMatching(
        /^"key";r=0;t=40, "key-cost";r=\d+;t=40, "tenant";r=90;t=40, "tenant-cost";r=\d+;t=40$/,
      ),
      'ratelimit-policy': expect.stringMatching(
        /^"key";q=10;w=60, "key-cost";q=\d+;w=60;qu="cost", "tenant";q=100;w=60, /,
      ),
      'access-control-expose-headers': 'retry-after, ratelimit, ratelimit-policy',
    });
    const shape = shapeOf('RATE_LIMITED', 'zh') as { extensions: object };
    expect((await answerOf(refused)).errors).toEqual([
      { ...shape, extensions: { ...shape.extensions, retryAfterSeconds: 40 } },
    ]);
  });

  test('an answer tells what is left, also to clients that see no headers', async () => {
    const { extensions } = await answerOf(await post({ query: '{ hello }' }));
    expect(extensions).toEqual({
      rateLimit: [
        { name: 'key', limit: LIMIT, windowSeconds: 60, remaining: LIMIT - 1, resetSeconds: 60 },
        expect.objectContaining({ name: 'key-cost' }),
        expect.objectContaining({ name: 'tenant', remaining: 10 * LIMIT - 1 }),
        expect.objectContaining({ name: 'tenant-cost' }),
      ],
    });
  });

  test('aliases of a mutation count each, in fragments too, and nothing of what is too much runs', async () => {
    const before = server.seen.mutations;
    expect(
      left(
        await post({ query: `mutation { ${aliases(4, 'count')} ...F } fragment F on Mutation { b: count c: count }` }),
      ),
    ).toBe(LIMIT - 6);
    expect((await post({ query: `mutation { ${aliases(5, 'count')} }` })).status).toBe(429);
    expect((await post({ query: `mutation { ${aliases(4, 'count')} }` })).status).toBe(200);
    expect(server.seen.mutations - before).toBe(10);
  });

  test('what counts more than the whole rate is told so, with nothing to wait for', async () => {
    const refused = await post({ query: `mutation { ${aliases(LIMIT + 1, 'count')} }` });
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'RATE_LIMITED']);
    expect(
      (await answerOf(await post({ query: `mutation { ${aliases(LIMIT + 1, 'count')} }` }))).errors![0]!.message,
    ).toMatch(/counts 11 by itself/);
    expect(left(await post({ query: '{ hello }' }))).toBe(LIMIT - 1);
  });

  test('what cannot be executed counts as well: it was parsed and validated', async () => {
    for (const query of ['{', '{ nothing }', 'query A { hello } query B { hello }', `{ ${aliases(30, 'hello')} }`])
      await post({ query });
    await post({ query: 'subscription { ticks(count: 1) }' });
    await post({ query: 'query ($n: Int!) { slow(ms: $n) }', variables: { n: 'wrong' } });
    expect(left(await post({ query: '{ hello }' }))).toBe(LIMIT - 7);
  });

  test('a batch is refused, and runs nothing', async () => {
    const before = server.seen.mutations;
    const refused = await post(Array(20).fill({ query: 'mutation { count }' }));
    expect(refused.status).toBe(400);
    expect(server.seen.mutations).toBe(before);
  });

  test('whoever has nothing left is refused before its body is read', async () => {
    await post({ query: `{ ${aliases(LIMIT, 'hello')} }` });
    expect(await beginUpload().status).toBe(429);
  });

  test('the next window has all of it again', async () => {
    await post({ query: `{ ${aliases(LIMIT, 'hello')} }` });
    expect((await post({ query: '{ hello }' })).status).toBe(429);
    now += LIMITS.rate.windowMs;
    expect(left(await post({ query: '{ hello }' }))).toBe(LIMIT - 1);
  });

  test('the keys of one tenant share its rate; another tenant has its own', async () => {
    const tenant = `t${callers}`;
    for (let key = 0; key < 10; key++) {
      caller = `key${callers}-${key}@${tenant}`;
      expect((await post({ query: `{ ${aliases(LIMIT, 'hello')} }` })).status).toBe(200);
    }
    caller = `fresh${callers}@${tenant}`;
    expect((await answerOf(await post({ query: '{ hello }' }))).errors![0]!.message).toContain('this tenant is 100');
    caller = `fresh${callers}@another${tenant}`;
    expect((await post({ query: '{ hello }' })).status).toBe(200);
  });
});

describe('a WebSocket', () => {
  const ask = async (client: RawClient, id: string, query: string) => {
    client.subscribe(id, query);
    const message = await client.next();
    if (message.type === 'next') expect(await client.next()).toEqual({ type: 'complete', id });
    return message;
  };
  const connected = () => new RawClient(server).opened(true, { authorization: caller });
  const limited = (id: string) => ({
    type: 'error',
    id,
    payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }],
  });

  test('has one rate with HTTP, however many sockets and reconnects there are, and stays open', async () => {
    for (let i = 0; i < 4; i++) await post({ query: '{ hello }' });
    for (let i = 0; i < 3; i++) {
      const client = await connected();
      expect(await ask(client, '1', '{ hello }')).toMatchObject({
        type: 'next',
        payload: { extensions: { rateLimit: expect.any(Array) } },
      });
      client.socket.close();
    }
    const [one, two] = [await connected(), await connected()];
    expect(await ask(one, 'a', '{ hello }')).toMatchObject({ type: 'next' });
    expect(await ask(two, 'b', `{ x: hello y: hello }`)).toMatchObject({ type: 'next' });
    for (const client of [one, two]) expect(await ask(client, 'z', '{ hello }')).toMatchObject(limited('z'));
    expect((await post({ query: '{ hello }' })).status).toBe(429);
    now += LIMITS.rate.windowMs;
    expect(await ask(one, 'again', '{ hello }')).toMatchObject({ type: 'next' });
    for (const client of [one, two]) client.socket.close();
  });

  test('operations that are sent at once over many sockets pass no more than the rate', async () => {
    const before = server.seen.mutations;
    const clients = await Promise.all(Array.from({ length: 4 }, connected));
    for (const client of clients)
      for (let i = 0; i < 10; i++) client.subscribe(`${i}`, 'mutation { a: count b: count }');
    let [passed, refused] = [0, 0];
    for (const client of clients)
      for (let ended = 0; ended < 10; ) {
        const { type } = await client.next();
        if (type === 'next') passed++;
        if (type === 'error') refused++;
        if (type !== 'next') ended++;
      }
    expect([passed, refused]).toEqual([LIMIT / 2, 40 - LIMIT / 2]);
    expect(server.seen.mutations - before).toBe(LIMIT);
    for (const client of clients) client.socket.close();
  });

  test('a subscription counts once, and its events tell nothing of rates', async () => {
    const client = await connected();
    client.subscribe('1', 'subscription { ticks(count: 3) }');
    for (const tick of ['0', '1', '2'])
      expect(await client.next()).toEqual({ type: 'next', id: '1', payload: { data: { ticks: tick } } });
    expect(await client.next()).toMatchObject({ type: 'complete' });
    expect(left(await post({ query: '{ hello }' }))).toBe(LIMIT - 2);
    client.socket.close();
  });

  test('a caller has 20; one more is closed with the reason, and another caller is let in', async () => {
    const open: RawClient[] = [];
    for (let i = 0; i < LIMITS.webSocket.socketsPerCaller; i++) open.push(await connected());
    const more = new RawClient(server);
    await more.opened(false);
    more.send({ type: 'connection_init', payload: { authorization: caller } });
    expect([await more.closed, more.reason]).toEqual([4403, 'QUOTA_EXCEEDED']);
    const other = await new RawClient(server).opened(true, { authorization: `other@${caller}` });
    open[0]!.socket.close();
    await open[0]!.closed;
    open.push(await connected());
    for (const client of [...open, other]) client.socket.close();
  });

  test('the usual client waits and comes again where its socket was one too many', async () => {
    const open: RawClient[] = [];
    for (let i = 0; i < LIMITS.webSocket.socketsPerCaller; i++) open.push(await connected());
    let retries = 0;
    const client = createClient({
      url: `ws://127.0.0.1:${server.port}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: caller },
      retryAttempts: 50,
      retryWait: async () => {
        retries++;
        if (retries === 2) for (const each of open) each.socket.close();
        await new Promise(resolve => setTimeout(resolve, 10));
      },
    });
    const answers: unknown[] = [];
    await new Promise<void>((resolve, reject) =>
      client.subscribe(
        { query: '{ hello }' },
        { next: value => void answers.push(value), error: reject, complete: resolve },
      ),
    );
    expect(answers).toMatchObject([{ data: { hello: 'hello you' } }]);
    expect(retries).toBeGreaterThanOrEqual(2);
    await client.dispose();
  });
});

describe('bodies in flight', () => {
  test('five slow uploads of one key are refused beyond its half; another key is read meanwhile', async () => {
    const uploads = Array.from({ length: 5 }, beginUpload);
    const refused = uploads.slice(2).map(({ status }) => status);
    expect(await Promise.all(refused)).toEqual([429, 429, 429]);
    caller = `other${callers}@tenant${callers}`;
    const photo = 'A'.repeat(26_000_000);
    const answer = await post({ query: 'query ($p: Photo) { weigh(photo: $p) }', variables: { p: { base64: photo } } });
    expect(await answerOf(answer)).toMatchObject({ data: { weigh: photo.length } });
    for (const { socket } of uploads) socket.destroy();
    expect(await Promise.all(uploads.slice(0, 2).map(({ status }) => status))).toEqual([0, 0]);
  }, 90_000);
});

test('a read that needs no database touches none: neither for the key nor for its rate', async () => {
  const made = await createPostgresDatabase(MIGRATIONS);
  const database: Database = await openPostgres({ url: made.url, log: silentLog });
  const { secret } = await new KeyService(database, INBOX).createKey(
    { name: 'shop', scopes: ['catalogue:read'] },
    COMMAND,
  );
  const statements: string[] = [];
  const query = database.query.bind(database);
  database.query = (text: string, params?: readonly Parameter[]) => {
    statements.push(text.trim().split(/\s+/).slice(0, 3).join(' '));
    return query(text, params) as never;
  };
  const access = await AccessService.open({
    database,
    log: pino({ level: 'silent' }),
    tokens: new TokenSigner(new Secrets([Buffer.alloc(32)])),
    sessions: new Sessions(new Secrets([Buffer.alloc(32)])),
  });
  const rates = new CallerRates(new Rates({ database, log: silentLog }), {
    key: LIMITS.rate.operationsPerKey,
    tenant: LIMITS.rate.operationsPerTenant,
  });
  const counted = await startToyServer({
    context: async (source: RequestSource) => ({ caller: await access.authenticate(source) }),
    limits: rates.limits as never,
    isOpen: () => false,
  });
  const ask = async () => (await counted.post({ query: '{ hello }' }, { authorization: `Bearer ${secret}` })).status;
  expect(await ask()).toBe(200);
  await eventually(() => statements.length > 0);
  const first = statements.splice(0);
  expect(first.filter(text => text.startsWith('insert into rates'))).toHaveLength(2);
  const asked = 2 * (LIMITS.rate.operationsPerKey / LIMITS.rate.slices) - 2;
  for (let i = 0; i < asked; i++) expect(await ask()).toBe(200);
  // One more slice of the key; and the key itself is looked up each three seconds.
  expect(statements.filter(text => text.startsWith('insert into rates'))).toHaveLength(1);
  expect(statements.filter(text => !text.startsWith('insert into rates')).length).toBeLessThan(10);
  await counted.close();
  await database.close();
  await made.drop();
});
