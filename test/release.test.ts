import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import { temporaryFolder } from './running-server.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
afterEach(() => folder.remove());

const at = (file: string) => path.join(folder.path, file);
const read = (file: string) => readFileSync(at(file), 'utf8');
const run = (command: string, ...words: string[]) => {
  const identity = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b.c',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b.c',
  };
  const env = { PATH: process.env.PATH, HOME: folder.path, ...identity };
  return spawnSync(command, words, { cwd: folder.path, encoding: 'utf8', env });
};
const release = (version: string) => run(process.execPath, path.join(ROOT, 'scripts', 'release.mjs'), version);

/** A clone with one change that is not released. */
async function makeClone(changes = '- A thing.\n', schema = 'Nothing.'): Promise<void> {
  folder = await temporaryFolder();
  mkdirSync(at('client'));
  mkdirSync(at('schema'));
  for (const file of ['package.json', 'client/package.json']) writeFileSync(at(file), '{\n  "version": "0.1.0"\n}\n');
  const lock = {
    version: '0.1.0',
    packages: { '': { version: '0.1.0' }, client: { version: '0.1.0' }, x: { version: '0.1.0' } },
  };
  writeFileSync(at('package-lock.json'), JSON.stringify(lock));
  writeFileSync(
    at('CHANGELOG.md'),
    `# Changelog\n\n## [Unreleased]\n\n${changes}\n## [0.0.9] - 2026-01-01\n\n- Old.\n`,
  );
  writeFileSync(at('schema/CHANGELOG.md'), `## Unreleased\n\n${schema}\n`);
  run('git', 'init', '--quiet');
  run('git', 'add', '.');
  run('git', 'commit', '--quiet', '--message', 'first');
}

test('a release has its number everywhere, the date in the list of changes, a commit and a tag', async () => {
  await makeClone();
  expect(release('0.2.0')).toMatchObject({ status: 0, stdout: expect.stringContaining('v0.2.0 is tagged') });
  for (const file of ['package.json', 'client/package.json']) expect(JSON.parse(read(file)).version).toBe('0.2.0');
  const { version, packages } = JSON.parse(read('package-lock.json'));
  expect({ version, packages }).toEqual({
    version: '0.2.0',
    packages: { '': { version: '0.2.0' }, client: { version: '0.2.0' }, x: { version: '0.1.0' } },
  });
  const today = new Date().toISOString().slice(0, 10);
  expect(read('CHANGELOG.md')).toContain(`## [Unreleased]\n\n## [0.2.0] - ${today}\n\n- A thing.`);
  expect(run('git', 'status', '--porcelain').stdout).toBe('');
  expect(run('git', 'describe', '--exact-match').stdout).toBe('v0.2.0\n');
});

test('the first version has its number before it is released', async () => {
  await makeClone();
  expect(release('0.1.0').status).toBe(0);
  expect(release('0.1.0')).toMatchObject({ status: 1, stderr: expect.stringContaining('released already') });
});

const asItIs = () => {};

test.each<[string, string, RegExp, () => void]>([
  ['no number', 'next', /Wanted: the number/, asItIs],
  ['an older number', '0.0.9', /newer than 0\.1\.0/, asItIs],
  ['a change that is not committed', '0.2.0', /not committed/, () => writeFileSync(at('package.json'), '{}')],
])('%s is refused, and nothing is changed', async (_what, version, why, spoil) => {
  await makeClone();
  spoil();
  expect(release(version)).toMatchObject({ status: 1, stderr: expect.stringMatching(why) });
  expect(run('git', 'tag').stdout).toBe('');
  expect(run('git', 'diff', '--stat', 'CHANGELOG.md').stdout).toBe('');
});

test('nothing to release, or a schema that is no version yet, is refused', async () => {
  await makeClone('');
  expect(release('0.2.0').stderr).toContain('nothing under Unreleased');
  await folder.remove();
  await makeClone('- A thing.\n', '### Safe\n\n- A field.');
  expect(release('0.2.0').stderr).toContain('npm run schema -- --release');
});
