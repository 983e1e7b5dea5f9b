// Takes out of two large packages what the server uses of them, so that production need not install them: of
// TensorFlow.js 2 MB instead of 89, which Node finds in `dist/node_modules` under its names, and of GraphiQL's page 9 MB
// instead of 30, in `dist/graphiql`. Once a lock file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const TENSORFLOW = join('dist', 'node_modules', '@tensorflow');
const GRAPHIQL = join('dist', 'graphiql');
const BUNDLER = join('scripts', 'bundle-tensorflow.mjs');
/** Written last. */
const STAMP = join(TENSORFLOW, 'sources.sha256');
const require = createRequire(import.meta.url);

/** Whether both stand there. What is wrong goes to stderr, and leaves the last ones as they were. */
export function buildBundled() {
  const sources = hashOfSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return true;
  const fresh = `${TENSORFLOW}.new`;
  const { status } = spawnSync(process.execPath, [BUNDLER, fresh], { stdio: ['ignore', 2, 2] });
  if (status !== 0) return false;
  cpSync(join('node_modules', '@tensorflow', 'tfjs-backend-wasm', 'wasm-out'), join(fresh, 'wasm-out'), {
    recursive: true,
    filter: name => !/\.(js|ts)$/.test(name),
  });
  replace(TENSORFLOW, fresh);
  replace(GRAPHIQL, takeGraphiql());
  writeFileSync(STAMP, sources);
  return true;
}

/** The package is one module of long strings: script, style, and the editor's workers. */
function takeGraphiql() {
  const parts = require('@graphql-yoga/render-graphiql/graphiql');
  const folder = `${GRAPHIQL}.new`;
  mkdirSync(folder, { recursive: true });
  const files = {
    'graphiql.js': parts.js,
    'graphiql.css': parts.css,
    'editor.worker.js': parts.editorWorkerService,
    'json.worker.js': parts.jsonWorker,
    'graphql.worker.js': parts.graphqlWorker,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function replace(folder, fresh) {
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

/** The lock file too: it says which versions of the packages these are. */
function hashOfSources() {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', BUNDLER, join('scripts', 'build-bundled.mjs')])
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
