import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { ROOT } from '../src/kernel/paths.js';
import { createSchema } from './schema.js';

/** Writes the SDL that is committed; a test holds it to the code. */
export async function printSdl(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await createSchema()))}\n`;
}

if (require.main === module) {
  void printSdl().then(sdl => writeFileSync(path.join(ROOT, 'schema', 'schema.graphql'), sdl));
}
