import WebSocket from 'ws';
import { eventually } from './eventually.js';
import { RawClient, startToyServer, type ToyServer } from './server-fixture.js';

/** PROTOCOL.md of graphql-ws, sentence by sentence, by a client that may write anything. */
let server: ToyServer;
beforeAll(async () => {
  server = await startToyServer();
});
afterAll(() => server.close());
afterEach(() => {
  server.letGo();
  return eventually(() => server.seen.subscriptions === 0);
});

const INIT = { type: 'connection_init' };
const subscribe = (id: unknown, query: unknown = '{ hello }', more: object = {}) => ({
  type: 'subscribe',
  id,
  payload: { query, ...more },
});
const FOREVER = 'subscription { forever }';
const hello = (id: string) => [
  { type: 'next', id, payload: { data: { hello: 'hello you' } } },
  { type: 'complete', id },
];
async function take(client: RawClient, count: number) {
  const messages = [];
  while (messages.length < count) messages.push(await client.next());
  return messages;
}

describe('the subprotocol', () => {
  test.each<[string, string[]]>([
    ['none', []],
    ['the old one of subscriptions-transport-ws', ['graphql-ws']],
    ['one that nobody knows', ['mqtt']],
    ['ours in other letters', ['GraphQL-Transport-WS']],
  ])('%s is closed with 4406', async (_name, protocols) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, protocols);
    socket.on('error', () => {});
    const closed = await new Promise(resolve =>
      socket.once('close', (code, reason) => resolve([code, String(reason)])),
    );
    // A client that offered something else than it was given ends the handshake itself.
    expect([
      [4406, 'Subprotocol not acceptable'],
      [1006, ''],
    ]).toContainEqual(closed);
  });

  test('ours is chosen among several', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, ['mqtt', 'graphql-transport-ws']);
    await new Promise(resolve => socket.once('open', resolve));
    expect(socket.protocol).toBe('graphql-transport-ws');
    socket.close();
  });
});

describe('a message that is none', () => {
  test.each<[string, unknown]>([
    ['text', 'hello'],
    ['an empty text', ''],
    ['half of JSON', '{"type":"ping"'],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['no type', {}],
    ['a type that is no text', { type: 1 }],
    ['an unknown type', { type: 'start', id: '1', payload: { query: '{ hello }' } }],
    ['the type of a built-in', { type: 'constructor' }],
    ['a message of the server, connection_ack', { type: 'connection_ack' }],
    ['a ping whose payload is a text', { type: 'ping', payload: 'x' }],
    ['a pong whose payload is a list', { type: 'pong', payload: [] }],
    ['an init whose payload is a number', { type: 'connection_init', payload: 1 }],
    ['a subscribe without an id', { type: 'subscribe', payload: { query: '{ hello }' } }],
    ['a subscribe with a number as id', subscribe(1)],
    ['a subscribe with an empty id', subscribe('')],
    ['a subscribe without a payload', { type: 'subscribe', id: '1' }],
    ['a subscribe without a document', { type: 'subscribe', id: '1', payload: {} }],
    ['a subscribe whose document is parsed', subscribe('1', { kind: 'Document', definitions: [] })],
    ['variables that are a text', subscribe('1', '{ hello }', { variables: '{}' })],
    ['variables that are a list', subscribe('1', '{ hello }', { variables: [] })],
    ['an operationName that is a number', subscribe('1', '{ hello }', { operationName: 1 })],
    ['extensions that are a text', subscribe('1', '{ hello }', { extensions: 'x' })],
    ['a complete without an id', { type: 'complete' }],
    ['a next from the client without a payload', { type: 'next', id: '1' }],
  ])('%s closes with 4400 and says so, and nothing of it runs', async (_name, message) => {
    const client = await new RawClient(server).opened(false);
    client.send(message);
    expect([await client.closed, client.reason]).toEqual([4400, expect.stringMatching(/^[\x20-\x7e]{10,}$/)]);
  });

  test('bytes that are not UTF-8 close with 1007, a frame that is none with 1002, each with a reason', async () => {
    const raw = async (frame: number[]) => {
      const client = await new RawClient(server).opened();
      const { _socket } = client.socket as unknown as { _socket: { write(bytes: Buffer): void } };
      _socket.write(Buffer.from(frame));
      return [await client.closed, client.reason];
    };
    // A masked text frame of one byte 0xff, and a frame with a reserved opcode.
    expect(await raw([0x81, 0x81, 0, 0, 0, 0, 0xff])).toEqual([1007, 'A text has to be UTF-8']);
    expect(await raw([0x83, 0x80, 0, 0, 0, 0])).toEqual([1002, 'The frame breaks the WebSocket protocol']);
  });
});

describe('connection_init', () => {
  test.each([undefined, null, {}, { token: 'x' }])('with the payload %j is acknowledged once', async payload => {
    const client = await new RawClient(server).opened(false);
    client.send({ ...INIT, ...(payload === undefined ? {} : { payload }) });
    expect(await client.next()).toEqual({ type: 'connection_ack' });
    client.socket.close();
  });

  test('a second one closes with 4429, also before the first is acknowledged', async () => {
    const client = await new RawClient(server).opened();
    client.send(INIT);
    expect([await client.closed, client.reason]).toEqual([4429, 'Too many initialisation requests']);
    const hasty = await new RawClient(server).opened(false);
    hasty.send(INIT);
    hasty.send(INIT);
    expect(await hasty.closed).toBe(4429);
  });

  test('a subscribe before it closes with 4401', async () => {
    const client = await new RawClient(server).opened(false);
    client.send(subscribe('1', 'mutation { count }'));
    expect([await client.closed, client.reason]).toEqual([4401, 'Unauthorized']);
    expect(server.seen.mutations).toBe(0);
  });
});

describe('ping and pong', () => {
  test('a ping is answered before and after the init, with its payload; a pong by itself is not', async () => {
    const client = await new RawClient(server).opened(false);
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    client.send({ type: 'ping', payload: { at: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { at: 1 } });
    client.send({ type: 'pong', payload: { at: 1 } });
    client.send(INIT);
    expect(await client.next()).toEqual({ type: 'connection_ack' });
    client.socket.close();
  });
});

describe('an operation', () => {
  let client: RawClient;
  beforeEach(async () => {
    client = await new RawClient(server).opened();
  });
  afterEach(() => client.socket.close());

  test('of a query gives one next and complete; its id is free again', async () => {
    for (let times = 0; times < 2; times++) {
      client.send(subscribe('q'));
      expect(await take(client, 2)).toEqual(hello('q'));
    }
  });

  test('of a mutation runs once', async () => {
    const before = server.seen.mutations;
    client.send(subscribe('m', 'mutation { count }'));
    expect((await take(client, 2)).map(({ type }) => type)).toEqual(['next', 'complete']);
    expect(server.seen.mutations).toBe(before + 1);
  });

  test('of a subscription gives each event in order, and complete', async () => {
    client.send(subscribe('s', 'subscription { ticks(count: 20) }'));
    const messages = await take(client, 21);
    expect(messages.slice(0, 20).map(message => (message.payload as { data: { ticks: string } }).data.ticks)).toEqual(
      Array.from({ length: 20 }, (_, index) => String(index)),
    );
    expect(messages[20]).toEqual({ type: 'complete', id: 's' });
  });

  test('is chosen by its name, and gets its variables', async () => {
    const document = 'query A { hello } query B($name: String) { hello(name: $name) }';
    client.send(subscribe('n', document, { operationName: 'B', variables: { name: 'Ada' }, extensions: {} }));
    expect(await client.next()).toEqual({ type: 'next', id: 'n', payload: { data: { hello: 'hello Ada' } } });
  });

  test('may leave variables, name and extensions null', async () => {
    client.send(subscribe('z', '{ hello }', { operationName: null, variables: null, extensions: null }));
    expect(await take(client, 2)).toEqual(hello('z'));
  });

  test.each([
    ['a document that is none', '{', {}],
    ['an unknown field', '{ nothing }', {}],
    ['an operation that is not there', 'query A { hello }', { operationName: 'B' }],
    ['a subscription with two root fields', 'subscription { forever ticks(count: 1) }', {}],
  ])('with %s ends with one error and no complete, and the socket lives', async (_name, query, more) => {
    client.send(subscribe('e', query, more));
    expect(await client.next()).toMatchObject({ type: 'error', id: 'e', payload: [{ extensions: {} }] });
    client.send(subscribe('q'));
    expect(await take(client, 2)).toEqual(hello('q'));
  });

  test('with a variable of another type gives an error message and no complete, as one that cannot begin', async () => {
    client.send(subscribe('v', 'query($ms: Int!) { slow(ms: $ms) }', { variables: { ms: 'x' } }));
    const [error] = await take(client, 1);
    expect(error).toMatchObject({ type: 'error', id: 'v', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    client.send(subscribe('v', '{ hello }'));
    expect(await take(client, 2)).toEqual(hello('v'));
  });

  test('that fails in a resolver gives its error in a next, and complete', async () => {
    client.send(subscribe('r', '{ refused }'));
    expect(await take(client, 2)).toMatchObject([
      { type: 'next', payload: { data: { refused: null }, errors: [{ extensions: { code: 'SPEC_NOT_FOUND' } }] } },
      { type: 'complete', id: 'r' },
    ]);
  });

  test('with the id of one that runs closes with 4409, which names the id', async () => {
    client.send(subscribe('twice', FOREVER));
    client.send(subscribe('twice', '{ hello }'));
    expect([await client.closed, client.reason]).toEqual([4409, 'Subscriber for twice already exists']);
  });

  test('with an id that is longer than a reason may be closes with 4409 all the same', async () => {
    const id = '相'.repeat(500);
    client.send(subscribe(id, FOREVER));
    client.send(subscribe(id, FOREVER));
    expect([await client.closed, client.reason]).toEqual([4409, expect.stringMatching(/^Subscriber for 相{36}$/)]);
    expect(server.log.filter(({ level }) => level === 50)).toEqual([]);
  });

  test('may have any text as id, also that of a built-in', async () => {
    for (const id of ['__proto__', 'constructor', 'toString', ' ', '相片', 'x'.repeat(1_000)]) {
      client.send(subscribe(id));
      expect(await take(client, 2)).toEqual(hello(id));
    }
  });

  test('runs beside others, each with its own events', async () => {
    for (const id of ['a', 'b', 'c']) client.send(subscribe(id, 'subscription { ticks(count: 5) }'));
    const messages = await take(client, 18);
    for (const id of ['a', 'b', 'c']) {
      const own = messages.filter(message => message.id === id).map(({ type }) => type);
      expect(own).toEqual(['next', 'next', 'next', 'next', 'next', 'complete']);
    }
  });
});

describe('complete from the client', () => {
  let client: RawClient;
  beforeEach(async () => {
    client = await new RawClient(server).opened();
  });
  afterEach(() => client.socket.close());

  test('ends the source, and nothing more comes', async () => {
    client.send(subscribe('s', FOREVER));
    await client.next();
    client.send({ type: 'complete', id: 's' });
    await eventually(() => server.seen.subscriptions === 0);
    client.send(subscribe('q'));
    let message = await client.next();
    while (message.id === 's') {
      expect(message.type).toBe('next');
      message = await client.next();
    }
    expect(message).toEqual(hello('q')[0]);
  });

  test('of a query that still runs keeps its result back', async () => {
    client.send(subscribe('slow', '{ slow(ms: 10) }'));
    client.send({ type: 'complete', id: 'slow' });
    client.send(subscribe('later', '{ slow(ms: 120) }'));
    expect((await take(client, 2)).map(({ id }) => id)).toEqual(['later', 'later']);
  });

  test('of an id that never was, or has ended, is ignored', async () => {
    client.send({ type: 'complete', id: 'never' });
    client.send(subscribe('q'));
    await take(client, 2);
    client.send({ type: 'complete', id: 'q' });
    client.send(subscribe('q'));
    expect(await take(client, 2)).toEqual(hello('q'));
  });

  test('and the same id at once again: the second runs, ends by complete, and leaves nothing behind', async () => {
    for (let times = 0; times < 20; times++) {
      client.send(subscribe('again', FOREVER));
      client.send({ type: 'complete', id: 'again' });
    }
    client.send(subscribe('again', FOREVER));
    await client.next();
    await eventually(() => server.seen.subscriptions === 1);
    client.send({ type: 'complete', id: 'again' });
    await eventually(() => server.seen.subscriptions === 0);
  });

  test('and the same id twice again while the first still ends closes with 4409', async () => {
    client.send(subscribe('again', '{ held }'));
    client.send({ type: 'complete', id: 'again' });
    client.send(subscribe('again'));
    client.send(subscribe('again'));
    expect([await client.closed, client.reason]).toEqual([4409, 'Subscriber for again already exists']);
  });

  test('frees no room while the operation still runs: 50 is the limit of what runs', async () => {
    const before = server.seen.held;
    for (let id = 0; id < 50; id++) client.send(subscribe(`${id}`, '{ held }'));
    await eventually(() => server.seen.held === before + 50);
    for (let id = 0; id < 50; id++) client.send({ type: 'complete', id: `${id}` });
    client.send(subscribe('51'));
    expect(await client.next()).toMatchObject({
      type: 'error',
      id: '51',
      payload: [{ extensions: { code: 'OVERLOADED' } }],
    });
  });

  test('and the same id at once again, and the socket closed: no source lives on', async () => {
    client.send(subscribe('again', FOREVER));
    await client.next();
    client.send({ type: 'complete', id: 'again' });
    client.send(subscribe('again', FOREVER));
    await client.next();
    client.socket.close();
    await client.closed;
    await eventually(() => server.seen.subscriptions === 0);
  });
});

test('a socket that closes ends all its operations, however many and however it closes', async () => {
  for (const close of ['close', 'terminate'] as const) {
    const client = await new RawClient(server).opened();
    for (let id = 0; id < 50; id++) client.send(subscribe(`${id}`, FOREVER));
    await eventually(() => server.seen.subscriptions === 50);
    client.socket[close]();
    await eventually(() => server.seen.subscriptions === 0);
  }
});
