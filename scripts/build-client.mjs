// Builds the package of `client/` into `client/dist`, as ES modules and as CommonJS, once its sources have changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CLIENT = 'client';
const OUT = join(CLIENT, 'dist');
const FRESH = join(CLIENT, 'dist.new');
const STAMP = 'sources.sha256';
const KINDS = [
  { folder: 'esm', type: 'module', module: 'esnext' },
  { folder: 'cjs', type: 'commonjs', module: 'commonjs' },
];

/** Whether the package stands in `client/dist`. The compiler's errors go to stderr, and leave the last build as it was. */
export function buildClient() {
  const sources = hashOfSources();
  const stamp = join(OUT, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return true;
  rmSync(FRESH, { recursive: true, force: true });
  for (const { folder, type, module } of KINDS) {
    const out = join(FRESH, folder);
    mkdirSync(out, { recursive: true });
    if (!compile('--project', CLIENT, '--module', module, '--outDir', out)) return false;
    writeFileSync(join(out, 'package.json'), `${JSON.stringify({ type })}\n`);
  }
  writeFileSync(join(FRESH, STAMP), sources);
  rmSync(OUT, { recursive: true, force: true });
  renameSync(FRESH, OUT);
  return true;
}

function compile(...words) {
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  return spawnSync(process.execPath, [tsc, '--noEmitOnError', ...words], { stdio: ['ignore', 2, 2] }).status === 0;
}

function hashOfSources() {
  const files = readdirSync(CLIENT).filter(name => /\.(ts|json)$/.test(name) && !name.endsWith('.test.ts'));
  const hash = createHash('sha256');
  for (const file of [...files.sort().map(name => join(CLIENT, name)), join('scripts', 'build-client.mjs')])
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
