import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { openPglite } from './drivers/pglite.js';
import { migrate } from './migrate.js';

/**
 * Entry point of a child process: makes `database/` in a folder, empty by initdb, or with the newest schema. It has a
 * process of its own because initdb leaves 840 MB resident, which a server would keep for ever.
 */
async function buildTemplate(schema: string | undefined, directory: string): Promise<void> {
  if (schema === 'empty') {
    // Segments of the write-ahead log are 1 MB instead of 16. Each first start copies a third less, and the log shrinks
    // in small steps.
    const settings = { dataDir: path.join(directory, 'database'), initDbStartParams: ['--wal-segsize=1'] };
    return (await PGlite.create(settings)).close();
  }
  const log = { info: () => {}, warn: () => {} };
  const database = await openPglite({ directory, log, durable: false, empty: true });
  await migrate(database);
  await database.close();
}

const [, , schema, directory] = process.argv;
if (!directory) throw new Error('Wanted: empty or migrated, and the folder to make it in.');
void buildTemplate(schema, directory);
