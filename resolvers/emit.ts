import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createResolvers, type ResolverParts } from './resolvers.js';
import { createSchema, SDL_FILE } from './schema.js';

/** Resolvers that are only printed need none of their parts. */
const NOTHING = {} as ResolverParts;

/** Writes the SDL that is committed; a test holds it to the code. */
export async function printSdl(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await createSchema(createResolvers(NOTHING))))}\n`;
}

if (require.main === module) {
  void printSdl().then(sdl => writeFileSync(SDL_FILE, sdl));
}
