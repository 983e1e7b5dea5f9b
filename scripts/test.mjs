// Runs jest on the compiled tree (the JavaScript that ships, with the decorators' metadata as tsc wrote it)
// and ends with the plain line `N passed, N failed`. Tests are named by their sources: files, folders, or patterns.
// `--long` runs the long suites (*.long.ts) instead. `--watch` stays, and runs again what a change concerns.
import { runTests } from './jest-run.mjs';
import { watchTests } from './watch-tests.mjs';

const args = process.argv.slice(2);
if (args.includes('--watch')) await watchTests(args.filter(arg => arg !== '--watch'));
else process.exitCode = (await runTests(args)) ? 0 : 1;
