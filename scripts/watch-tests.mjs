// Builds and runs tests again on each change of the sources: the named ones, or those that import what has changed.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build, outputOf } from './build.mjs';
import { nameTests } from './jest-arguments.mjs';
import { runTests } from './jest-run.mjs';
import { watchSources } from './watch-sources.mjs';

const require = createRequire(import.meta.url);

/** Until Ctrl-C. A change ends the run that is under way. */
export async function watchTests(args) {
  // One Postgres for all runs; it starts when the first test asks for it.
  const { startBroker, stopBroker } = require('../dist/test/postgres-start.js');
  await startBroker();

  let current = { stop: () => {}, ended: Promise.resolve() };
  const run = words => {
    const controller = new AbortController();
    current = { stop: () => controller.abort(), ended: runTests(words, controller.signal) };
  };

  watchSources(async changed => {
    current.stop();
    await current.ended;
    console.log(`\nChanged: ${changed.join(', ')}`);
    if (!build()) return;
    if (nameTests(args)) return run(args);
    const sources = changed.filter(source => existsSync(source) && existsSync(outputOf(source)));
    if (sources.length > 0) run(['--findRelatedTests', ...sources, ...args]);
    else console.log('No test imports that.');
  });
  if (nameTests(args)) run(args);
  else console.log('Waiting for a change: the tests that import what has changed will run.');

  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, async () => {
      current.stop();
      await current.ended;
      await stopBroker();
      process.exit(0);
    });
}
