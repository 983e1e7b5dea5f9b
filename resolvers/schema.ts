import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema as buildFromSdl,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { buildSchema } from 'type-graphql';
import { ROOT } from '../src/kernel/paths.js';

export const SDL_FILE = path.join(ROOT, 'schema', 'schema.graphql');

/** The executable schema of these resolvers; one object of each class. */
export function createSchema(resolvers: readonly object[]): Promise<GraphQLSchema> {
  const byClass = new Map(resolvers.map(resolver => [resolver.constructor, resolver]));
  const [first, ...others] = byClass.keys();
  return buildSchema({
    resolvers: [first!, ...others],
    container: {
      get: resolverClass => {
        const resolver = byClass.get(resolverClass);
        if (resolver === undefined) throw new Error(`${resolverClass.name} is not among the resolvers`);
        return resolver;
      },
    },
    validate: false,
    // Our subscriptions bring their own source; the bus of the documentation crashes the process on one slow reader.
    pubSub: {
      publish: () => undefined,
      subscribe: () => {
        throw new Error('there is no bus behind topics');
      },
    },
  });
}

/**
 * Throws where the schema lacks something that the committed SDL promises: a resolver that was forgotten takes its fields
 * away without a word, and callers would be the first to see it.
 */
export function requireComplete(schema: GraphQLSchema): void {
  const present = new Set(fieldsOf(schema));
  const missing = fieldsOf(buildFromSdl(readFileSync(SDL_FILE, 'utf8'))).filter(field => !present.has(field));
  if (missing.length > 0)
    throw new Error(`The schema lacks ${missing.join(', ')}. Is a resolver missing in resolvers/resolvers.ts?`);
}

function fieldsOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap(type =>
    isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
      ? Object.keys(type.getFields()).map(field => `${type.name}.${field}`)
      : [],
  );
}
