// Reads codegen.yml and writes what it names. The codegen command-line tool needs a newer Node than 20; its core does the same.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buildSchema, isAbstractType, Kind, parse, print, printSchema, visit } from 'graphql';
import { parse as parseYaml } from 'yaml';

const require = createRequire(import.meta.url);
const { codegen } = require('@graphql-codegen/core');
const { schema, plugins, config, generates } = parseYaml(readFileSync('codegen.yml', 'utf8'));
const schemaAst = buildSchema(readFileSync(schema, 'utf8'));

for (const [filename, output] of Object.entries(generates)) await generate(filename, output);

async function generate(filename, { documents, manifest, text, possibleTypes, withoutEmptyLines }) {
  const document = parse(readFileSync(documents, 'utf8'), { noLocation: true });
  const types = await codegen({
    filename,
    schema: parse(printSchema(schemaAst)),
    schemaAst,
    documents: [{ location: documents, document }],
    config,
    plugins: plugins.map(name => ({ [name]: {} })),
    pluginMap: Object.fromEntries(plugins.map(name => [name, require(`@graphql-codegen/${name}`)])),
  });
  const texts = textsOf(document).map(([operation, printed]) => [
    operation,
    withoutEmptyLines ? printed.replace(/\n{2,}/g, '\n') : printed,
  ]);
  const code = [text.trim(), types.trim(), ...texts.map(constantOf), ...(possibleTypes ? possibleTypesOf() : [])];
  writeFileSync(filename, `${code.join('\n')}\n`);
  // In the form of graphql-codegen's client preset: the text that the client sends, by its sha256.
  const listed = texts.map(([, printed]) => [createHash('sha256').update(printed).digest('hex'), printed]);
  writeFileSync(manifest, `${JSON.stringify(Object.fromEntries(listed), null, 2)}\n`);
}

/** Each operation with its text, the fragments that it needs included. */
function textsOf(document) {
  const ofKind = wanted => document.definitions.filter(({ kind }) => kind === wanted);
  const fragments = new Map(ofKind(Kind.FRAGMENT_DEFINITION).map(each => [each.name.value, each]));
  return ofKind(Kind.OPERATION_DEFINITION).map(each => [
    each,
    print({ kind: Kind.DOCUMENT, definitions: [each, ...fragmentsOf(each, fragments)] }),
  ]);
}

/** Those that it spreads, directly or not, in the order in which they are met. */
function fragmentsOf(definition, fragments, met = new Map()) {
  visit(definition, {
    FragmentSpread({ name }) {
      if (met.has(name.value)) return;
      met.set(name.value, fragments.get(name.value));
      fragmentsOf(fragments.get(name.value), fragments, met);
    },
  });
  return [...met.values()];
}

/** A text, not a parsed document: a third of the size, and nothing has to print it. */
function constantOf([{ name, operation }, text]) {
  const type = `${name.value}${operation[0].toUpperCase()}${operation.slice(1)}`;
  return `export const ${name.value}Document = ${JSON.stringify(text)} as unknown as Text<${type}, ${type}Variables>;`;
}

function possibleTypesOf() {
  const possible = Object.values(schemaAst.getTypeMap())
    .filter(type => isAbstractType(type) && !type.name.startsWith('__'))
    .map(type => [type.name, schemaAst.getPossibleTypes(type).map(({ name }) => name)]);
  return [
    '/** What stands behind each interface and union: for `possibleTypes` of Apollo Client and its like. */',
    `export const possibleTypes: Record<string, string[]> = ${JSON.stringify(Object.fromEntries(possible))};`,
  ];
}
