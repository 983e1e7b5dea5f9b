import { connect } from 'node:net';
import { text as streamText } from 'node:stream/consumers';
import fc from 'fast-check';
import {
  GraphQLError,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { eventually } from '../../test/eventually.js';
import { answerOf, startToyServer, type ToyServer } from '../../test/server-fixture.js';
import { DarkroomError } from '../kernel/errors.js';
import type { RequestSource, ServerParts } from './parts.js';

/** Who may ask for the catalogue is told by a header, as is whose tenant one is. */
interface Asker {
  readonly may: boolean;
  readonly tenant: string;
  readonly language: string;
}

let executed: string[];
const text = (resolve: (asker: Asker, given: Record<string, unknown>) => string, constant = false) => ({
  type: GraphQLString,
  args: { a: { type: GraphQLString }, b: { type: GraphQLString } },
  extensions: { constant },
  resolve: (_: unknown, given: Record<string, unknown>, asker: Asker) => resolve(asker, given),
});
const Choice = new GraphQLInputObjectType({
  name: 'Choice',
  isOneOf: true,
  fields: { left: { type: GraphQLString }, right: { type: GraphQLString } },
});
const Thing: GraphQLInterfaceType = new GraphQLInterfaceType({
  name: 'Thing',
  fields: () => ({ id: { type: GraphQLString }, next: { type: Thing } }),
  resolveType: () => 'Thing0',
});
const things = Array.from(
  { length: 10 },
  (_, n) => new GraphQLObjectType({ name: `Thing${n}`, interfaces: [Thing], fields: Thing.toConfig().fields }),
);
const schema = new GraphQLSchema({
  types: things,
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      catalogue: text(({ may, language }, given) => {
        executed.push('catalogue');
        if (!may) throw new DarkroomError('FORBIDDEN');
        return `${language} ${JSON.stringify(given)}`;
      }, true),
      mine: text(({ tenant }) => {
        executed.push('mine');
        return tenant;
      }),
      chosen: {
        type: GraphQLString,
        args: { choice: { type: new GraphQLNonNull(Choice) } },
        resolve: (_: unknown, { choice }) => {
          executed.push('chosen');
          return JSON.stringify(choice);
        },
      },
      thing: { type: Thing, resolve: () => ({ id: '1', next: { id: '2' } }) },
      broken: text(() => {
        executed.push('broken');
        throw new GraphQLError('no');
      }),
    },
  }),
});

const parts: Partial<ServerParts<Asker>> = {
  schema,
  context: ({ headers, language }: RequestSource) => ({
    may: headers['x-may'] === 'yes',
    tenant: String(headers['x-tenant']),
    language,
  }),
  scopeOf: ({ may, language }) => (may ? language : undefined),
};
const startAsked = (more: Partial<ServerParts<Asker>> = {}) =>
  startToyServer({ ...parts, ...more } as Partial<ServerParts<object>>);

let server: ToyServer;
beforeAll(async () => {
  server = await startAsked();
});
beforeEach(() => {
  executed = [];
});
afterAll(() => server.close());

const ask = async (query: string, { variables = {}, operationName, headers = {} }: AskedWith = {}) =>
  answerOf(await server.post({ query, variables, operationName }, { 'x-may': 'yes', 'x-tenant': 'one', ...headers }));

interface AskedWith {
  variables?: object;
  operationName?: string | undefined;
  headers?: Record<string, string>;
}

test('nobody gets an answer that was made for another scope, tenant, language, operation, document or value, of all pairs of 1,000 requests', async () => {
  const documents = [
    'query A($a: String) { catalogue(a: $a) } query B($a: String) { other: catalogue(b: $a) }',
    'query  A ($a:String){catalogue(a:$a)}   query B($a: String) { other: catalogue(b: $a) } # the same',
    'query A($a: String) { catalogue(b: $a) } query B { mine }',
    'query A($a: String, $b: String) { catalogue(a: $a, b: $b) mine } query B { ...F } fragment F on Query { catalogue(a: "1") }',
    'query A($b: String = "x") { catalogue(a: $b) } query B($a: String) { ... { catalogue(a: $a) mine } }',
  ];
  const request = fc.record({
    document: fc.constantFrom(...documents),
    operationName: fc.constantFrom('A', 'B'),
    variables: fc.record(
      { a: fc.constantFrom('1', '2', null), b: fc.constantFrom('1', '2', null), c: fc.constantFrom(1, 2) },
      { requiredKeys: [] },
    ),
    may: fc.constantFrom('yes', 'no'),
    tenant: fc.constantFrom('one', 'two'),
    language: fc.constantFrom('en', 'zh'),
  });
  const told = new Map<string, string>();
  const requests = fc.sample(request, { numRuns: 1_000, seed: 7 });
  for (let at = 0; at < requests.length; at += 50) {
    await Promise.all(
      requests.slice(at, at + 50).map(async ({ document, operationName, variables, may, tenant, language }) => {
        const headers = { 'x-may': may, 'x-tenant': tenant, 'accept-language': language };
        const answer = await ask(document, { variables, operationName, headers });
        expect(answer.errors?.[0]?.extensions?.code).toBe(
          may === 'no' && asksCatalogue(document, operationName) ? 'FORBIDDEN' : undefined,
        );
        // Places of errors are those of the text that was sent.
        const text = JSON.stringify(answer.data);
        // A tenant shows where its field is asked for, a language in each text, and a value where it is used.
        if (text.includes('"mine"')) expect(text).toContain(`"mine":"${tenant}"`);
        if (may === 'yes' && asksCatalogue(document, operationName)) expect(text).toContain(`"${language} {`);
        const key = JSON.stringify([document.replace(/\s|#.*/g, ''), operationName, variables, may, tenant, language]);
        expect(told.get(key) ?? text).toBe(text);
        told.set(key, text);
      }),
    );
  }
  expect(told.size).toBeGreaterThan(200);
}, 240_000);

function asksCatalogue(document: string, operationName: string): boolean {
  return !(document.includes('query B { mine }') && operationName === 'B');
}

test('the third request of the catalogue executes nothing, also with other white space; one with something else beside it does', async () => {
  const count = async (query: string) => {
    executed = [];
    const answer = await ask(query);
    expect(answer.errors).toBeUndefined();
    return executed.length;
  };
  expect([await count('{ c: catalogue }'), await count('{ c: catalogue }'), await count('{ c: catalogue }')]).toEqual([
    1, 1, 0,
  ]);
  // Apollo sees each text once, and its answer is known then.
  expect([await count('{  c:catalogue  }'), await count('{  c:catalogue  }')]).toEqual([1, 0]);
  expect([
    await count('{ c: catalogue mine }'),
    await count('{ c: catalogue mine }'),
    await count('{ c: catalogue mine }'),
  ]).toEqual([2, 2, 2]);
});

test('a query whose code would be large is never compiled: it holds the loop, and is as large in memory', async () => {
  let contexts = 0;
  const context = (source: RequestSource) => {
    contexts += 1;
    return parts.context!(source);
  };
  const counting = await startAsked({ context });
  /** Apollo makes a context of its own. */
  const contextsOf = async (query: string) => {
    for (let time = 0; time < 2; time++) await counting.post({ query });
    contexts = 0;
    expect((await answerOf(await counting.post({ query }))).data).toMatchObject({ thing: { id: '1' } });
    return contexts;
  };
  expect(await contextsOf('{ thing { id next { id } } }')).toBe(1);
  expect(await contextsOf('{ thing { id next { id next { id } } } }')).toBe(2);
  await counting.close();
});

test('what fails is said by Apollo and graphql-js, with its place, as often as it is asked', async () => {
  const answers = [];
  for (let time = 0; time < 3; time++) answers.push(await ask('{\n  mine\n  broken\n}'));
  expect(answers[0]).toMatchObject({
    data: { mine: 'one', broken: null },
    errors: [{ path: ['broken'], locations: [{ line: 3, column: 3 }] }],
  });
  const [first, ...others] = answers.map(({ data, errors }) => ({
    data,
    code: errors?.[0]?.extensions?.code,
    locations: errors?.[0]?.locations,
  }));
  expect(others).toEqual([first, first]);
});

test.each<[string, object]>([
  ['none', {}],
  ['two', { left: 'l', right: 'r' }],
  ['two, one of them null', { left: 'l', right: null }],
  ['null', { left: null }],
])('of a @oneOf input exactly one field, also where the query is compiled: %s', async (_what, choice) => {
  const query = 'query ($choice: Choice!) { chosen(choice: $choice) }';
  for (let time = 0; time < 3; time++)
    expect((await ask(query, { variables: { choice: { left: 'l' } } })).data).toEqual({ chosen: '{"left":"l"}' });
  executed = [];
  const { errors } = await ask(query, { variables: { choice } });
  expect(errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'choice', code: 'EXACTLY_ONE' }] } },
  ]);
  expect(executed).toEqual([]);
});

test('a GET of the catalogue can be kept by the client that asked, and is not sent again where it has it', async () => {
  const get = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${server.origin}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'application/json', 'x-may': 'yes', 'x-tenant': 'one', ...headers },
    });
  await get('{ g: catalogue }');
  const { headers, status } = await get('{ g: catalogue }');
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('private, max-age=60');
  expect(headers.get('vary')).toMatch(/accept-language.*authorization.*cookie/);
  const etag = headers.get('etag')!;
  expect((await get('{ g: catalogue }', { 'if-none-match': `"x", ${etag}` })).status).toBe(304);
  expect((await get('{ g: catalogue }', { 'if-none-match': etag, 'accept-language': 'zh' })).status).toBe(200);
  await get('{ g: mine }');
  expect((await get('{ g: mine }')).headers.get('cache-control')).toBe('no-store');
  // A page of another site is refused as ever.
  expect((await get('{ g: catalogue }', { 'sec-fetch-site': 'cross-site' })).status).toBe(400);
});

test.each([
  ['variables that are no JSON', '&variables=%7Bbad'],
  ['variables that are no object', '&variables=%5B1%5D'],
  ['extensions that are no object', '&extensions=5'],
  ['a query that is given twice', '&query=%7B%20t%3A%20catalogue%20%7D'],
])('a GET with %s is refused also where the query was answered before', async (_what, more) => {
  const get = (search: string) =>
    fetch(`${server.origin}/graphql?query=${encodeURIComponent('{ t: catalogue }')}${search}`, {
      headers: { accept: 'application/json', 'x-may': 'yes' },
    });
  for (let time = 0; time < 3; time++) expect((await get('')).status).toBe(200);
  expect((await get(more)).status).toBe(400);
});

test('through Apollo, compiled, and kept, an answer is the same to the last header, with its rates', async () => {
  const rate = { windowSeconds: 60, remaining: 7, resetSeconds: 41 };
  const rates = [
    { name: 'key', limit: 10, ...rate },
    { name: 'key-cost', limit: 1e6, ...rate },
  ];
  const limits = { accountOf: () => undefined, admit: async () => {}, requireSome: () => {}, ratesOf: () => rates };
  const limited = await startAsked({ limits });
  const answers = [];
  for (const query of ['{ catalogue }', '{ mine }'])
    for (let time = 0; time < 3; time++) {
      const response = await limited.post({ query }, { 'x-may': 'yes', 'x-tenant': 'one', 'x-request-id': 'r' });
      const { data, ...rest } = (await response.json()) as Record<string, unknown>;
      const { date: _, 'content-length': length, ...headers } = Object.fromEntries(response.headers);
      expect(Number(length)).toBeGreaterThan(0);
      expect(data).toBeTruthy();
      answers.push({ status: response.status, headers, rest });
    }
  const [first, ...others] = answers;
  expect(first).toMatchObject({ status: 200, rest: { extensions: { rateLimit: rates } } });
  expect(first!.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'ratelimit-policy': expect.anything() });
  expect(others).toEqual([first, first, first, first, first]);
  await limited.close();
});

test('a kept answer that goes out while the server stops is the last of its connection', async () => {
  let begun = 0;
  const context = (source: RequestSource) => {
    begun++;
    return parts.context!(source);
  };
  const stopping = await startAsked({ context });
  const answer = async () => (await stopping.post({ query: '{ catalogue }' }, { 'x-may': 'yes' })).headers;
  for (let time = 0; time < 3; time++) expect((await answer()).get('connection')).toBe('keep-alive');
  const body = JSON.stringify({ query: '{ catalogue }' });
  const socket = connect(stopping.port, '127.0.0.1');
  const received = streamText(socket);
  const before = begun;
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nx-may: yes\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
  );
  await eventually(() => begun > before);
  const stopped = stopping.close();
  socket.write(body.slice(9));
  expect(await received).toMatch(/^HTTP\/1.1 200[\s\S]*\r\nconnection: close\r\n[\s\S]*"catalogue"/);
  await stopped;
});
