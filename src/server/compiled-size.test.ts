import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, Kind, type OperationDefinitionNode, parse, separateOperations, validate } from 'graphql';
import { LIMITS } from '../kernel/limits.js';
import { ROOT } from '../kernel/paths.js';
import { compiledSize } from './compiled-size.js';
import { checkDocumentLimits } from './document-limits.js';

const read = (...place: string[]) => readFileSync(path.join(ROOT, ...place), 'utf8');
const schema = buildSchema(read('schema', 'schema.graphql'));
const KINDS_OF_TASKS = schema.getPossibleTypes(schema.getType('Task') as never).length;
const { compiledSize: most } = LIMITS.graphql.quick;

function sizeOf(text: string): number {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  checkDocumentLimits(document);
  return compiledSize(schema, document, document.definitions[0] as OperationDefinitionNode, most);
}

test('what is asked of an interface counts for each type that may stand for it', () => {
  expect(sizeOf('{ colors { __typename code: __typename } }')).toBe(3);
  expect(sizeOf('{ task(id: "x") { id __typename } }')).toBe(1 + 2 * KINDS_OF_TASKS);
  // A fragment is one more, and of one type alone what is in it.
  expect(sizeOf('{ task(id: "x") { ... on IdPhotoTask { id } } }')).toBe(1 + KINDS_OF_TASKS + 1);
  expect(sizeOf('{ task(id: "x") { ...F } } fragment F on Task { id }')).toBe(1 + 2 * KINDS_OF_TASKS);
});

test('a document within all other limits whose code would be many megabytes is beyond', () => {
  const aliases = Array.from({ length: 20 }, (_, n) => `t${n}: task(id: "x") { ...F }`).join(' ');
  expect(sizeOf(`{ ${aliases} } fragment F on Task { id attempts { number billed } failure { code } }`)).toBe(
    Number.POSITIVE_INFINITY,
  );
});

test('it is told without a walk through all of it', () => {
  const chain = Array.from({ length: 48 }, (_, n) => `fragment F${n} on Node { ...F${n + 1} ...F${n + 1} }`).join(' ');
  const text = `{ task(id: "x") { ...F0 } } ${chain} fragment F48 on Node { ... on Webhook { id } }`;
  const document = parse(text);
  const [operation] = document.definitions as [OperationDefinitionNode];
  expect(compiledSize(schema, document, operation, most)).toBe(Number.POSITIVE_INFINITY);
});

test('introspection is not compiled', () => {
  expect(sizeOf('{ __schema { types { name } } }')).toBe(Number.POSITIVE_INFINITY);
});

test('the queries of the typed client are compiled, all of them together', () => {
  const document = parse(read('client', 'operations.graphql'));
  const apart = separateOperations(document);
  let all = 0;
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'query')
      all += compiledSize(schema, apart[definition.name!.value]!, definition, most);
  expect(all).toBeGreaterThan(0);
  expect(all).toBeLessThan(LIMITS.graphql.quick.compiledSizes / 2);
});
