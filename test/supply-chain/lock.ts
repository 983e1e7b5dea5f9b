import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';

export interface LockedPackage {
  /** Where it lies, e.g. `node_modules/a/node_modules/b`. */
  readonly at: string;
  readonly name: string;
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
  /** A folder of this repository. */
  readonly link?: boolean;
  /** For the work on this repository only. */
  readonly dev?: boolean;
}

export function readJson<Content>(...names: string[]): Content {
  return JSON.parse(readFileSync(path.join(ROOT, ...names), 'utf8')) as Content;
}

/** Every package of all lock files that comes from elsewhere, those for other systems and those that are installed on request included. */
export function lockedPackages(): LockedPackage[] {
  return ['.', ...OPTIONAL].flatMap(folder => {
    const { packages } = readJson<{ packages: Record<string, Omit<LockedPackage, 'at' | 'name'>> }>(
      folder,
      'package-lock.json',
    );
    return Object.entries(packages)
      .filter(([at, { link }]) => at.includes('node_modules/') && !link)
      .map(([at, entry]) => ({
        ...entry,
        at: path.join(folder, at),
        name: at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length),
      }));
  });
}

/** The folders of packages that are installed on request, each with a lock file of its own. */
export const OPTIONAL = readdirSync(path.join(ROOT, 'optional')).map(name => path.join('optional', name));

/**
 * Whether a version is at or above the floors, one for each line of releases that was mended: below the lowest it is
 * not, in a line of its own it has to reach that line's, and what came after the last line was made without the fault.
 */
export function reaches(version: string, fixed: readonly string[]): boolean {
  const own = fixed.find(floor => major(floor) === major(version));
  if (own !== undefined) return compare(version, own) >= 0;
  return fixed.every(floor => compare(version, floor) > 0);
}

function major(version: string): number {
  return Number(version.split('.')[0]);
}

function compare(left: string, right: string): number {
  const numbers = (version: string) => version.split('-')[0]!.split('.').map(Number);
  const [a, b] = [numbers(left), numbers(right)];
  for (let index = 0; index < 3; index++) if (a[index] !== b[index]) return a[index]! - b[index]!;
  return Number(!left.includes('-')) - Number(!right.includes('-'));
}
