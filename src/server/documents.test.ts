import { buildSchema, type DocumentNode, type GraphQLError } from 'graphql';
import { LIMITS } from '../kernel/limits.js';
import { Documents, operationOf } from './documents.js';

const schema = buildSchema('type Query { hello: String }');
const documents = () => new Documents(schema, true);
const codeOf = (read: () => unknown) => {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error as GraphQLError).extensions.code;
  }
};

test('a document that cannot be read is told by code: too long, not GraphQL, too complex', () => {
  const read = (source: string) => codeOf(() => documents().check(source));
  expect(read(`{ hello ${' '.repeat(LIMITS.graphql.documentChars)}}`)).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(read('{')).toBe('GRAPHQL_PARSE_FAILED');
  expect(read(`{ ${'a '.repeat(LIMITS.graphql.tokens)} }`)).toBe('GRAPHQL_PARSE_FAILED');
  expect(read(`{ ${'a '.repeat(LIMITS.graphql.rootFields + 1)} }`)).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('a known document is not read again; the one that was used longest ago is forgotten first', () => {
  const known = documents();
  const first = known.check('{ a0: hello }');
  const second = known.check('{ a1: hello }');
  for (let i = 2; i < LIMITS.graphql.cachedDocuments; i++) known.check(`{ a${i}: hello }`);
  expect(known.check('{ a0: hello }')).toBe(first);
  known.check('{ another: hello }');
  expect(known.check('{ a0: hello }')).toBe(first);
  expect(known.check('{ a1: hello }')).not.toBe(second);
});

test('a long document is not kept', () => {
  const known = documents();
  const long = `{ hello } #${'x'.repeat(LIMITS.graphql.cachedDocumentChars)}`;
  expect(known.check(long)).not.toBe(known.check(long));
});

test('validation gives the document, or every error with its code and place', () => {
  const known = documents();
  expect(known.validate('{ hello }')).toBe(known.check('{ hello }'));
  expect(known.validate('{ hell worl }')).toMatchObject([
    {
      message: expect.stringContaining('Did you mean'),
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    },
    { locations: [{ line: 1, column: 8 }], extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
  ]);
  expect(known.validate('{')).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
});

test('without introspection the schema stays hidden, suggestions included', () => {
  const closed = new Documents(schema, false);
  const [hidden] = closed.validate('{ __schema { types { name } } }') as GraphQLError[];
  expect(hidden).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  const [error] = closed.validate('{ hell }') as GraphQLError[];
  expect(error!.message).not.toContain('Did you mean');
  expect(documents().validate('{ __schema { types { name } } }')).toMatchObject({ kind: 'Document' });
});

test('the operation of a request', () => {
  const two = documents().validate('query A { hello } query B { hello }') as DocumentNode;
  expect(operationOf(two, 'B')?.name?.value).toBe('B');
  for (const name of ['C', undefined, null, 7]) expect(operationOf(two, name)).toBeUndefined();
  expect(operationOf(documents().check('{ hello }'), undefined)?.operation).toBe('query');
});
