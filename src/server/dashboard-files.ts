import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../kernel/errors.js';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file with a name of its content, and what the build made of it for browsers that take less. */
export interface HashedFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzip: Buffer | undefined;
  readonly br: Buffer | undefined;
}

/** The built dashboard, in memory: half a megabyte. */
export interface DashboardFiles {
  readonly page: string;
  /** By their name below /web/. */
  readonly files: ReadonlyMap<string, HashedFile>;
}

/** Reads what `npm run build` has put there. Throws INTERNAL where there is nothing. */
export async function openDashboard(folder: string): Promise<DashboardFiles> {
  try {
    const page = await readFile(path.join(folder, 'index.html'), 'utf8');
    const names = await readdir(path.join(folder, 'web'));
    const whole = names.filter(name => TYPES[path.extname(name)] !== undefined);
    const read = (name: string) => readFile(path.join(folder, 'web', name));
    const files = await Promise.all(
      whole.map(async (name): Promise<[string, HashedFile]> => {
        const packed = (end: string) => (names.includes(`${name}${end}`) ? read(`${name}${end}`) : undefined);
        const [plain, gzip, br] = await Promise.all([read(name), packed('.gz'), packed('.br')]);
        return [name, { type: TYPES[path.extname(name)]!, plain, gzip, br }];
      }),
    );
    return { page, files: new Map(files) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new DarkroomError(
      'INTERNAL',
      'The dashboard was not built: run `npm run build`, or set DARKROOM_DASHBOARD=off.',
    );
  }
}

export function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}
