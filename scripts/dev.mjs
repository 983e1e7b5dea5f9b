// Runs the server, and on each change of its sources builds and starts it again, on the same data directory.
// While the sources do not compile, the old server goes on. Arguments are flags of node: `npm run dev -- --inspect`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from './build.mjs';
import { watchSources } from './watch-sources.mjs';

/** What is no part of the server. */
const OTHER = /^(test|bench|client)[\\/]|\.(test|long)\.ts$|\.(md|graphql)$/;

let server;

function start() {
  const words = ['--enable-source-maps', ...process.argv.slice(2), join('dist', 'src', 'main.js')];
  // A group of its own: Ctrl-C reaches this process alone, which passes it on once. A second signal stops at once.
  const child = spawn(process.execPath, words, { stdio: 'inherit', detached: true });
  child.once('exit', (code, signal) => {
    if (child === server) console.error(`The server ended (${signal ?? code}). A change starts it again.`);
  });
  server = child;
}

async function stop() {
  const child = server;
  server = undefined;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

let stopping;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    if (stopping) return stopping.kill(signal);
    stopping = server;
    void stop().then(() => process.exit());
  });

start();
watchSources(async changed => {
  const sources = changed.filter(file => !OTHER.test(file));
  if (sources.length === 0) return;
  console.error(`Changed: ${sources.join(', ')}`);
  if (!build()) return console.error('The server goes on as it was.');
  await stop();
  if (!stopping) start();
});
