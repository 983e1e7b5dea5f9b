import { join } from 'node:path';
import { ROOT } from './build.mjs';

/** Takes over what `.env` says; what the environment says already stays as it is. A file that cannot be read ends the process. */
export function loadEnvFile() {
  try {
    process.loadEnvFile(join(ROOT, '.env'));
  } catch (error) {
    if (error.code === 'ENOENT') return;
    console.error(`.env cannot be read: ${error.message}`);
    process.exit(1);
  }
}
