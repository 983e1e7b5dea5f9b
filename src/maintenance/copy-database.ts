import type { Database } from '../store/database.js';
import { copyRestoredFrom } from '../store/restore-marks.js';
import {
  columnsOf,
  continueNumbers,
  inSnapshot,
  insertRows,
  readRows,
  requireEmpty,
  TABLES,
  writingTexts,
} from './rows.js';

/**
 * Copies all rows to a database with the same schema and no rows, in one transaction: the target gets all of them or
 * none. Returns the number of rows for each table.
 * Errors: BAD_USER_INPUT where the target has rows.
 */
export async function copyDatabase(from: Database, to: Database): Promise<Record<string, number>> {
  await requireEmpty(to);
  const counts: Record<string, number> = {};
  await inSnapshot(from, source =>
    writingTexts(to, async target => {
      await target.query('delete from tenants');
      for (const table of TABLES) {
        const columns = await columnsOf(source, table);
        counts[table] = 0;
        for await (const rows of readRows(source, table, columns)) {
          await insertRows(target, table, columns, rows);
          counts[table] += rows.length;
        }
      }
      await continueNumbers(target);
      await copyRestoredFrom(source, target);
    }),
  );
  return counts;
}
