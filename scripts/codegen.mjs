// Reads codegen.yml and writes what it names. The codegen command-line tool needs a newer Node than 20; its core does the same.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buildSchema, parse, print, printSchema } from 'graphql';
import { parse as parseYaml } from 'yaml';

const require = createRequire(import.meta.url);
const { codegen } = require('@graphql-codegen/core');
const config = parseYaml(readFileSync('codegen.yml', 'utf8'));
const schemaAst = buildSchema(readFileSync(config.schema, 'utf8'));
const documents = [{ location: config.documents, document: parse(readFileSync(config.documents, 'utf8')) }];

for (const [filename, { plugins, config: options }] of Object.entries(config.generates)) {
  const code = await codegen({
    filename,
    schema: parse(printSchema(schemaAst)),
    schemaAst,
    documents,
    config: options,
    plugins: plugins.map(name => ({ [name]: {} })),
    pluginMap: Object.fromEntries(plugins.map(name => [name, require(`@graphql-codegen/${name}`)])),
  });
  writeFileSync(filename, `${code.trim()}\n`);
}

const [generated] = Object.keys(config.generates);
writeFileSync(config.manifest, `${JSON.stringify(persistedDocuments(readFileSync(generated, 'utf8')), null, 2)}\n`);

/** In the form of graphql-codegen's client preset: the text that the client sends, by its sha256. */
function persistedDocuments(code) {
  const documents = [...code.matchAll(/^export const \w+Document = (\{.*\}) as unknown as /gm)];
  const texts = documents.map(([, json]) => print(JSON.parse(json)));
  return Object.fromEntries(texts.map(text => [createHash('sha256').update(text).digest('hex'), text]));
}
