import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';

interface Claim {
  claim: string;
  /** What stands in backticks in its last column. */
  named: string[];
}

/** The rows of the table that follows a heading. */
function claimsOf(file: string, heading: string): Claim[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const [, section = ''] = text.split(`\n${heading}\n`);
  const rows = section
    .split('\n## ')[0]!
    .split('\n')
    .filter(line => line.startsWith('| '));
  return rows.slice(1).map(row => {
    const cells = row.split(' | ');
    const named = [...cells.at(-1)!.matchAll(/`([^`]+)`/g)].map(match => match[1]!);
    return { claim: cells[0]!.slice(2), named };
  });
}

const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** A file of tests, a folder that has some, or a script. */
function isThere(name: string): boolean {
  if (name.startsWith('npm run ')) return name.slice('npm run '.length) in scripts;
  const place = path.join(ROOT, name);
  if (!existsSync(place)) return false;
  if (/\.(test|long)\.ts$/.test(name)) return true;
  return readdirSync(place, { recursive: true }).some(file => /\.(test|long)\.ts$/.test(String(file)));
}

describe.each([
  ['SECURITY.md', '## What the tests show', 30],
  ['README.md', '## What it promises', 10],
])('the table of %s', (file, heading, atLeast) => {
  const claims = claimsOf(file, heading);

  test('names a test for each claim', () => {
    expect(claims.length).toBeGreaterThan(atLeast);
    expect(claims.filter(({ named }) => named.length === 0).map(({ claim }) => claim)).toEqual([]);
  });

  test('names tests that are there', () => {
    const missing = claims.flatMap(({ claim, named }) =>
      named.filter(name => !isThere(name)).map(name => `${name}: ${claim}`),
    );
    expect(missing).toEqual([]);
  });
});
