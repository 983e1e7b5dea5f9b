import type { Database } from '../src/store/database.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { migrate } from '../src/store/migrate.js';
import { findTask } from '../src/store/task-rows.js';
import { openHouse, TENANT } from './house.js';
import { cpuUsOf } from './measure.js';

/** The store alone: reads one task over and over, so many at once, and tells the CPU of each read. */
async function main([directory]: readonly string[]): Promise<void> {
  const database = await openPglite({
    directory: directory!,
    production: true,
    log: { info() {}, warn: console.warn },
  });
  await migrate(database);
  const id = await makeTask(database);
  process.on('message', async ({ reads, atOnce }: { reads: number; atOnce: number }) => {
    let left = reads;
    const reader = async () => {
      while (left-- > 0) if (!(await findTask(database, TENANT, id))) throw new Error('the task is gone');
    };
    process.send!({ us: (await cpuUsOf(() => Promise.all(Array.from({ length: atOnce }, reader)))) / reads });
  });
  process.on('disconnect', () => process.exit());
  process.send!('ready');
}

/** Nobody works on it. */
async function makeTask(database: Database): Promise<string> {
  const house = await openHouse(database, []);
  const { id } = await house.paint('JUMEI_PAINTING', 'a task');
  await house.close();
  return id;
}

void main(process.argv.slice(2));
