// Builds `dist/` from the sources with tsc, and keeps the two in step: no output without its source, no source without
// its output. No dependency but the compiler.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Relative, as all paths here are: whoever imports this file works in the root of the repository. */
const DIST = 'dist';

process.chdir(ROOT);

/** The folders of sources, as tsc reads them. */
export const FOLDERS = JSON.parse(readFileSync('tsconfig.json', 'utf8')).include;

/**
 * Whether the sources compile. The compiler's errors go to stderr. Sources with an error leave `dist` as it was.
 * Incremental: with nothing changed it takes about half a second.
 */
export function build() {
  if (!compile()) return false;
  prune();
  if (missingOutputs().length === 0) return true;
  // The build info says that an output was written which somebody has deleted since: tsc has to begin anew.
  rmSync(join(DIST, '.tsbuildinfo'), { force: true });
  return compile();
}

function compile() {
  const tsc = [join('node_modules', 'typescript', 'bin', 'tsc'), '--noEmitOnError'];
  return spawnSync(process.execPath, tsc, { stdio: ['ignore', 2, 2] }).status === 0;
}

/** Deletes what was made of a source that is gone: jest would still run a deleted test. */
function prune() {
  for (const folder of FOLDERS) {
    const sources = new Set(filesBelow(folder));
    for (const output of filesBelow(join(DIST, folder)))
      if (!sourcesOf(output).some(source => sources.has(source))) rmSync(output);
  }
}

function missingOutputs() {
  return FOLDERS.flatMap(folder => {
    const outputs = new Set(filesBelow(join(DIST, folder)));
    return filesBelow(folder)
      .filter(source => source.endsWith('.ts') && !source.endsWith('.d.ts'))
      .map(outputOf)
      .filter(output => !outputs.has(output));
  });
}

/** The JavaScript that tsc makes of a TypeScript source; other files are copied or read where they are. */
export function outputOf(source) {
  return join(DIST, source.replace(/\.ts$/, '.js'));
}

function sourcesOf(output) {
  const source = output.slice(DIST.length + 1);
  const script = source.replace(/\.js(\.map)?$/, '.ts');
  return script === source ? [source] : [script];
}

function filesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
