import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';
import { buildSchema } from 'type-graphql';
import { DateTime } from '../schema/scalars.js';
import { type Role, requireRole } from '../src/access/caller.js';
import { ROOT } from '../src/kernel/paths.js';
import type { Context } from './context.js';
import { finishSchema } from './finish-schema.js';

export const SDL_FILE = path.join(ROOT, 'schema', 'schema.graphql');

/** The executable schema of these resolvers; one object of each class. */
export async function createSchema(resolvers: readonly object[]): Promise<GraphQLSchema> {
  const byClass = new Map(resolvers.map(resolver => [resolver.constructor, resolver]));
  const [first, ...others] = byClass.keys();
  const schema = await buildSchema({
    scalarsMap: [{ type: Date, scalar: DateTime }],
    resolvers: [first!, ...others],
    container: {
      get: resolverClass => {
        const resolver = byClass.get(resolverClass);
        if (resolver === undefined) throw new Error(`${resolverClass.name} is not among the resolvers`);
        return resolver;
      },
    },
    validate: false,
    // Root fields name one scope each, and the kinds of token that they are open to (test/schema.test.ts walks them); what
    // is below them is guarded by its service.
    authChecker: ({ context }, roles) => {
      requireRole((context as Context).caller, roles as Role[]);
      return true;
    },
    // Our subscriptions bring their own source; the bus of the documentation crashes the process on one slow reader.
    pubSub: {
      publish: () => undefined,
      subscribe: () => {
        throw new Error('there is no bus behind topics');
      },
    },
  });
  return finishSchema(schema);
}

/**
 * Throws where the schema lacks something that the committed SDL promises: a resolver that was forgotten takes its fields
 * away without a word, and callers would be the first to see it.
 */
export function requireComplete(schema: GraphQLSchema): void {
  const missing = fieldsOf(parse(readFileSync(SDL_FILE, 'utf8'), { noLocation: true })).filter(
    ([type, field]) => !hasField(schema.getType(type), field),
  );
  if (missing.length === 0) return;
  const names = missing.map(path => path.join('.')).join(', ');
  throw new Error(`The schema lacks ${names}. Is a resolver missing in resolvers/resolvers.ts?`);
}

/** Type and field, of objects, interfaces and inputs. */
function fieldsOf({ definitions }: DocumentNode): [string, string][] {
  return definitions.flatMap(definition =>
    'fields' in definition && 'name' in definition
      ? (definition.fields ?? []).map((field): [string, string] => [definition.name.value, field.name.value])
      : [],
  );
}

function hasField(type: GraphQLNamedType | undefined, field: string): boolean {
  return (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) && field in type.getFields();
}
