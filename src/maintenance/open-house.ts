import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BucketConfig } from '../config.js';
import { DarkroomError } from '../kernel/errors.js';
import type { Database } from '../store/database.js';
import { openPglite } from '../store/drivers/pglite.js';
import { openPostgres } from '../store/drivers/postgres.js';

/** Where a house keeps its rows and its pictures. */
export interface HousePlace {
  /** Postgres; undefined: the embedded database in the data directory. */
  databaseUrl: string | undefined;
  /** The same database past a pooler. */
  databaseDirectUrl?: string | undefined;
  dataDirectory: string;
  /** Of the pictures; undefined: they lie in the data directory. */
  bucket?: BucketConfig | undefined;
}

const log = { info: () => {}, warn: () => {} };

/**
 * The database of a house as it stands, its schema untouched; an embedded one is created empty where there
 * is none.
 * Errors: those of the drivers, DIRECTORY_LOCKED among them while an embedded server runs.
 */
export async function openDatabase({ databaseUrl, databaseDirectUrl, dataDirectory }: HousePlace): Promise<Database> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  return databaseUrl === undefined
    ? openPglite({ directory: dataDirectory, log, empty: true })
    : openPostgres({ url: databaseDirectUrl ?? databaseUrl, log });
}

/** Throws BAD_USER_INPUT where there is no embedded database yet. */
export function requireHouse({ databaseUrl, dataDirectory }: HousePlace): void {
  if (databaseUrl === undefined && !existsSync(path.join(dataDirectory, 'database')))
    throw new DarkroomError('BAD_USER_INPUT', `There is no data in ${dataDirectory}.`);
}
