import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database, StoreLog } from '../src/store/database.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { MIGRATIONS, migrate } from '../src/store/migrate.js';

export const silentLog: StoreLog = { info: () => {}, warn: () => {} };

/** A migrated database of its own in a temporary folder, which goes when it is closed. About 0.4 s. */
export async function openTestDatabase(migrations: string = MIGRATIONS): Promise<Database> {
  const directory = await mkdtemp(path.join(tmpdir(), 'darkroom-store-'));
  const database = await openPglite({ directory, log: silentLog, durable: false });
  await migrate(database, migrations);
  const close = database.close.bind(database);
  database.close = async () => {
    await close();
    await rm(directory, { recursive: true, force: true });
  };
  return database;
}
