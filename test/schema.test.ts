import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { printSdl } from '../resolvers/emit.js';
import { createResolvers, type ResolverParts } from '../resolvers/resolvers.js';
import { createSchema, requireComplete } from '../resolvers/schema.js';
import { isScope } from '../src/access/scopes.js';
import { ROOT } from '../src/kernel/paths.js';
import { ALL_OPERATIONS, rowOf } from '../src/operations/operations.js';

/** Nothing is asked of them here. */
const RESOLVERS = createResolvers({} as ResolverParts);
let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await createSchema(RESOLVERS);
});

test('the committed schema.graphql is what the code says; `npm run schema` writes it', async () => {
  expect(readFileSync(path.join(ROOT, 'schema', 'schema.graphql'), 'utf8')).toBe(await printSdl());
});

test('every type, field, argument and enum value has a description', () => {
  const silent: string[] = [];
  const look = (name: string, { description }: { description?: string | null | undefined }) => {
    if (!description?.trim()) silent.push(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    if (!['Query', 'Mutation', 'Subscription'].includes(type.name)) look(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field);
        for (const argument of field.args) look(`${type.name}.${field.name}(${argument.name})`, argument);
      }
    }
  }
  expect(silent).toEqual([]);
});

test('every root field names the scope that it needs; `viewer` alone is open to every caller', () => {
  const { queries, mutations, subscriptions } = getMetadataStorage();
  const fields = [...queries, ...mutations, ...subscriptions];
  expect(fields.length).toBeGreaterThan(30);
  const wrong = fields.filter(({ roles }) => roles?.length !== 1 || !isScope(String(roles[0])));
  expect(wrong.map(({ schemaName }) => schemaName)).toEqual(['viewer']);
});

test('every mutation returns a task but those that are about photos, webhooks and access, and those that erase', () => {
  const fields = Object.values(schema.getMutationType()!.getFields());
  const others = fields.filter(field => {
    const type = schema.getType(field.type.toString().replace(/!$/, ''));
    const isTask =
      type?.name === 'Task' || (isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Task'));
    return !isTask;
  });
  expect(others.map(({ name }) => name).sort()).toEqual([
    'closeTenant',
    'createApiKey',
    'createTenant',
    'createWebhook',
    'deleteTask',
    'deleteWebhook',
    'enableWebhook',
    'erase',
    'limitTenant',
    'resendWebhook',
    'revokeApiKey',
    'rotateWebhookSecret',
    'testWebhook',
    'uploadPhoto',
    'withdrawConsent',
  ]);
});

test('a resolver that is forgotten stops the start, which names what is missing', async () => {
  expect(() => requireComplete(schema)).not.toThrow();
  const without = (name: string) => createSchema(RESOLVERS.filter(resolver => resolver.constructor.name !== name));
  const node = await without('NodeResolver');
  expect(() => requireComplete(node)).toThrow(/The schema lacks Query\.node\b/);
  // Its type goes with its mutation.
  const painting = await without('PaintingResolver');
  expect(() => requireComplete(painting)).toThrow(/Mutation\.generatePainting/);
});

test('every resolver of the folder is in the list', () => {
  const folder = path.join(ROOT, 'resolvers');
  const listed = new Set(RESOLVERS.map(resolver => resolver.constructor.name));
  const declared = readdirSync(folder)
    .filter(name => name.endsWith('.resolver.ts'))
    .flatMap(name => [...readFileSync(path.join(folder, name), 'utf8').matchAll(/^export class (\w+Resolver)\b/gm)])
    .map(match => match[1]!);
  expect(declared.length).toBeGreaterThan(10);
  expect(declared.filter(name => !listed.has(name))).toEqual([]);
});

test('the mutation that an operation names in its description is there', () => {
  const mutations = Object.keys(schema.getMutationType()!.getFields());
  const named = ALL_OPERATIONS.map(operation => /`(\w+)`/.exec(rowOf(operation).description)?.[1]);
  expect(named.filter(name => name === undefined || !mutations.includes(name))).toEqual([]);
});
