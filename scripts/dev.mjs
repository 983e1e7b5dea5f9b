// Runs the server, and on each change of its sources builds and starts it again, on the same data directory.
// While the sources do not compile, the old server goes on. Arguments are flags of node: `npm run dev -- --inspect`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from './build.mjs';
import { buildWeb } from './build-web.mjs';
import { loadEnvFile } from './env-file.mjs';
import { watchSources } from './watch-sources.mjs';

/** What is no part of the server. */
const OTHER = /^(test|bench|client)[\\/]|\.(test|long)\.ts$|\.(md|graphql)$/;

const isOfPages = file => /^web[\\/]/.test(file);

let server;
let ending = false;

function start() {
  const words = ['--enable-source-maps', ...process.argv.slice(2), join('dist', 'src', 'main.js')];
  // A group of its own: Ctrl-C reaches this process alone, which passes it on once. A second signal stops at once.
  const child = spawn(process.execPath, words, { stdio: 'inherit', detached: true });
  const started = { child, stopping: false };
  started.exited = once(child, 'exit').then(([code, signal]) => {
    if (!started.stopping) console.error(`The server ended (${signal ?? code}). A change starts it again.`);
  });
  server = started;
}

async function stop() {
  if (!server.stopping) server.child.kill('SIGTERM');
  server.stopping = true;
  await server.exited;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    if (ending) return server.child.kill(signal);
    ending = true;
    void stop().then(() => process.exit());
  });

// Whatever ends this process, its server does not outlive it: it would hold the port and the data directory.
process.on('exit', () => server.child.kill());

loadEnvFile();
start();
watchSources(async changed => {
  const sources = changed.filter(file => !OTHER.test(file));
  if (sources.length === 0) return;
  console.error(`Changed: ${sources.join(', ')}`);
  // The pages are read at the start.
  const built = build() && (!sources.some(isOfPages) || buildWeb());
  if (!built) return console.error('The server goes on as it was.');
  await stop();
  if (!ending) start();
});
