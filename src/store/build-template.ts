import { PGlite } from '@electric-sql/pglite';

/**
 * Entry point of a child process: runs initdb in the folder given as its one argument. It has a process of its own
 * because initdb leaves 840 MB resident, which a server would keep for ever.
 */
async function buildTemplate(directory: string): Promise<void> {
  // Segments of the write-ahead log are 1 MB instead of 16. Each first start copies a third less, and the log shrinks
  // in small steps.
  const database = await PGlite.create({ dataDir: directory, initDbStartParams: ['--wal-segsize=1'] });
  await database.close();
}

const [, , directory] = process.argv;
if (!directory) throw new Error('The folder to make is missing.');
void buildTemplate(directory);
