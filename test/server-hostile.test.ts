import { getIntrospectionQuery } from 'graphql';
import { answerOf, startToyServer, type ToyServer } from './server-fixture.js';

const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

const BOMBS: Record<string, string> = {
  aliases: `{ ${repeat(500, i => `a${i}: hello`)} }`,
  'root fields under few aliases': `{ ${repeat(25, i => `a${i}: spec { id }`)} }`,
  'directives on one field': `{ hello ${'@include(if: true) '.repeat(300)} }`,
  'unknown directives': `query ${'@a '.repeat(900)} { hello }`,
  'a chain of 300 fragments': `{ spec { ...f0 } } ${repeat(300, i => `fragment f${i} on Spec { id ${i < 299 ? `...f${i + 1}` : ''} }`)}`,
  'a chain of fragments within the count': `{ spec { ...f0 } } ${repeat(45, i => `fragment f${i} on Spec { id ${i < 44 ? `parent { ...f${i + 1} } kids { ...f${i + 1} }` : ''} }`)}`,
  'a doubling chain of fragments': `{ spec { ...f0 } } ${repeat(40, i => `fragment f${i} on Spec { id ${i < 39 ? `...f${i + 1} ...f${i + 1} ...on Spec { ...f${i + 1} }` : ''} }`)}`,
  'a circle of fragments': '{ spec { ...a } } fragment a on Spec { ...b } fragment b on Spec { parent { ...a } }',
  'a fragment in itself': '{ spec { ...a } } fragment a on Spec { parent { ...a } }',
  'deep nesting': `{ spec ${'{ parent '.repeat(900)} { id } ${'}'.repeat(900)} }`,
  'the same field many times': `{ spec { ${'title '.repeat(1_900)} } }`,
  'the same object many times': `{ spec { ${'parent { id } '.repeat(480)} } }`,
  'circular introspection': `{ __schema ${'{ types { fields { type '.repeat(8)} { name } ${'} } }'.repeat(8)} }`,
  'a megabyte of fields': `{ ${'hello '.repeat(170_000)} }`,
  'a megabyte of blanks': `{ hello ${' '.repeat(1_000_000)} }`,
  'a megabyte in one string': `{ hello(name: "${'a'.repeat(1_000_000)}") }`,
  'a megabyte of lines in one block string': `{ hello(name: """${'\n a'.repeat(330_000)}""") }`,
  'a megabyte of comments': `${'#\n'.repeat(500_000)}{ hello }`,
};

/**
 * What the length, the parser (which stops at its limit of tokens) and the one pass over the parsed document say. Each
 * document here held the event loop for less than 50 ms when it was measured; validation had held it for 0.7 s.
 */
const REFUSED_UNSEEN =
  /^(The document is too (long|complex)|The fragments of the document spread each other|Syntax Error: Document contains more that 2000 tokens)/;

describe('hostile documents', () => {
  let server: ToyServer;
  beforeAll(async () => {
    server = await startToyServer();
  });
  afterAll(() => server.close());

  it.each(Object.entries(BOMBS))(
    '%s: refused before the validation, which would be the expensive step',
    async (_name, query) => {
      const response = await server.post({ query }, { accept: 'application/graphql-response+json' });
      const { errors, data } = await answerOf(response);
      expect(response.status).toBe(400);
      expect(data).toBeUndefined();
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.extensions?.code).toMatch(/^GRAPHQL_(VALIDATION|PARSE)_FAILED$/);
      expect(errors?.[0]?.message).toMatch(REFUSED_UNSEEN);
    },
  );

  it('refuses a literal that is nested 990 deep: within the tokens, and the validation stops at its first bracket', async () => {
    const response = await server.post({ query: `{ hello(name: ${'['.repeat(990)}${']'.repeat(990)}) }` });
    const { errors, data } = await answerOf(response);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });

  it('reads the URL of a GET as Apollo does: no escape hides a document from the limits', async () => {
    const aliases = encodeURIComponent(`{ ${repeat(40, i => `a${i}: hello`)} }`);
    for (const query of [
      aliases,
      `${aliases}%23%zz`,
      `${aliases}%23%`,
      `${aliases}%23%ff`,
      aliases.replaceAll('%20', '+'),
    ]) {
      const { data, errors } = await answerOf(await fetch(`${server.origin}/graphql?query=${query}`));
      expect(data).toBeUndefined();
      expect(errors?.[0]?.message).toContain('too complex');
    }
  });

  it('leaves honest documents alone: introspection as tools send it, and a page of many fields', async () => {
    const tools = getIntrospectionQuery({
      descriptions: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
      schemaDescription: true,
      specifiedByUrl: true,
    });
    expect((await answerOf(await server.post({ query: tools }))).errors).toBeUndefined();
    const many = `{ ${repeat(20, i => `s${i}: spec { id title parent { id title kids { id } } }`)} }`;
    expect((await answerOf(await server.post({ query: many }))).errors).toBeUndefined();
  });
});
