// Writes the types and texts of the dashboard's documents, and the list of them that DARKROOM_TRUSTED_DOCUMENTS can name.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buildSchema, Kind, parse, print, printSchema, visit } from 'graphql';

const require = createRequire(import.meta.url);
const { codegen } = require('@graphql-codegen/core');
const FILE = 'web/src/data/operations.graphql';
const PLUGINS = ['typescript', 'typescript-operations'];

const schemaAst = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
const document = parse(readFileSync(FILE, 'utf8'));
const types = await codegen({
  filename: 'web/src/data/generated.ts',
  schema: parse(printSchema(schemaAst)),
  schemaAst,
  documents: [{ location: FILE, document }],
  config: {
    strictScalars: true,
    enumsAsTypes: true,
    useTypeImports: true,
    skipTypename: true,
    onlyOperationTypes: true,
    avoidOptionals: { field: true, inputValue: false },
    scalars: { DateTimeISO: 'string', DateTime: 'string', URL: 'string', HexColor: 'string', Upload: 'Blob' },
  },
  plugins: PLUGINS.map(name => ({ [name]: {} })),
  pluginMap: Object.fromEntries(PLUGINS.map(name => [name, require(`@graphql-codegen/${name}`)])),
});

const fragments = new Map(
  document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map(each => [each.name.value, each]),
);
const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
// Without empty lines, which the client would take out: what is sent has to be what is listed.
const textOf = definitions => print({ kind: Kind.DOCUMENT, definitions }).replace(/\n{2,}/g, '\n');
const texts = operations.map(each => [each, textOf([each, ...fragmentsOf(each)])]);
const constants = texts.map(([{ name, operation }, text]) => {
  const type = `${name.value}${operation[0].toUpperCase()}${operation.slice(1)}`;
  return `export const ${name.value}Document = ${JSON.stringify(text)} as unknown as Text<${type}, ${type}Variables>;`;
});
const head = [
  "import type { TypedDocumentNode } from '@urql/core';",
  '/** The text of a document, which the client parses. */',
  'export type Text<Data, Variables extends { [key: string]: unknown }> = TypedDocumentNode<Data, Variables>;',
];
writeFileSync('web/src/data/generated.ts', `${[...head, types.trim(), ...constants].join('\n')}\n`);

const manifest = Object.fromEntries(texts.map(([, text]) => [createHash('sha256').update(text).digest('hex'), text]));
writeFileSync('web/persisted-documents.json', `${JSON.stringify(manifest, null, 2)}\n`);

/** Those that it spreads, directly or not, in the order in which they are met. */
function fragmentsOf(definition, met = new Map()) {
  visit(definition, {
    FragmentSpread({ name }) {
      if (met.has(name.value)) return;
      met.set(name.value, fragments.get(name.value));
      fragmentsOf(fragments.get(name.value), met);
    },
  });
  return [...met.values()];
}
