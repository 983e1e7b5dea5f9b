import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
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
import { OPEN_CALLER } from '../src/access/access-service.js';
import type { CallerKind } from '../src/access/caller.js';
import { isScope } from '../src/access/scopes.js';
import { DarkroomError } from '../src/kernel/errors.js';
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

test('what an interface stands for is known at once: graphql-jit takes no promise, and Apollo would answer each such query a second time', () => {
  const wrong: string[] = [];
  for (const type of Object.values(schema.getTypeMap()).filter(isInterfaceType))
    for (const { name } of schema.getPossibleTypes(type)) {
      const { target } = getMetadataStorage().objectTypes.find(each => each.name === name)!;
      const value = Object.create(target.prototype);
      const resolved = type.resolveType!(value, {}, {} as GraphQLResolveInfo, type);
      if (resolved !== name) wrong.push(`${type.name} of ${name}`);
    }
  expect(wrong).toEqual([]);
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
  const wrong = fields.filter(({ roles }) => roles?.filter(role => isScope(String(role))).length !== 1);
  expect(wrong.map(({ schemaName }) => schemaName).sort()).toEqual(['usePhotoLink', 'viewer']);
});

function rootFields(): GraphQLField<unknown, unknown>[] {
  const roots = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!];
  return roots.flatMap(root => Object.values(root.getFields()));
}

/** The root fields that do not answer such a caller with FORBIDDEN. */
async function openTo(kind: CallerKind): Promise<string[]> {
  const caller = { ...OPEN_CALLER, kind, scopes: new Set() };
  const open: string[] = [];
  for (const { name, resolve, subscribe } of rootFields()) {
    const answer = async () => (subscribe ?? resolve)!(undefined, {}, { caller }, {} as GraphQLResolveInfo);
    const error = await answer().catch(thrown => thrown);
    if (!DarkroomError.is(error) || error.code !== 'FORBIDDEN') open.push(name);
  }
  return open.sort();
}

test('a task token reads and follows, a photo link makes its photo too: every other root field is FORBIDDEN', async () => {
  expect(await openTo('TASK_TOKEN')).toEqual(['node', 'task', 'taskUpdated', 'viewer']);
  expect(await openTo('PHOTO_LINK')).toEqual(['node', 'task', 'taskUpdated', 'usePhotoLink', 'viewer']);
  // Whoever has no scope at all is not taken for one of them.
  expect(await openTo('JWT')).toEqual(['viewer']);
});

test('from what a token or link may ask for, no way leads to a list, nor to what is the operator’s', () => {
  const seen = new Set<string>();
  const walk = (type: GraphQLNamedType) => {
    if (seen.has(type.name) || !(isObjectType(type) || isInterfaceType(type))) return;
    seen.add(type.name);
    const possible = isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
    for (const one of possible) walk(one);
    for (const field of Object.values(type.getFields())) walk(getNamedType(field.type));
  };
  for (const name of ['Viewer', 'Node', 'Task']) walk(schema.getType(name)!);
  expect([...seen].filter(name => /(Connection|Edge)$/.test(name))).toEqual([]);
  // What the root fields answer with that are closed to them; the catalogue is no secret.
  const { queries, mutations, subscriptions } = getMetadataStorage();
  const closed = [...queries, ...mutations, ...subscriptions].filter(
    ({ roles }) => !roles?.includes('PHOTO_LINK') && roles?.[0] !== 'catalogue:read',
  );
  const answers = rootFields().filter(({ name }) => closed.some(({ schemaName }) => schemaName === name));
  const types = answers.map(({ type }) => getNamedType(type).name).filter(name => seen.has(name));
  // `viewer { budgets }` is empty for them: see budget.resolver.ts.
  const known = ['Asset', 'Budget', 'PhotoLink', 'Viewer'];
  expect([...new Set(types)].filter(name => !name.endsWith('Task')).sort()).toEqual(known);
});

test('every mutation returns a task but those that are about photos, webhooks, access and tokens, and those that erase', () => {
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
    'createPhotoLink',
    'createTaskToken',
    'createTenant',
    'createWebhook',
    'deleteTask',
    'deleteWebhook',
    'enableWebhook',
    'erase',
    'limitTenant',
    'removeBudget',
    'resendWebhook',
    'revokeApiKey',
    'revokePhotoLink',
    'revokeTaskTokens',
    'rotateWebhookSecret',
    'setBudget',
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

test('what is kept of the catalogue for everybody depends on no caller, on no level', () => {
  const constant = Object.values(schema.getQueryType()!.getFields()).filter(
    field => field.extensions.constant === true,
  );
  expect(constant.map(({ name }) => name).sort()).toEqual(['colors', 'spec', 'specs']);
  const below = new Set<string>();
  const walk = (type: GraphQLNamedType) => {
    if (!isObjectType(type) || below.has(type.name)) return;
    below.add(type.name);
    for (const field of Object.values(type.getFields())) walk(getNamedType(field.type));
  };
  for (const { type } of constant) walk(getNamedType(type));
  const { queries, fieldResolvers } = getMetadataStorage();
  const resolvers = [
    ...fieldResolvers.filter(({ getObjectType }) => below.has(getObjectType?.()?.name ?? '')),
    ...queries.filter(({ schemaName }) => constant.some(({ name }) => name === schemaName)),
  ];
  expect(resolvers.length).toBeGreaterThan(5);
  const asking = resolvers.filter(({ params }) => params?.some(({ kind }) => kind === 'context' || kind === 'custom'));
  expect(asking.map(({ methodName }) => methodName)).toEqual([]);
});
