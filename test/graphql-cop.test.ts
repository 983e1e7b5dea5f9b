import { answerOf, startToyServer, type ToyServer } from './server-fixture.js';

/** The 13 checks of graphql-cop, as its sources have them, against what production shows. */
let server: ToyServer;
beforeAll(async () => {
  server = await startToyServer({ introspection: false, graphiql: false });
});
afterAll(() => server.close());

const post = async (query: string) => answerOf(await server.post({ query }));
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.origin}${path}`, { headers });

test('alias overloading: 101 aliases are not answered', async () => {
  const aliases = Array.from({ length: 101 }, (_, index) => `alias${index}: __typename`).join(' ');
  expect((await post(`query cop { ${aliases} }`)).data).toBeUndefined();
});

test('array-based batching: ten operations in an array are not answered', async () => {
  const response = await server.post(Array(10).fill({ query: 'query cop { __typename }' }));
  expect(response.status).toBe(400);
  expect(Array.isArray(await response.json())).toBe(false);
});

test('circular introspection and introspection itself tell nothing', async () => {
  const fields = 'fields { type { fields { type { fields { type { fields { name } } } } } } }';
  for (const query of [`query cop { __schema { types { ${fields} } } }`, 'query cop { __schema { types { name } } }'])
    expect((await post(query)).data).toBeUndefined();
});

test('directive overloading: ten unknown directives give one error, not ten', async () => {
  expect((await post(`query cop { __typename ${'@aa'.repeat(10)} }`)).errors).toHaveLength(1);
});

test('field duplication: 500 times one field is not answered', async () => {
  expect((await post(`query cop { ${'__typename \n'.repeat(500)} }`)).data).toBeUndefined();
});

test('field suggestions: no error says which field was meant', async () => {
  for (const query of ['query cop { __schema { directive } }', 'query cop { helo }', '{ spec { titel } }'])
    expect(JSON.stringify(await post(query))).not.toMatch(/did you mean/i);
});

test('mutations over GET do not run', async () => {
  const before = server.seen.mutations;
  const response = await get(`/graphql?query=${encodeURIComponent('mutation cop { count }')}`);
  expect([response.status, server.seen.mutations]).toEqual([405, before]);
});

test('queries over GET are answered, as GraphQL over HTTP has it, but not to the page of another site', async () => {
  const path = `/graphql?query=${encodeURIComponent('query cop { __typename }')}`;
  expect((await get(path)).status).toBe(200);
  for (const site of ['cross-site', 'same-site'])
    expect((await get(path, { 'sec-fetch-site': site })).status).toBe(400);
});

test('GraphiQL and other editors are nowhere', async () => {
  for (const path of ['/', '/graphql', '/graphiql', '/playground', '/console', '/graphql/console']) {
    const text = await (await get(path, { accept: 'text/html' })).text();
    expect(text).not.toMatch(/graphiql|playground|sandbox|embeddable/i);
  }
});

test('queries as a form are not answered: a page of another site could post one', async () => {
  const body = new URLSearchParams({ query: 'query cop { __typename }' });
  const response = await fetch(`${server.origin}/graphql`, { method: 'POST', body });
  expect([response.status, (await answerOf(response)).data]).toEqual([415, undefined]);
});

test('trace mode: no answer has tracing', async () => {
  const answer = await post('query cop { __typename }');
  expect(answer).toEqual({ data: { __typename: 'Query' } });
});

test('an error that nobody handled shows nothing of the inside', async () => {
  for (const query of ['query cop { abc(', 'qwerty cop { abc }', '{ boom }']) {
    const text = JSON.stringify(await post(query));
    expect(text).not.toMatch(/exception|stacktrace|node_modules|SELECT/i);
  }
});
