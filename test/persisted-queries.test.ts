import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { LIMITS } from '../src/kernel/limits.js';
import type { CallerLimits } from '../src/server/parts.js';
import { readTrustedDocuments } from '../src/server/trusted-documents.js';
import { answerOf, startToyServer, type ToyServer } from './server-fixture.js';

const { persisted: limits } = LIMITS.graphql;
const HELLO = 'query Hello($name: String) { hello(name: $name) }';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const naming = (hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });
const both = (query: string) => ({ query, ...naming(hashOf(query)) });

/** Whoever a header names; nothing is counted. */
const limitsByHeader: CallerLimits<object> = {
  accountOf: context => {
    const { source } = context as { source: { headers: Record<string, string> } };
    return { caller: source.headers['x-caller'] ?? 'one', tenant: 'default' };
  },
  admit: async () => {},
  requireSome: () => {},
  ratesOf: () => [],
};

let server: ToyServer;
beforeEach(async () => {
  server = await startToyServer({ limits: limitsByHeader });
});
afterEach(() => server.close());

const NOT_FOUND = {
  errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
};

/** The real client, and what it sent. */
function apolloClient(useGETForHashedQueries: boolean) {
  const sent: { method: string; text: boolean }[] = [];
  const http = new HttpLink({
    uri: `${server.origin}/graphql`,
    fetch: (input, init) => {
      const search = new URL(String(input)).searchParams;
      const body = init?.body ? (JSON.parse(String(init.body)) as { query?: string }) : {};
      sent.push({ method: init?.method ?? 'GET', text: search.has('query') || body.query !== undefined });
      return fetch(input as string, init);
    },
    headers: { 'apollo-require-preflight': '1' },
  });
  const link = ApolloLink.from([new PersistedQueryLink({ sha256: hashOf, useGETForHashedQueries }), http]);
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link,
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  });
  return { client, sent };
}

test.each([true, false])("Apollo Client's link sends the text once, and then the hash; by GET: %s", async byGet => {
  const { client, sent } = apolloClient(byGet);
  const method = byGet ? 'GET' : 'POST';
  const ask = async (name: string) => (await client.query({ query: gql(HELLO), variables: { name } })).data;
  expect(await ask('Ada')).toEqual({ hello: 'hello Ada' });
  expect(sent.map(({ text }) => text)).toEqual([false, true]);
  sent.length = 0;
  for (const name of ['Bob', 'Cid']) expect(await ask(name)).toEqual({ hello: `hello ${name}` });
  expect(sent).toEqual([
    { method, text: false },
    { method, text: false },
  ]);
  sent.length = 0;
  const mutation = gql('mutation Count { count }');
  expect((await client.mutate({ mutation })).data).toEqual({ count: 1 });
  expect((await client.mutate({ mutation })).data).toEqual({ count: 2 });
  expect(sent.map(each => each.text)).toEqual([false, true, false]);
});

test('a hash that is not known gets 200 and the one error shape, by POST and by GET, and no cache keeps it', async () => {
  const body = naming(hashOf(HELLO));
  const search = new URLSearchParams({ extensions: JSON.stringify(body.extensions) });
  for (const response of [await server.post(body), await fetch(`${server.origin}/graphql?${search}`)]) {
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await answerOf(response)).toMatchObject(NOT_FOUND);
  }
});

test('a hash of another text is refused, and nothing is kept under it', async () => {
  const evil = await server.post({ query: '{ spec { title } }', ...naming(hashOf(HELLO)) });
  expect([evil.status, (await answerOf(evil)).errors?.[0]?.extensions?.code]).toEqual([400, 'BAD_REQUEST']);
  expect(await answerOf(await server.post(naming(hashOf(HELLO))))).toMatchObject(NOT_FOUND);
});

test.each([
  ['no object', { extensions: { persistedQuery: 'x' } }],
  ['no hash', { extensions: { persistedQuery: { version: 1 } } }],
  ['another version', { extensions: { persistedQuery: { version: 2, sha256Hash: hashOf(HELLO) } } }],
  ['a name of a prototype', naming('__proto__')],
])('an extension with %s is refused, with a text and without', async (_, extension) => {
  for (const body of [extension, { ...extension, query: HELLO }]) {
    const response = await server.post(body);
    expect([response.status, (await answerOf(response)).errors?.[0]?.extensions?.code]).toEqual([400, 'BAD_REQUEST']);
  }
});

test('a document beyond the limits is refused, whatever its hash, and is not kept', async () => {
  for (const text of [`{ ${'hello '.repeat(500)} }`, '{ not GraphQL', `{ hello } # ${'x'.repeat(64_000)}`]) {
    expect((await answerOf(await server.post(both(text)))).errors?.[0]?.extensions?.code).toMatch(/^GRAPHQL_/);
    expect(await answerOf(await server.post(naming(hashOf(text))))).toMatchObject(NOT_FOUND);
  }
});

test('the variables of a request with a hash are checked as those of any other', async () => {
  await server.post(both(HELLO));
  const response = await server.post({ ...naming(hashOf(HELLO)), variables: { name: 7 } });
  expect((await answerOf(response)).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
});

test('a mutation is not run by GET under its hash', async () => {
  await server.post(both('mutation { count }'));
  const search = new URLSearchParams({ extensions: JSON.stringify(naming(hashOf('mutation { count }')).extensions) });
  expect((await fetch(`${server.origin}/graphql?${search}`)).status).toBe(405);
  expect(server.seen.mutations).toBe(1);
});

test('a caller has documents of its own, so many, and pushes out nobody else', async () => {
  const known = async (text: string, caller: string) =>
    (await answerOf(await server.post(naming(hashOf(text)), { 'x-caller': caller }))).errors === undefined;
  await server.post(both(HELLO), { 'x-caller': 'one' });
  expect([await known(HELLO, 'one'), await known(HELLO, 'two')]).toEqual([true, false]);
  for (let n = 0; n <= limits.documents; n++) await server.post(both(`{ a${n}: hello }`), { 'x-caller': 'two' });
  expect([await known('{ a0: hello }', 'two'), await known(`{ a${limits.documents}: hello }`, 'two')]).toEqual([
    false,
    true,
  ]);
  expect(await known(HELLO, 'one')).toBe(true);
  // By their length, too.
  const long = (n: number) => `{ b${n}: hello } # ${'x'.repeat(15_000)}`;
  for (let n = 0; n <= limits.chars / 15_000; n++) await server.post(both(long(n)), { 'x-caller': 'two' });
  expect([await known(long(0), 'two'), await known(long(1), 'two'), await known(HELLO, 'one')]).toEqual([
    false,
    true,
    true,
  ]);
});

test('with trusted documents a hash registers nothing', async () => {
  const listed = await startToyServer({ trustedDocuments: readTrustedDocuments(JSON.stringify({ hello: HELLO })) });
  const refused = await listed.post(both('{ hello }'));
  expect([refused.status, (await answerOf(refused)).errors?.[0]?.extensions?.code]).toEqual([
    403,
    'DOCUMENT_NOT_TRUSTED',
  ]);
  expect((await answerOf(await listed.post(naming(hashOf(HELLO))))).data).toEqual({ hello: 'hello you' });
  await listed.close();
});
