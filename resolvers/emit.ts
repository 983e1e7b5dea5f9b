import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { ROOT } from '../src/kernel/paths.js';
import { createResolvers, type ResolverParts } from './resolvers.js';
import { createSchema, SDL_FILE } from './schema.js';
import { changesBetween, released, versionMissing, withChanges } from './schema-changes.js';

/** Resolvers that are only printed need none of their parts. */
const NOTHING = {} as ResolverParts;
/** The SDL of the last release; its first line names the version. */
const RELEASED_FILE = path.join(ROOT, 'schema', 'released.graphql');
const CHANGELOG_FILE = path.join(ROOT, 'schema', 'CHANGELOG.md');

/** The SDL that is committed; a test holds it to the code. */
export async function printSdl(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await createSchema(createResolvers(NOTHING))))}\n`;
}

/** The changelog of the schema as it has to stand for this SDL. Throws for a breaking change without a version. */
export async function changelogOf(sdl: string): Promise<string> {
  const [before, changelog] = [readFileSync(RELEASED_FILE, 'utf8'), readFileSync(CHANGELOG_FILE, 'utf8')];
  const changes = await changesBetween(before, sdl);
  const missing = versionMissing(changelog, versionOf(before), changes);
  if (missing !== undefined) throw new Error(missing);
  return withChanges(changelog, changes);
}

function versionOf(sdl: string): string {
  return /^# (\d+\.\d+\.\d+)\n/.exec(sdl)![1]!;
}

/** `npm run schema [-- --release <version>]` */
async function main(): Promise<void> {
  const sdl = await printSdl();
  writeFileSync(SDL_FILE, sdl);
  const changelog = await changelogOf(sdl);
  const version = process.argv[process.argv.indexOf('--release') + 1];
  if (!process.argv.includes('--release')) return writeFileSync(CHANGELOG_FILE, changelog);
  if (!/^\d+\.\d+\.\d+$/.test(version ?? '')) throw new Error('--release needs a version such as 1.1.0');
  writeFileSync(CHANGELOG_FILE, released(changelog, version!, new Date().toISOString().slice(0, 10)));
  writeFileSync(RELEASED_FILE, `# ${version}\n${sdl}`);
}

if (require.main === module) {
  main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
