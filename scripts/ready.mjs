// Makes a fresh clone ready for any script: installs what is missing, builds what is stale. No dependency of its own.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Darkroom needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

// The stamp is the hash of the lock file that node_modules was installed from.
const stamp = join(root, 'node_modules', '.darkroom-lock');
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('Installing dependencies (once) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  writeFileSync(stamp, lock);
}

// tsc is incremental: with nothing changed it ends in about half a second. A build info without its output is stale.
if (!existsSync('dist/src/main.js')) rmSync('dist', { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc')], {
  stdio: ['ignore', 2, 2],
});
if (tsc.status !== 0) {
  console.error('The build failed; see above.');
  process.exit(1);
}
