import { parse } from 'graphql';
import { LIMITS } from '../kernel/limits.js';
import { checkDocumentLimits } from './document-limits.js';

const { graphql: limits } = LIMITS;
const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
const nested = (depth: number) => `${'a { '.repeat(depth - 1)}a${' }'.repeat(depth - 1)}`;
const spread = (fragments: number) =>
  `{ a { ...f0 } } ${repeat(fragments, i => `fragment f${i} on Q { a ${i + 1 < fragments ? `...f${i + 1}` : ''} }`)}`;

test.each<[string, (count: number) => string, number]>([
  ['levels', count => `{ ${nested(count)} }`, limits.depth],
  ['introspection levels', count => `{ __schema { ${nested(count)} } }`, limits.introspectionDepth],
  ['root fields', count => `{ ${repeat(count, () => 'a')} }`, limits.rootFields],
  [
    'root fields through a fragment',
    count => `{ ...f } fragment f on Q { ${repeat(count, () => 'a')} }`,
    limits.rootFields,
  ],
  ['fields', count => `{ a { ${repeat(count - 1, () => 'b')} } }`, limits.fields],
  ['aliases', count => `{ a { ${repeat(count, i => `b${i}: b`)} } }`, limits.aliases],
  ['directives', count => `{ b { ${'a @d '.repeat(count)} } }`, limits.directives],
  ['directives of one field', count => `{ a ${'@d '.repeat(count)} }`, limits.directivesHere],
  ['directives of one variable', count => `query ($v: Int ${'@d '.repeat(count)}) { a }`, limits.directivesHere],
  ['fragments', spread, limits.fragments],
])('%s: as many as the limit, and not one more', (_name, document, limit) => {
  expect(() => checkDocumentLimits(parse(document(limit)))).not.toThrow();
  expect(() => checkDocumentLimits(parse(document(limit + 1)))).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(`at most ${limit} `),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    }),
  );
});

test('fields count where their fragment is spread, and each fragment is walked once', () => {
  // Written out these are 2 to the power of 40 fields: a walk through all of them would not end.
  const doubling = repeat(40, i => `fragment f${i} on Q { a ${i < 39 ? `...f${i + 1} ...f${i + 1}` : ''} }`);
  expect(() => checkDocumentLimits(parse(`{ x { ...f0 } } ${doubling}`))).toThrow(
    'fragments counted where they are spread',
  );
});

test('a circle of fragments is refused; an unknown one is left to the validation', () => {
  for (const circle of [
    '{ ...a } fragment a on Q { ...a }',
    '{ ...a } fragment a on Q { ...b } fragment b on Q { c { ...a } }',
    // The operation does not use it; the validation would walk it all the same.
    '{ x } fragment a on Q { ...a }',
  ])
    expect(() => checkDocumentLimits(parse(circle))).toThrow('in a circle');
  expect(() => checkDocumentLimits(parse('{ ...unknown }'))).not.toThrow();
});

test('each operation of a document is measured', () => {
  expect(() => checkDocumentLimits(parse(`query A { a } query B { ${nested(limits.depth + 1)} }`))).toThrow('levels');
});
