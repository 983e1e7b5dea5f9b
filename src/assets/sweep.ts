import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { LIMITS } from '../kernel/limits.js';
import type { DataKeys } from '../sealing/data-keys.js';
import { assetFates } from '../store/asset-rows.js';
import type { Database } from '../store/database.js';
import { countSweepSlices, takeSweepSlice } from '../store/setting-rows.js';
import type { AssetFiles } from './files.js';
import type { Pictures } from './pictures.js';

export interface SweepParts {
  database: Database;
  files: AssetFiles;
  keys: DataKeys;
  pictures: Pictures;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** Ids that are looked up by one statement. */
const BATCH = 500;
/** What the random part of an id can begin with: the files of one letter are a slice. */
const SLICES = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * Compares the files with the rows, once after each start, beside the work. The file of an erased asset is deleted: a crash
 * came between its row and its file. A file without a row may be the rest of a crash, too, but it may as well belong to a
 * database that was put back from an older backup or is the wrong one. So it is not deleted but set aside.
 *
 * It goes slice by slice, rests as long as it works, and goes on where the start before it, or another replica, has come
 * to: a server that is restarted each hour gets round as well. Whatever is written from its making on is left alone, since
 * its row is about to come; so it has to be made before anybody can write.
 */
export class DirectorySweep {
  readonly #writes: ReturnType<Pictures['noteWrites']>;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #erased = 0;
  #quarantined = 0;

  /**
   * @param youngMs where other replicas share the directory: a file without a row that is younger may be one that another
   * replica is about to commit
   */
  static async begin(parts: SweepParts, youngMs: number): Promise<DirectorySweep> {
    return new DirectorySweep(parts, youngMs, (await countSweepSlices(parts.database)) + SLICES.length);
  }

  private constructor(
    private readonly parts: SweepParts,
    private readonly youngMs: number,
    /** How many slices have to be taken up, by whomever, until all were looked at since this start. */
    private readonly goal: number,
  ) {
    this.#writes = parts.pictures.noteWrites();
  }

  /** Resolves once all was looked at. */
  run(): Promise<void> {
    this.#running ??= this.#goRound().finally(() => {
      this.#writes.end();
      this.#tell();
    });
    return this.#running;
  }

  /** Resolves when it has ended, after the batch at hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#writes.end();
    await this.#running;
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #goRound(): Promise<void> {
    while (!this.#isStopped) {
      const slice = await this.#insist(() => takeSweepSlice(this.parts.database, this.goal));
      if (slice === undefined) return;
      const letter = SLICES[slice % SLICES.length]!;
      const files = await this.#insist(() => this.#sweepFiles(letter));
      if (files !== undefined) await this.#insist(() => this.#sweepKeys(letter, files));
    }
  }

  /** A database or a disk that is away is waited for. Undefined at a stop. */
  async #insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!this.#isStopped)
      try {
        return await work();
      } catch (error) {
        this.parts.log.error({ err: error }, 'the look through the files came upon an error; it goes on in a minute');
        await this.#rest(LIMITS.asset.sweepRetryMs);
      }
    return undefined;
  }

  /** The ids of the files that were there. */
  async #sweepFiles(letter: string): Promise<ReadonlySet<string>> {
    const { database, files, pictures } = this.parts;
    const seen = new Set<string>();
    await this.#paced(files.list(letter), async batch => {
      const fates = await assetFates(database, batch);
      for (const id of batch) {
        seen.add(id);
        const fate = fates.get(id);
        if (fate === 'LIVE') continue;
        if (fate === 'ERASED') {
          await pictures.remove(id);
          this.#erased += 1;
        } else if ((await this.#isLeft(id, files)) && (await files.quarantine(id))) {
          this.#quarantined += 1;
        }
      }
    });
    return seen;
  }

  /**
   * Destroys the keys of pictures that have no file, in its place or in quarantine: a crash came between the two. A file
   * that is set aside keeps its key, to be opened again where it is put back. Of a file that was seen a moment ago nothing
   * is asked: in a bucket each question is billed, and a list names a thousand.
   */
  #sweepKeys(letter: string, seen: ReadonlySet<string>): Promise<void> {
    const { files, keys } = this.parts;
    return this.#paced(keys.list('asset', letter), async batch => {
      for (const id of batch)
        if (!seen.has(id) && !(await files.has(id)) && (await this.#isLeft(id, keys))) await keys.destroy(id);
    });
  }

  /** Nobody is about to write what belongs to it. */
  async #isLeft(id: string, place: Pick<AssetFiles | DataKeys, 'isOlder'>): Promise<boolean> {
    return !this.#writes.ids.has(id) && (this.youngMs === 0 || (await place.isOlder(id, this.youngMs)));
  }

  async #paced(ids: AsyncIterable<string>, look: (batch: string[]) => Promise<void>): Promise<void> {
    let begun = performance.now();
    for await (const batch of batches(ids)) {
      await look(batch);
      await this.#rest(performance.now() - begun);
      if (this.#isStopped) return;
      begun = performance.now();
    }
  }

  async #rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #tell(): void {
    const { log } = this.parts;
    if (this.#erased > 0)
      log.info({ files: this.#erased }, 'files of erased pictures, which a crash had left, were deleted');
    if (this.#quarantined === 0) return;
    log.warn(
      { files: this.#quarantined, folder: 'assets/quarantine', days: LIMITS.asset.quarantineMs / 86_400_000 },
      'files that the database does not know were set aside. A few are what a crash leaves. Many: is this the right ' +
        'database, and not an old copy? Stop, and start with the right one: what it knows is put back. The rest is ' +
        'deleted after these days',
    );
  }
}

/**
 * Looks through the quarantine: what has a row again, e.g. after a restore, goes back to its place, and what was erased or
 * has been there for its time is deleted.
 */
export async function tendQuarantine({ database, files, pictures, log }: SweepParts): Promise<void> {
  let back = 0;
  let deleted = 0;
  const longAgo = Date.now() - LIMITS.asset.quarantineMs;
  for await (const batch of batches(files.listQuarantined())) {
    const fates = await assetFates(
      database,
      batch.map(({ id }) => id),
    );
    const moved: string[] = [];
    for (const { id, since } of batch) {
      const fate = fates.get(id);
      if (fate === 'LIVE') {
        if (await files.bringBack(id)) moved.push(id);
      } else if (fate === 'ERASED' || since.getTime() < longAgo) {
        await pictures.remove(id);
        deleted += 1;
      }
    }
    back += moved.length;
    deleted += await removeErased(moved, { database, pictures });
  }
  if (back > 0) log.info({ files: back }, 'files that the database knows again were put back from quarantine');
  if (deleted > 0) log.info({ files: deleted }, 'files were deleted from quarantine');
}

/**
 * What was erased while it was put back: an erasure that looked into its place before the move, and into quarantine after it,
 * has found it in neither. One that marks the row after this look finds it in its place.
 */
async function removeErased(
  moved: readonly string[],
  { database, pictures }: Pick<SweepParts, 'database' | 'pictures'>,
): Promise<number> {
  if (moved.length === 0) return 0;
  const fates = await assetFates(database, moved);
  const erased = moved.filter(id => fates.get(id) !== 'LIVE');
  for (const id of erased) await pictures.remove(id);
  return erased.length;
}

async function* batches<Item>(items: AsyncIterable<Item>): AsyncIterable<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
