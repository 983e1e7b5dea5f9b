import { PGlite } from '@electric-sql/pglite';

/**
 * Entry of a child process: makes an empty Postgres cluster in the folder that is the one argument. Alone in a process,
 * because initdb leaves 840 MB behind that a server would keep for ever.
 */
async function buildTemplate(directory: string): Promise<void> {
  // Segments of 1 MB instead of 16: a third less to copy at every first start, and the log is cut in small steps.
  const database = await PGlite.create({ dataDir: directory, initDbStartParams: ['--wal-segsize=1'] });
  await database.close();
}

const [, , directory] = process.argv;
if (!directory) throw new Error('The folder to make is missing.');
void buildTemplate(directory);
