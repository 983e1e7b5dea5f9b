import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import { changelogOf, printSdl } from './emit.js';
import { changesBetween, released, versionMissing, withChanges } from './schema-changes.js';

const BEFORE = 'type Query { a: Int, b(c: Int): E } enum E { ONE }';

test('schema/CHANGELOG.md says what changed since the release; `npm run schema` writes it', async () => {
  const changelog = await changelogOf(await printSdl());
  expect(readFileSync(path.join(ROOT, 'schema', 'CHANGELOG.md'), 'utf8')).toBe(changelog);
});

test('changes are told apart: breaking, dangerous, safe', async () => {
  const after = 'type Query { a: String, b(c: Int, d: Int = 1): E, e: Int } enum E { ONE TWO }';
  const { breaking, dangerous, safe } = await changesBetween(BEFORE, after);
  expect([breaking.length, dangerous.length, safe.length]).toEqual([1, 2, 1]);
  expect(breaking[0]).toMatch(/Query\.a.*Int.*String/);
});

test('a breaking change needs the next major version as the title of what is unreleased', async () => {
  const changes = await changesBetween(BEFORE, 'type Query { a: Int }');
  const changelog = '# Changes\n\n## Unreleased\n\nNothing.\n\n## 1.4.2, 2026-01-01\n';
  expect(versionMissing(changelog, '1.4.2', changes)).toMatch(/2\.0\.0, unreleased.*Query/);
  const named = changelog.replace('Unreleased', '2.0.0, unreleased');
  expect(versionMissing(named, '1.4.2', changes)).toBeUndefined();
  const told = withChanges(named, changes);
  expect(told).toMatch(/^# Changes\n\n## 2\.0\.0, unreleased\n\n### Breaking\n\n- .*'E' was removed/);
  expect(withChanges(told, changes)).toBe(told);
  expect(released(told, '2.0.0', '2026-02-03')).toMatch(
    /^# Changes\n\n## Unreleased\n\nNothing\.\n\n## 2\.0\.0, 2026-02-03\n\n### Breaking\n\n[\s\S]*## 1\.4\.2/,
  );
  expect(versionMissing(changelog, '1.4.2', await changesBetween(BEFORE, BEFORE))).toBeUndefined();
});
