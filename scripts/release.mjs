// `npm run release -- 0.2.0`: makes a version of what is unreleased: package.json, the lock file and @darkroom/client get its
// number, CHANGELOG.md its title and date, git a commit and a tag. Nothing is pushed. The archive is then made by
// scripts/package.mjs. It works on the folder in which it is called.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [, , version = ''] = process.argv;
const git = (...words) => spawnSync('git', words, { encoding: 'utf8' });
const refuse = why => {
  console.error(why);
  process.exit(1);
};
const read = file => readFileSync(file, 'utf8');
const numbers = text => text.split('.').map(Number);
const isNewer = (one, other) => {
  const place = one.findIndex((number, index) => number !== other[index]);
  return place >= 0 && one[place] > other[place];
};

if (!/^\d+\.\d+\.\d+$/.test(version)) refuse('Wanted: the number of the version, such as 0.2.0.');
if (git('status', '--porcelain').stdout !== '') refuse('There are changes that are not committed.');
if (git('tag', '--list', `v${version}`).stdout !== '') refuse(`v${version} was released already.`);
const present = JSON.parse(read('package.json')).version;
// The first version has its number before it is released.
if (version !== present && !isNewer(numbers(version), numbers(present))) refuse(`It has to be newer than ${present}.`);
const changes = read('CHANGELOG.md');
const [, unreleased = ''] = /## \[Unreleased\]\n([\s\S]*?)(?=\n## |$)/.exec(changes) ?? [];
if (!/^- /m.test(unreleased)) refuse('CHANGELOG.md has nothing under Unreleased.');
if (!/## Unreleased\s+Nothing\.\s/.test(read('schema/CHANGELOG.md')))
  refuse('The schema has changed: make a version of it first, `npm run schema -- --release <version>`, and commit it.');

const today = new Date().toISOString().slice(0, 10);
writeFileSync('CHANGELOG.md', changes.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${today}\n`));
for (const file of ['package.json', 'client/package.json'])
  writeFileSync(file, read(file).replace(`"version": "${present}"`, `"version": "${version}"`));
const lock = JSON.parse(read('package-lock.json'));
lock.version = version;
for (const place of ['', 'client']) lock.packages[place].version = version;
writeFileSync('package-lock.json', `${JSON.stringify(lock, undefined, 2)}\n`);

for (const words of [
  ['commit', '--quiet', '--all', '--message', `Version ${version}`],
  ['tag', '--annotate', `v${version}`, '--message', `Darkroom ${version}`],
])
  if (git(...words).status !== 0) refuse(`git ${words[0]} failed.`);
console.log(
  `v${version} is tagged. Next: the tests, \`node scripts/package.mjs <folder>\`, and git push --follow-tags.`,
);
