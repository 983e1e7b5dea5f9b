import { HeaderMap } from '@apollo/server';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import { shapeOf } from '../../test/server-fixture.js';
import { createApollo } from './apollo.js';
import { createErrorPresenter } from './present-error.js';
import { RESPONSE_TYPE, statusOfRequestError } from './response-type.js';
import { Turns } from './turns.js';

const log = pino({ level: 'silent' });
const schema = buildSchema('type Query { hello: String }');

async function post(query: string, { accept = 'application/json', introspection = true } = {}) {
  const parts = { schema, introspection, graphiql: introspection, log };
  const apollo = createApollo(parts, createErrorPresenter(log), new Turns(), () => {});
  await apollo.start();
  const headers = new HeaderMap([
    ['content-type', 'application/json'],
    ['accept-language', 'zh'],
    ['accept', accept],
  ]);
  const { status, body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body: { query } },
    context: async () => ({}),
  });
  await apollo.stop();
  return { status: status ?? 200, ...JSON.parse((body as { string: string }).string) };
}

test('a well-formed request that is not executed is 200 under plain JSON and 400 under the type of GraphQL', async () => {
  expect(
    [undefined, 'application/json', '*/*', `${RESPONSE_TYPE}, application/json;q=0.5`].map(statusOfRequestError),
  ).toEqual([200, 200, 200, 400]);
  for (const query of ['{', '{ nothing }']) {
    expect((await post(query)).status).toBe(200);
    expect((await post(query, { accept: RESPONSE_TYPE })).status).toBe(400);
  }
});

test('its errors are in the one shape and in the language of the request', async () => {
  expect((await post('{')).errors).toEqual([expect.objectContaining(shapeOf('GRAPHQL_PARSE_FAILED', 'zh'))]);
});

test('without introspection neither the schema nor a suggestion is told', async () => {
  const hidden = await post('{ __schema { types { name } } }', { introspection: false });
  expect(hidden.errors[0].extensions).toEqual(shapeOf('GRAPHQL_VALIDATION_FAILED', 'zh').extensions);
  expect((await post('{ hell }', { introspection: false })).errors[0].message).not.toContain('Did you mean');
  expect((await post('{ hell }')).errors[0].message).toContain('Did you mean');
});
