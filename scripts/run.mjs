// `node scripts/run.mjs <program> [arguments]`: makes the clone ready, reads `.env`, and runs a program of `dist` in this
// process.
import './ready.mjs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './build.mjs';
import { loadEnvFile } from './env-file.mjs';

loadEnvFile();
const [node, , program, ...words] = process.argv;
const file = join(ROOT, 'dist', program);
process.argv = [node, file, ...words];
createRequire(import.meta.url)(file);
