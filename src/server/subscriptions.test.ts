import { buildSchema, GraphQLError } from 'graphql';
import { pino } from 'pino';
import { shapeOf } from '../../test/server-fixture.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { Documents } from './documents.js';
import type { RequestSource } from './parts.js';
import { createErrorPresenter } from './present-error.js';
import { subscriptionOptions } from './subscriptions.js';
import { Turns } from './turns.js';

const schema = buildSchema('type Query { hello: String }');

function options(context: (source: RequestSource) => object | Promise<object> = source => ({ source })) {
  return subscriptionOptions(
    { schema, context, maxSockets: 2 },
    new Documents(schema, true),
    createErrorPresenter(pino({ level: 'silent' })),
    new Turns(),
  );
}

/** As graphql-ws hands it to each hook. */
function connection(connectionParams?: Record<string, unknown>, running = 1) {
  const closed: unknown[] = [];
  const extra = {
    headers: { 'accept-language': 'en' },
    running,
    close: (...given: unknown[]) => void closed.push(given),
    // It is not asked again whose the socket is.
    closed: Promise.resolve(),
  };
  return {
    extra,
    connectionParams,
    closed,
  } as never as Parameters<NonNullable<ReturnType<typeof options>['onConnect']>>[0] & { closed: unknown[] };
}

test('a connection gets its context from headers and connectionParams; the language of the params goes first', async () => {
  const asked: RequestSource[] = [];
  const { onConnect } = options(source => ({ asked: asked.push(source) }));
  expect(await onConnect!(connection({ language: 'zh-CN', token: 'x' }))).toBe(true);
  expect(await onConnect!(connection())).toBe(true);
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
    expect(await options(() => Promise.reject(error)).onConnect!(refused)).toBe(false);
    expect(refused.closed).toEqual([close]);
  }
});

test('an operation is executed with the document, the variables and a context of its own', async () => {
  const payload = { query: 'query A { hello } query B { hello }', operationName: 'B', variables: { a: 1 } };
  expect(await options().onSubscribe!(connection({ language: 'zh' }), '1', payload)).toMatchObject({
    schema,
    operationName: 'B',
    variableValues: { a: 1 },
    contextValue: { source: { language: 'zh' } },
  });
});

test.each<[string, string, number, string]>([
  ['one operation too many', '{ hello }', LIMITS.webSocket.subscriptionsPerSocket + 1, 'OVERLOADED'],
  ['a document without such an operation', 'query A { hello } query B { hello }', 1, 'OPERATION_RESOLUTION_FAILURE'],
  ['an unknown field', '{ nothing }', 1, 'GRAPHQL_VALIDATION_FAILED'],
])('%s is refused, in the language of the socket', async (_name, query, running, code) => {
  const { onSubscribe, onError } = options();
  const socket = connection({ language: 'zh' }, running);
  const errors = (await onSubscribe!(socket, '1', { query })) as GraphQLError[];
  expect(onError!(socket, '1', { query }, errors)).toEqual([
    expect.objectContaining(shapeOf(code as 'OVERLOADED', 'zh')),
  ]);
});

test('errors in an event are presented; an event without errors goes out as it is', () => {
  const { onNext } = options();
  const next = (result: object) => onNext!(connection({ language: 'zh' }), '1', { query: '' }, {} as never, result);
  expect(next({ data: { hello: 'x' } })).toBeUndefined();
  const error = new GraphQLError('SELECT secret', { path: ['hello'], originalError: new Error('SELECT secret') });
  expect(next({ data: { hello: null }, errors: [error] })).toEqual({
    data: { hello: null },
    errors: [{ ...shapeOf('INTERNAL', 'zh'), path: ['hello'] }],
  });
});
