import path from 'node:path';

/** The root of the repository: this file runs from `dist/src/kernel`. Data files (weights, SQL, specs) stay in the source tree. */
export const ROOT = path.resolve(__dirname, '..', '..', '..');
