import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../src/kernel/paths.js';
import { backUp } from '../src/maintenance/backup.js';
import type { Manifest } from '../src/maintenance/backup-folder.js';
import { type Restored, type RestoreOptions, restore } from '../src/maintenance/restore.js';
import type { Database } from '../src/store/database.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { MIGRATIONS, migrate } from '../src/store/migrate.js';
import { temporaryFolder } from './running-server.js';
import { createPostgresDatabase, type Driver, silentLog } from './store-setup.js';

export const SECRET = 'made up, and long enough for a secret';

/** Where a house can stand, on either store, with its backups beside it. */
export interface Place {
  dataDirectory: string;
  databaseUrl: string | undefined;
  /** What a server or a command there is started with. */
  environment: Record<string, string>;
  /** The database, its schema as it is. */
  open(): Promise<Database>;
  backUp(target: string, over?: { withSecret?: boolean; secret?: string | undefined }): Promise<Manifest>;
  restore(source: string, over?: Partial<RestoreOptions>): Promise<Restored>;
  /** `npm run backup` and `npm run restore`. */
  run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  remove(): Promise<void>;
}

/** @param migrated the schema that it starts with; a number is that version, undefined none */
export async function newPlace(driver: Driver, migrated?: number | 'newest'): Promise<Place> {
  const folder = await temporaryFolder();
  const dataDirectory = path.join(folder.path, 'data');
  const postgres = driver === 'postgres' ? await createPostgresDatabase() : undefined;
  const databaseUrl = postgres?.url;
  const place = { dataDirectory, databaseUrl };
  const environment = {
    DARKROOM_DATA_DIR: dataDirectory,
    DARKROOM_SECRET: SECRET,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
  const open = () =>
    databaseUrl === undefined
      ? openPglite({ directory: dataDirectory, log: silentLog, durable: false, empty: true })
      : openPostgres({ url: databaseUrl, log: silentLog });
  if (migrated !== undefined) {
    const database = await open();
    await migrate(database, MIGRATIONS, migrated === 'newest' ? undefined : migrated);
    await database.close();
  }
  return {
    ...place,
    environment,
    open,
    backUp: (target, over = {}) => backUp({ ...place, secret: SECRET, withSecret: false, target, ...over }),
    restore: (source, over = {}) =>
      restore({ ...place, secret: SECRET, newSecret: false, erasures: undefined, source, ...over }),
    run: (...args) => maintain(environment, args),
    remove: async () => {
      await folder.remove();
      await postgres?.drop();
    },
  };
}

const MAINTAIN = path.join(ROOT, 'dist', 'src', 'maintenance', 'maintain.js');

export async function maintain(environment: Record<string, string>, args: readonly string[]) {
  try {
    const done = await promisify(execFile)(process.execPath, [MAINTAIN, ...args], {
      env: { PATH: process.env.PATH, ...environment },
    });
    return { code: 0, ...done };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
