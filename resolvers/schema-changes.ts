import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

export interface SchemaChanges {
  breaking: string[];
  dangerous: string[];
  safe: string[];
}

/** What graphql-inspector says of the way from one SDL to another. */
export async function changesBetween(released: string, current: string): Promise<SchemaChanges> {
  const changes = await diff(buildSchema(released), buildSchema(current));
  const at = (level: CriticalityLevel) =>
    changes.filter(({ criticality }) => criticality.level === level).map(({ message }) => message);
  return {
    breaking: at(CriticalityLevel.Breaking),
    dangerous: at(CriticalityLevel.Dangerous),
    safe: at(CriticalityLevel.NonBreaking),
  };
}

const TITLES = { breaking: 'Breaking', dangerous: 'Dangerous', safe: 'Safe' } as const;
/** The section of what has not been released: from its title to the next one. */
const UNRELEASED = /^## (.*[Uu]nreleased)\n[\s\S]*?(?=^## )/m;

/** The changelog with these changes in its unreleased section. Throws where it has none. */
export function withChanges(changelog: string, changes: SchemaChanges): string {
  const title = titleOf(changelog);
  const parts = (['breaking', 'dangerous', 'safe'] as const)
    .filter(level => changes[level].length > 0)
    .map(level => `### ${TITLES[level]}\n\n${changes[level].map(message => `- ${message}`).join('\n')}\n\n`);
  return changelog.replace(UNRELEASED, () => `## ${title}\n\n${parts.join('') || 'Nothing.\n\n'}`);
}

/** What stands against these changes: a breaking one needs the next major version in the title of the section. */
export function versionMissing(changelog: string, released: string, { breaking }: SchemaChanges): string | undefined {
  const next = `${Number(released.split('.')[0]) + 1}.0.0`;
  if (breaking.length === 0 || titleOf(changelog) === `${next}, unreleased`) return undefined;
  return `breaking changes need the title "## ${next}, unreleased" in schema/CHANGELOG.md: ${breaking.join('; ')}`;
}

/** The changelog in which what was unreleased is this version. */
export function released(changelog: string, version: string, date: string): string {
  return changelog.replace(UNRELEASED, section =>
    section.replace(/^## .*$/m, `## Unreleased\n\nNothing.\n\n## ${version}, ${date}`),
  );
}

function titleOf(changelog: string): string {
  const title = UNRELEASED.exec(changelog)?.[1];
  if (title === undefined) throw new Error('schema/CHANGELOG.md has no section that is unreleased');
  return title;
}
