import type { Database } from '../store/database.js';
import { sealedTasks } from '../store/secret-rows.js';
import type { DataKeys } from './data-keys.js';

/** Ids that are looked up by one statement. */
const BATCH = 500;

/**
 * Destroys the keys that a crash has left: of tasks whose sealed data went in a commit, and of tasks that were never
 * committed. @param youngMs a key without a task that is younger may be that of one that is being made
 */
export async function sweepTaskKeys(database: Database, keys: DataKeys, youngMs: number): Promise<void> {
  const sweep = async (batch: string[]) => {
    const sealed = await sealedTasks(database, batch);
    for (const id of batch) {
      const needed = sealed.get(id) ?? !(youngMs === 0 || (await keys.isOlder(id, youngMs)));
      if (!needed) await keys.destroy(id);
    }
  };
  let batch: string[] = [];
  for await (const id of keys.list('task')) {
    batch.push(id);
    if (batch.length < BATCH) continue;
    await sweep(batch);
    batch = [];
  }
  await sweep(batch);
}
