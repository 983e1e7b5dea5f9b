// Runs jest on the compiled tree (the JavaScript that ships, with the decorators' metadata as tsc wrote it)
// and ends with the plain line `N passed, N failed`. `--long` runs the *.long.js suites instead.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const args = process.argv.slice(2);
const long = args.includes('--long');
const folder = mkdtempSync(join(tmpdir(), 'darkroom-test-'));
const report = join(folder, 'report.json');
const jest = [
  'node_modules/jest/bin/jest.js',
  '--config',
  'jest.config.json',
  '--json',
  '--outputFile',
  report,
  ...(long ? ['--testMatch', '**/*.long.js', '--runInBand', '--testTimeout', '3600000'] : []),
  ...args.filter(a => a !== '--long'),
];
const child = spawn(process.execPath, ['--enable-source-maps', '--experimental-vm-modules', '--no-warnings', ...jest], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
child.on('exit', code => {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    passed = result.numPassedTests;
    failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    skipped = result.numPendingTests;
  } catch {
    failed = 1;
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  process.exit(code === 0 && failed === 0 && passed > 0 ? 0 : 1);
});
