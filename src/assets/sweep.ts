import type { Logger } from 'pino';
import { LIMITS } from '../kernel/limits.js';
import type { DataKeys } from '../sealing/data-keys.js';
import { assetFates } from '../store/asset-rows.js';
import type { Database } from '../store/database.js';
import type { AssetFiles } from './files.js';
import type { Pictures } from './pictures.js';

export interface SweepParts {
  database: Database;
  files: AssetFiles;
  keys: DataKeys;
  pictures: Pictures;
  log: Pick<Logger, 'info' | 'warn'>;
}

/** Ids that are looked up by one statement. */
const BATCH = 500;

/**
 * Compares the files with the rows, at a start and before any work. The file of an erased asset is deleted: a crash came
 * between its row and its file. A file without a row may be the rest of a crash, too, but it may as well belong to a
 * database that was put back from an older backup or is the wrong one. So it is not deleted but set aside.
 * @param youngMs where other replicas share the directory: a file without a row that is younger may be one that another
 * replica is about to commit
 */
export async function sweepFiles({ database, files, pictures, log }: SweepParts, youngMs: number): Promise<void> {
  let erased = 0;
  let quarantined = 0;
  for await (const batch of batches(files.list())) {
    const fates = await assetFates(database, batch);
    for (const id of batch) {
      const fate = fates.get(id);
      if (fate === 'LIVE') continue;
      if (fate === 'ERASED') {
        await pictures.remove(id);
        erased += 1;
      } else if ((youngMs === 0 || (await files.isOlder(id, youngMs))) && (await files.quarantine(id))) {
        quarantined += 1;
      }
    }
  }
  if (erased > 0) log.info({ files: erased }, 'files of erased pictures, which a crash had left, were deleted');
  if (quarantined === 0) return;
  log.warn(
    { files: quarantined, folder: 'assets/quarantine', days: LIMITS.asset.quarantineMs / 86_400_000 },
    'files that the database does not know were set aside. A few are what a crash leaves. Many: is this the right ' +
      'database, and not an old copy? Stop, and start with the right one: what it knows is put back. The rest is ' +
      'deleted after these days',
  );
}

/**
 * Looks through the quarantine: what has a row again, e.g. after a restore, goes back to its place, and what was erased or
 * has been there for its time is deleted.
 */
export async function tendQuarantine({ database, files, pictures, log }: SweepParts): Promise<void> {
  let back = 0;
  let deleted = 0;
  for await (const batch of batches(files.listQuarantined())) {
    const fates = await assetFates(database, batch);
    for (const id of batch) {
      const fate = fates.get(id);
      if (fate === 'LIVE') {
        if (await files.bringBack(id)) back += 1;
      } else if (fate === 'ERASED' || (await files.isQuarantinedFor(id, LIMITS.asset.quarantineMs))) {
        await pictures.remove(id);
        deleted += 1;
      }
    }
  }
  if (back > 0) log.info({ files: back }, 'files that the database knows again were put back from quarantine');
  if (deleted > 0) log.info({ files: deleted }, 'files were deleted from quarantine');
}

/**
 * Destroys the keys of pictures that have no file, in its place or in quarantine: a crash came between the two. A file
 * that is set aside keeps its key, to be opened again where it is put back.
 */
export async function sweepAssetKeys({ files, keys }: SweepParts, youngMs: number): Promise<void> {
  for await (const id of keys.list('asset'))
    if (!(await files.has(id)) && (youngMs === 0 || (await keys.isOlder(id, youngMs)))) await keys.destroy(id);
}

async function* batches(ids: AsyncIterable<string>): AsyncIterable<string[]> {
  let batch: string[] = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
