// Makes a fresh clone ready for any script: installs what is missing, builds what is stale. No dependency of its own.
// `--optional=<name>` also installs a folder of `optional/`: what tests try and production has on request.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, ROOT } from './build.mjs';
import { buildBundled } from './build-bundled.mjs';
import { buildClient } from './build-client.mjs';
import { buildWeb } from './build-web.mjs';
import { oneAtATime } from './one-at-a-time.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Darkroom needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const folders = process.argv
  .filter(word => word.startsWith('--optional='))
  .map(word => join('optional', word.slice('--optional='.length)));
const problem = oneAtATime(join(ROOT, '.ready.lock'), () => {
  if (!['.', ...folders].every(install)) return 'The dependencies could not be installed; see above.';
  // `npm run schema` writes what the client and the dashboard are built of.
  const buildPages = () => process.argv.includes('--server') || (buildClient() && buildWeb());
  return build() && buildBundled() && buildPages() ? undefined : 'The build failed; see above.';
});
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}

function install(folder) {
  // The stamp is the hash of the lock file that node_modules was installed from.
  const stamp = join(folder, 'node_modules', '.darkroom-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return true;
  console.error('Installing dependencies (once) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) writeFileSync(stamp, lock);
  return status === 0;
}
