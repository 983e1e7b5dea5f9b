// Reads codegen.yml and writes what it names. The codegen command-line tool needs a newer Node than 20; its core does the same.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buildSchema, isAbstractType, Kind, parse, print, printSchema, visit } from 'graphql';
import { parse as parseYaml } from 'yaml';

const require = createRequire(import.meta.url);
const { codegen } = require('@graphql-codegen/core');
const config = parseYaml(readFileSync('codegen.yml', 'utf8'));
const schemaAst = buildSchema(readFileSync(config.schema, 'utf8'));
const document = parse(readFileSync(config.documents, 'utf8'), { noLocation: true });

const [[filename, { plugins, config: options }]] = Object.entries(config.generates);
const types = await codegen({
  filename,
  schema: parse(printSchema(schemaAst)),
  schemaAst,
  documents: [{ location: config.documents, document }],
  config: options,
  plugins: plugins.map(name => ({ [name]: {} })),
  pluginMap: Object.fromEntries(plugins.map(name => [name, require(`@graphql-codegen/${name}`)])),
});

const ofKind = wanted => document.definitions.filter(({ kind }) => kind === wanted);
const fragments = new Map(ofKind(Kind.FRAGMENT_DEFINITION).map(each => [each.name.value, each]));
const texts = ofKind(Kind.OPERATION_DEFINITION).map(each => [
  each,
  print({ kind: Kind.DOCUMENT, definitions: [each, ...fragmentsOf(each)] }),
]);
// Texts, not parsed documents: a third of the size, and nothing has to print them.
const constants = texts.map(([{ name, operation }, text]) => {
  const type = `${name.value}${operation[0].toUpperCase()}${operation.slice(1)}`;
  return `export const ${name.value}Document = ${JSON.stringify(text)} as Text<${type}, ${type}Variables>;`;
});
const possible = Object.values(schemaAst.getTypeMap())
  .filter(type => isAbstractType(type) && !type.name.startsWith('__'))
  .map(type => [type.name, schemaAst.getPossibleTypes(type).map(({ name }) => name)]);
const code = [
  '/** The text of a document, with the types of its variables and its answer. */',
  'export type Text<Result, Variables> = string & { readonly __apiType?: (variables: Variables) => Result };',
  types.trim(),
  ...constants,
  '/** What stands behind each interface and union: for `possibleTypes` of Apollo Client and its like. */',
  `export const possibleTypes: Record<string, string[]> = ${JSON.stringify(Object.fromEntries(possible))};`,
];
writeFileSync(filename, `${code.join('\n')}\n`);

// In the form of graphql-codegen's client preset: the text that the client sends, by its sha256.
const manifest = Object.fromEntries(texts.map(([, text]) => [createHash('sha256').update(text).digest('hex'), text]));
writeFileSync(config.manifest, `${JSON.stringify(manifest, null, 2)}\n`);

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
