import { buildSchema, GraphQLError, type GraphQLObjectType } from 'graphql';
import { pino } from 'pino';
import { shapeOf } from '../../test/server-fixture.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { Documents } from './documents.js';
import type { RequestSource } from './parts.js';
import { createErrorPresenter } from './present-error.js';
import type { SocketConnection } from './socket-connection.js';
import type { Begun } from './socket-operation.js';
import { Subscriptions } from './subscriptions.js';
import { Turns } from './turns.js';

const schema = buildSchema('type Query { hello: String } type Subscription { state(id: ID!, after: Int): String }');
const shared = { after: 'after', sequenceOf: (event: { sequence: number }) => event.sequence };
Object.assign((schema.getType('Subscription') as GraphQLObjectType).getFields().state!, { extensions: { shared } });

let open: Subscriptions<object>;

function subscriptions(context: (source: RequestSource) => object | Promise<object> = source => ({ source })) {
  open = new Subscriptions(
    { schema, context, maxSockets: 2, audienceOf: () => 'all' },
    new Documents(schema, true),
    createErrorPresenter(pino({ level: 'silent' })),
    new Turns(),
  );
  return open;
}

/** As it is handed to each hook. */
function connection(params?: Record<string, unknown>, running = 1) {
  const closed: unknown[] = [];
  const shown = { headers: { 'accept-language': 'en' } };
  const socket = { shown, params, running, isClosed: false, close: (...given: unknown[]) => void closed.push(given) };
  return { ...socket, closed } as unknown as SocketConnection & { closed: unknown[] };
}

async function connected(hooks: Subscriptions<object>, params?: Record<string, unknown>, running = 1) {
  const socket = connection(params, running);
  expect(await hooks.connect(socket)).toBe(true);
  return socket;
}

test('a connection gets its context from headers and connectionParams; the language of the params goes first', async () => {
  const asked: RequestSource[] = [];
  const hooks = subscriptions(source => ({ asked: asked.push(source) }));
  for (const socket of [await connected(hooks, { language: 'zh-CN', token: 'x' }), await connected(hooks)])
    hooks.closed(socket);
  expect(asked).toEqual([
    { headers: { 'accept-language': 'en' }, language: 'zh', connectionParams: { language: 'zh-CN', token: 'x' } },
    { headers: { 'accept-language': 'en' }, language: 'en' },
  ]);
});

test('who gets no context gets no connection: the reason is the code, and nothing of the inside', async () => {
  for (const [error, close] of [
    [new DarkroomError('DATABASE_UNAVAILABLE'), [4403, 'DATABASE_UNAVAILABLE']],
    [new Error('SELECT secret'), [4500, 'INTERNAL']],
  ] as const) {
    const refused = connection();
    expect(await subscriptions(() => Promise.reject(error)).connect(refused)).toBe(false);
    expect(refused.closed).toEqual([close]);
  }
});

test('a socket that closes while it is asked whose it is holds no place', async () => {
  let answer = (_: object) => {};
  const hooks = subscriptions(() => new Promise<object>(resolve => (answer = resolve)));
  const socket = connection();
  const admitted = hooks.connect(socket);
  (socket as { isClosed: boolean }).isClosed = true;
  hooks.closed(socket);
  answer({});
  expect(await admitted).toBe(false);
  expect(socket.known).toBeUndefined();
});

test('who asks is looked up once for the connection and its first operation, then for each', async () => {
  let asked = 0;
  const hooks = subscriptions(() => ({ asked: ++asked }));
  const socket = await connected(hooks);
  const contexts = [];
  for (let times = 0; times < 3; times++)
    contexts.push(((await hooks.begin(socket, { query: '{ hello }' })) as Begun).args.contextValue);
  expect(contexts).toEqual([{ asked: 1 }, { asked: 2 }, { asked: 3 }]);
  hooks.closed(socket);
});

test('an operation is executed with the document, the variables and the context', async () => {
  const payload = { query: 'query A { hello } query B { hello }', operationName: 'B', variables: { a: 1 } };
  const hooks = subscriptions();
  const socket = await connected(hooks, { language: 'zh' });
  expect(await hooks.begin(socket, payload)).toMatchObject({
    args: { schema, operationName: 'B', variableValues: { a: 1 }, contextValue: { source: { language: 'zh' } } },
  });
  hooks.closed(socket);
});

test.each<[string, string, number, string]>([
  ['one operation too many', '{ hello }', LIMITS.webSocket.subscriptionsPerSocket + 1, 'OVERLOADED'],
  ['a document without such an operation', 'query A { hello } query B { hello }', 1, 'OPERATION_RESOLUTION_FAILURE'],
  ['an unknown field', '{ nothing }', 1, 'GRAPHQL_VALIDATION_FAILED'],
])('%s is refused, in the language of the socket', async (_name, query, running, code) => {
  const hooks = subscriptions();
  const socket = await connected(hooks, { language: 'zh' }, running);
  const errors = (await hooks.begin(socket, { query })) as GraphQLError[];
  expect(hooks.present(socket, errors)).toEqual([expect.objectContaining(shapeOf(code as 'OVERLOADED', 'zh'))]);
  hooks.closed(socket);
});

test('errors in an event are presented; an event without errors goes out as it is', async () => {
  const hooks = subscriptions();
  const socket = await connected(hooks, { language: 'zh' });
  const { present } = (await hooks.begin(socket, { query: '{ hello }' })) as Begun;
  expect(present({ data: { hello: 'x' } })).toEqual({ data: { hello: 'x' } });
  const error = new GraphQLError('SELECT secret', { path: ['hello'], originalError: new Error('SELECT secret') });
  expect(present({ data: { hello: null }, errors: [error] })).toEqual({
    data: { hello: null },
    errors: [{ ...shapeOf('INTERNAL', 'zh'), path: ['hello'] }],
  });
  hooks.closed(socket);
});

const STATE = 'subscription($id: ID!, $after: Int) { state(id: $id, after: $after) }';

test.each<[string, string, Record<string, unknown>, number | undefined]>([
  ['without a sequence', 'subscription { state(id: "a") }', {}, 0],
  ['with one that is left out', STATE, { id: 'a' }, 0],
  ['with null', STATE, { id: 'a', after: null }, 0],
  ['with a sequence', STATE, { id: 'a', after: 7 }, 7],
  ['with a text as sequence', STATE, { id: 'a', after: '7' }, undefined],
  ['with a sequence below zero', STATE, { id: 'a', after: -1 }, undefined],
  ['with a sequence in the document', 'subscription { state(id: "a", after: 7) }', {}, undefined],
  ['with a default', 'subscription($after: Int = 3) { state(id: "a", after: $after) }', {}, undefined],
  ['that may be skipped', 'subscription($a: Boolean!) { state(id: "a") @skip(if: $a) }', { a: false }, undefined],
  ['in a fragment', 'subscription { ...F } fragment F on Subscription { state(id: "a") }', {}, undefined],
])('a subscription %s', async (_name, query, variables, after) => {
  const hooks = subscriptions();
  const socket = await connected(hooks);
  // @skip and @include on the root are an error of their own.
  const begun = await hooks.begin(socket, { query, variables });
  expect('place' in begun ? begun.place?.after : undefined).toBe(after);
  hooks.closed(socket);
});
