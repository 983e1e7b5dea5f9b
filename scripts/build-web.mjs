// Builds the dashboard, `web/`, into `dist/web`: once its sources, its tools or the schema's documents have changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const OUT = join('dist', 'web');
const FRESH = join('dist', 'web.new');
const STAMP = 'sources.sha256';

/** Whether the dashboard stands in `dist/web`. What is wrong goes to stderr, and leaves the last build as it was. */
export function buildWeb() {
  const sources = hashOfSources();
  const stamp = join(OUT, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return true;
  rmSync(FRESH, { recursive: true, force: true });
  const types = run(join('typescript', 'bin', 'tsc'), '--project', 'web');
  if (!types || !run(join('vite', 'bin', 'vite.js'), 'build', 'web', '--logLevel', 'warn')) return false;
  compress(join(FRESH, 'web'));
  writeFileSync(join(FRESH, STAMP), sources);
  rmSync(OUT, { recursive: true, force: true });
  renameSync(FRESH, OUT);
  return true;
}

function run(tool, ...words) {
  const { status } = spawnSync(process.execPath, [join('node_modules', tool), ...words], { stdio: ['ignore', 2, 2] });
  return status === 0;
}

/** The lock file too: it says which versions of the libraries go into it. */
function hashOfSources() {
  const files = readdirSync('web', { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of [...files.sort(), 'package-lock.json', join('scripts', 'build-web.mjs')])
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Once, and as small as it goes: the server sends them as they are. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    const plain = readFileSync(join(folder, name));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(plain, { params }));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(plain, { level: 9 }));
  }
}
