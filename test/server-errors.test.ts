import { connect } from 'node:net';
import { DarkroomError, ERRORS, type ErrorCode } from '../src/kernel/errors.js';
import { answerOf, RawClient, shapeOf, startToyServer, type ToyServer } from './server-fixture.js';
import { filePart, mapPart, multipartBody, operations } from './upload-fixture.js';

/**
 * One error shape, everywhere. Each case is a way on which an error leaves the server, asked for in Chinese; what Node's
 * parser refuses has no headers to read a language from and comes in English.
 */

let server: ToyServer;
beforeAll(async () => {
  server = await startToyServer({
    context: ({ headers, language }) => {
      if (headers['x-context'] === 'refused') throw new DarkroomError('DATABASE_UNAVAILABLE');
      if (headers['x-context'] === 'broken') throw new Error('SELECT secret FROM /srv/secret.db');
      return { language };
    },
    readAsset: async id => {
      throw new DarkroomError(id === 'gone' ? 'PHOTO_GONE' : 'LINK_INVALID');
    },
    obstacles: async () => [new DarkroomError('NOT_READY')],
  });
});
afterAll(() => server.close());

type Send = (path: string, init?: RequestInit) => Promise<Response>;
const ask: Send = (path, init = {}) =>
  fetch(`${server.origin}${path}`, {
    ...init,
    headers: { 'accept-language': 'zh-CN,en;q=0.5', ...(init.headers as Record<string, string>) },
  });
const post = (body: unknown, headers: Record<string, string> = {}) =>
  ask('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const upload = (body: Buffer, headers: Record<string, string> = { 'graphql-require-preflight': '1' }) =>
  ask('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=darkroom-boundary', ...headers },
    body: new Uint8Array(body),
  });

/** Statuses: by the table, or 200 where GraphQL over HTTP wants it for a well-formed request. */
const WELL_FORMED: readonly [string, ErrorCode, () => Promise<Response>][] = [
  ['a document that cannot be parsed', 'GRAPHQL_PARSE_FAILED', () => post({ query: '{' })],
  ['an unknown field', 'GRAPHQL_VALIDATION_FAILED', () => post({ query: '{ nothing }' })],
  ['a document over the limits', 'GRAPHQL_VALIDATION_FAILED', () => post({ query: `{ ${'hello '.repeat(500)} }` })],
  [
    'a document over the limits by GET',
    'GRAPHQL_VALIDATION_FAILED',
    () => ask(`/graphql?query={${'hello,'.repeat(500)}}`),
  ],
  [
    'a variable of the wrong type',
    'BAD_USER_INPUT',
    () => post({ query: 'query($ms: Int!) { slow(ms: $ms) }', variables: { ms: 'soon' } }),
  ],
  ['an error of a resolver', 'SPEC_NOT_FOUND', () => post({ query: '{ refused }' })],
  ['an unexpected error of a resolver', 'INTERNAL', () => post({ query: '{ boom }' })],
];

const REFUSED: readonly [string, ErrorCode, () => Promise<Response>][] = [
  ['an unknown operation', 'OPERATION_RESOLUTION_FAILURE', () => post({ query: '{ hello }', operationName: 'Other' })],
  [
    'a persisted query',
    'PERSISTED_QUERY_NOT_FOUND',
    () => post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
  ],
  ['a body without a query', 'BAD_REQUEST', () => post({ variables: {} })],
  ['a batch', 'BAD_REQUEST', () => post('[{"query":"{ hello }"}]')],
  ['bad JSON', 'BAD_REQUEST', () => post('{"query":')],
  ['poisoned JSON', 'BAD_REQUEST', () => post('{"query":"{ hello }","__proto__":{"a":1}}')],
  [
    'a body that is too large',
    'BODY_TOO_LARGE',
    () => post({ query: '{ hello }', variables: { a: 'A'.repeat(29_000_000) } }),
  ],
  ['another content-type', 'UNSUPPORTED_MEDIA_TYPE', () => post('{ hello }', { 'content-type': 'text/plain' })],
  [
    'another method',
    'METHOD_NOT_ALLOWED',
    () => ask('/graphql', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{}' }),
  ],
  ['a mutation by GET', 'METHOD_NOT_ALLOWED', () => ask('/graphql?query=mutation{count}')],
  ['a subscription by POST', 'BAD_REQUEST', () => post({ query: 'subscription { forever }' })],
  [
    'a GET that could be forged',
    'BAD_REQUEST',
    () => ask('/graphql?query={hello}', { headers: { 'sec-fetch-site': 'cross-site' } }),
  ],
  ['an accept header that nothing fits', 'NOT_ACCEPTABLE', () => post({ query: '{ hello }' }, { accept: 'image/png' })],
  ['a context that refuses', 'DATABASE_UNAVAILABLE', () => post({ query: '{ hello }' }, { 'x-context': 'refused' })],
  ['a context that breaks', 'INTERNAL', () => post({ query: '{ hello }' }, { 'x-context': 'broken' })],
  ['a multipart body without the header', 'BAD_REQUEST', () => upload(multipartBody([]), {})],
  ['a multipart body that is malformed', 'BAD_MULTIPART', () => upload(Buffer.from('garbage'))],
  ['an empty file', 'EMPTY_FILE', () => upload(multipartBody([operations(), mapPart(), filePart('0', '')]))],
  [
    'a file that is too large',
    'FILE_TOO_LARGE',
    () => upload(multipartBody([filePart('0', Buffer.alloc(20_000_001))])),
  ],
  ['a bad link', 'LINK_INVALID', () => ask('/assets/other')],
  ['a purged picture', 'PHOTO_GONE', () => ask('/assets/gone')],
  ['an id that is too long', 'URI_TOO_LONG', () => ask(`/assets/${'a'.repeat(200)}`)],
  ['a URL where there is nothing', 'NOT_FOUND', () => ask('/none')],
  ['a URL that cannot be decoded', 'BAD_REQUEST', () => ask('/%zz')],
  ['a foreign origin', 'FORBIDDEN_ORIGIN', () => post({ query: '{ hello }' }, { origin: 'https://evil.example' })],
  [
    'the preflight of a foreign origin',
    'FORBIDDEN_ORIGIN',
    () => ask('/graphql', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } }),
  ],
  ['readiness', 'NOT_READY', () => ask('/health/ready')],
];

describe('an error over HTTP', () => {
  it.each(WELL_FORMED)('%s: %s', async (_name, code, send) => {
    const response = await send();
    expect(response.status).toBe(200);
    expect((await answerOf(response)).errors).toEqual([expect.objectContaining(shapeOf(code, 'zh'))]);
  });

  it.each(REFUSED)('%s: %s, with its status', async (_name, code, send) => {
    const response = await send();
    expect(response.status).toBe(ERRORS[code].status);
    expect(response.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
    expect((await answerOf(response)).errors).toEqual([shapeOf(code, 'zh')]);
  });

  it('names the fields, the place and the path where there are such', async () => {
    const { errors } = await answerOf(await post({ query: '{ refused }' }));
    expect(errors).toMatchObject([
      {
        locations: [{ line: 1, column: 3 }],
        path: ['refused'],
        extensions: { fields: [{ path: 'spec', code: 'UNKNOWN', allowed: 'a spec id' }] },
      },
    ]);
    const parsed = await answerOf(await post({ query: '{' }));
    expect(parsed.errors).toMatchObject([{ locations: [{ line: 1, column: 2 }], extensions: { fields: [] } }]);
  });

  it('keeps the status that probes read beside it', async () => {
    expect(await (await ask('/health/ready')).json()).toMatchObject({ status: 'not ready', errors: [{}] });
  });

  it('is kept by no cache', async () => {
    for (const path of ['/assets/gone', '/none', '/health/ready']) {
      expect((await ask(path)).headers.get('cache-control')).toBe('no-store');
    }
  });

  it('holds nothing of the inside where it was not expected', async () => {
    const text = await (await post({ query: '{ hello }' }, { 'x-context': 'broken' })).text();
    expect(text).not.toMatch(/secret|SELECT|\.js/);
    expect(server.log.some(({ err }) => (err as Error | undefined)?.message.startsWith('SELECT secret'))).toBe(true);
  });
});

/** Sends bytes as they are and gives the answer once the server has closed. */
function exchange(...requests: string[]): Promise<{ status: number; errors: unknown }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(requests.join('')));
    socket.on('data', chunk => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), errors: JSON.parse(body).errors });
    });
  });
}

describe('an error on a bare connection', () => {
  const lines = (...texts: string[]) => `${texts.join('\r\n')}\r\n\r\n`;
  const host = () => `Host: 127.0.0.1:${server.port}`;
  const upgrade = (path: string, ...headers: string[]) =>
    lines(
      `GET ${path} HTTP/1.1`,
      host(),
      'Accept-Language: zh',
      'Connection: Upgrade',
      'Upgrade: websocket',
      ...headers,
    );

  it.each<[string, ErrorCode, 'en' | 'zh', () => string]>([
    ['what is not HTTP', 'BAD_REQUEST', 'en', () => 'nonsense\r\n\r\n'],
    [
      'headers that are too large',
      'HEADERS_TOO_LARGE',
      'en',
      () => lines('GET / HTTP/1.1', host(), `X: ${'x'.repeat(20_000)}`),
    ],
    ['no Host', 'BAD_REQUEST', 'zh', () => lines('GET / HTTP/1.1', 'Accept-Language: zh', 'Connection: close')],
    [
      'an expectation that nobody knows',
      'NOT_FOUND',
      'zh',
      () => lines('GET /none HTTP/1.1', host(), 'Expect: more', 'Accept-Language: zh', 'Connection: close'),
    ],
    ['an upgrade elsewhere', 'NOT_FOUND', 'zh', () => upgrade('/other')],
    [
      'an upgrade of a foreign page',
      'FORBIDDEN_ORIGIN',
      'zh',
      () => upgrade('/graphql', 'Origin: https://evil.example'),
    ],
    ['an upgrade without a key', 'BAD_REQUEST', 'zh', () => upgrade('/graphql', 'Sec-WebSocket-Version: 13')],
    ['an upgrade by POST', 'METHOD_NOT_ALLOWED', 'zh', () => upgrade('/graphql').replace('GET', 'POST')],
  ])('%s: %s', async (_name, code, language, bytes) => {
    expect(await exchange(bytes())).toEqual({ status: ERRORS[code].status, errors: [shapeOf(code, language)] });
  });
});

describe('an error on a WebSocket', () => {
  const inChinese = () => new RawClient(server).opened(true, { language: 'zh-CN' });

  it.each<[string, ErrorCode, string, Record<string, unknown>]>([
    ['a document that cannot be parsed', 'GRAPHQL_PARSE_FAILED', '{', {}],
    ['an unknown field', 'GRAPHQL_VALIDATION_FAILED', '{ nothing }', {}],
    ['a document over the limits', 'GRAPHQL_VALIDATION_FAILED', `{ ${'hello '.repeat(500)} }`, {}],
    ['an unknown operation', 'OPERATION_RESOLUTION_FAILURE', 'query A { hello }', { operationName: 'B' }],
    ['two operations and no name', 'OPERATION_RESOLUTION_FAILURE', 'query A { hello } query B { hello }', {}],
    // By the check of values, before graphql-js coerces them.
    [
      'a variable of the wrong type',
      'BAD_USER_INPUT',
      'query($ms: Int!) { slow(ms: $ms) }',
      { variables: { ms: 'soon' } },
    ],
  ])('refuses %s: %s', async (_name, code, query, more) => {
    const client = await inChinese();
    client.subscribe('1', query, more);
    expect(await client.next()).toEqual({
      type: 'error',
      id: '1',
      payload: [expect.objectContaining(shapeOf(code, 'zh'))],
    });
    client.socket.close();
  });

  it.each<[string, ErrorCode, string, Record<string, unknown>]>([
    [
      'an argument that is null',
      'BAD_USER_INPUT',
      'query($ms: Int = 1) { slow(ms: $ms) }',
      { variables: { ms: null } },
    ],
    ['an error of a resolver', 'SPEC_NOT_FOUND', '{ refused }', {}],
    ['an unexpected error of a resolver', 'INTERNAL', '{ boom }', {}],
    ['an unexpected error of a source', 'INTERNAL', 'subscription { broken }', {}],
  ])('answers with %s: %s', async (_name, code, query, more) => {
    const client = await inChinese();
    client.subscribe('1', query, more);
    const { payload } = await client.next();
    expect(payload).toMatchObject({ errors: [expect.objectContaining(shapeOf(code, 'zh'))] });
    client.socket.close();
  });
});
