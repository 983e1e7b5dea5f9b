import { openPostgres } from '../src/store/drivers/postgres.js';
import { migrate } from '../src/store/migrate.js';
import { silentLog } from './store-setup.js';

/** A process that starts on the database of its one argument: it waits for a line, migrates, and says what it applied. */
async function run(url: string): Promise<void> {
  process.stdout.write('ready\n');
  process.stdin.once('data', async () => {
    try {
      const database = await openPostgres({ url, log: silentLog });
      const { applied, version } = await migrate(database);
      await database.close();
      process.stdout.write(`${JSON.stringify({ applied, version })}\n`);
    } catch (error) {
      process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
    }
    process.stdin.destroy();
  });
}

void run(process.argv[2]!);
