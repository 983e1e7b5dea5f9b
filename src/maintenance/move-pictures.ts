import { createHash } from 'node:crypto';
import { directoryId, FINISHED_BY } from '../assets/directory-identity.js';
import { Pictures } from '../assets/pictures.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Secrets } from '../kernel/secrets.js';
import type { Places } from '../places.js';
import type { DataKeys } from '../sealing/data-keys.js';
import { assetFates, findLiveBatch, type LiveAsset } from '../store/asset-rows.js';
import type { Database } from '../store/database.js';
import { findElderReplicas } from '../store/replica-rows.js';
import { findDatabaseId } from '../store/setting-rows.js';

export interface MoveParts {
  database: Database;
  secrets: Secrets;
  from: Places;
  to: Places;
  /** Rows and their new place are made to know each other, once all is there. */
  bind(): Promise<void>;
  /** How many pictures were looked at so far. */
  tell(pictures: number): void;
}

export interface Moved {
  /** In this run. */
  copied: number;
  /** Ids whose rows have no whole file in the old place. */
  lacking: string[];
  /** Hosts of servers that still run: the move is not finished, and nothing was removed. */
  running: string[];
  /** From the old place. */
  removed: number;
  /** Files in the old place that no row names: they were left there. */
  unknown: number;
}

const BATCH = 500;
/** Each waits for disk and network. */
const AT_ONCE = 8;
const MOVING = 'moving-';

/**
 * Copies keys and pictures, then makes the new place the one of the database, then removes what was copied from the old
 * one. It can be killed at any point and run again: what is there is whole, and is not copied a second time. A server
 * starts in neither place between begin and end but, until the switch, in the old one.
 *
 * Each picture is compared with the hash of its row before it is copied, opened if it is sealed, and with a hash on its way.
 */
export async function movePictures(parts: MoveParts): Promise<Moved> {
  const moved: Moved = { copied: 0, lacking: [], running: [], removed: 0, unknown: 0 };
  const { database, to } = parts;
  if ((await directoryId(to.marks)) !== (await findDatabaseId(database))) {
    await begin(parts);
    await copyAll(parts, moved);
    const running = await findElderReplicas(database, '', LIMITS.store.replica.aliveMs);
    moved.running = [...new Set(running.map(({ host }) => host))];
    if (moved.running.length > 0) return moved;
    // Nobody writes any more: what came, and went, meanwhile.
    await copyAll(parts, moved);
    await removeGone(parts);
    await copyErasures(parts);
    await parts.bind();
  }
  await clearOld(parts, moved);
  return moved;
}

/** Throws BAD_USER_INPUT where the old place is not that of the database, or the new one is another's. */
async function begin({ database, from, to }: MoveParts): Promise<void> {
  const [held, old, begun] = [
    await findDatabaseId(database),
    await directoryId(from.marks),
    await directoryId(to.marks),
  ];
  // A kill came between the two halves of the switch.
  if (old !== undefined && begun === `${MOVING}${old}`) return;
  if (old === undefined || old !== held)
    throw new DarkroomError(
      'BAD_USER_INPUT',
      `${from.marks.place} does not hold the pictures of this database; start the server on them once.`,
    );
  if (begun !== undefined)
    throw new DarkroomError('BAD_USER_INPUT', `${to.marks.place} belongs to another database; name another place.`);
  for await (const _id of to.files.list())
    throw new DarkroomError('BAD_USER_INPUT', `${to.marks.place} holds pictures already; name an empty place.`);
  await to.marks.write('database-id', `${MOVING}${old}\n${FINISHED_BY}\n`);
}

async function copyAll(parts: MoveParts, moved: Moved): Promise<void> {
  const { database, secrets, from, to, tell } = parts;
  const keys = { from: from.keys(secrets), to: to.keys(secrets) };
  for await (const id of keys.from.list('task')) await copyKey(keys, id);
  const there = new Set<string>();
  for await (const id of to.files.list()) there.add(id);
  const pictures = new Pictures(from.files, keys.from, false);
  const lacking = new Set<string>();
  let looked = 0;
  for (let after = ''; ; ) {
    const batch = await findLiveBatch(database, after, BATCH);
    const missing = batch.filter(({ id }) => !there.has(id));
    for (let next = 0; next < missing.length; next += AT_ONCE)
      await Promise.all(
        missing.slice(next, next + AT_ONCE).map(async asset => {
          if (await copyOne(parts, pictures, keys, asset)) moved.copied += 1;
          else lacking.add(asset.id);
        }),
      );
    looked += batch.length;
    tell(looked);
    if (batch.length < BATCH) break;
    after = batch.at(-1)!.id;
  }
  const fates = await assetFates(database, [...lacking]);
  moved.lacking = [...lacking].filter(id => fates.get(id) === 'LIVE');
}

/** The key first: a file that appears can be opened. False where there is no such file, or not as its row says. */
async function copyOne(
  { from, to }: MoveParts,
  pictures: Pictures,
  keys: { from: DataKeys; to: DataKeys },
  asset: LiveAsset,
): Promise<boolean> {
  const { id } = asset;
  const opened = await pictures.open(asset).catch(unlessDamaged);
  if (opened === undefined) return false;
  const hash = createHash('sha256');
  try {
    for await (const chunk of opened.stream) hash.update(chunk as Buffer);
  } catch (error) {
    return unlessDamaged(error) ?? false;
  }
  if (hash.digest('hex') !== asset.sha256) return false;
  await copyKey(keys, id);
  const file = await from.files.open(id);
  if (file === undefined) return false;
  file.stream.destroy();
  await to.files.write(id, {
    byteLength: file.bytes,
    read: async function* () {
      const again = await from.files.open(id);
      if (again === undefined) throw new DarkroomError('PHOTO_GONE');
      yield* again.stream as AsyncIterable<Buffer>;
    },
  });
  return true;
}

/** Of the seal: the bucket or the disk itself is told. */
function unlessDamaged(error: unknown): undefined {
  if (!DarkroomError.is(error) || error.code !== 'INTERNAL') throw error;
}

async function copyKey(keys: { from: DataKeys; to: DataKeys }, id: string): Promise<void> {
  const wrapped = await keys.from.readWrapped(id);
  if (wrapped !== undefined) await keys.to.writeWrapped(id, wrapped);
}

/** What was erased while it was being copied: file and key are gone in the old place, and go in the new one. */
async function removeGone({ database, secrets, from, to }: MoveParts): Promise<void> {
  const keys = { from: from.keys(secrets), to: to.keys(secrets) };
  const pictures = new Pictures(to.files, keys.to, false);
  for await (const batch of batches(to.files.list())) {
    const fates = await assetFates(database, batch);
    for (const id of batch) if (fates.get(id) !== 'LIVE') await pictures.remove(id);
  }
  for (const holder of ['task', 'asset'] as const)
    for await (const id of keys.to.list(holder))
      if ((await keys.from.readWrapped(id)) === undefined) await keys.to.destroy(id);
}

async function copyErasures({ from, to }: MoveParts): Promise<void> {
  const [old, held] = [await from.erasures.read(), await to.erasures.read()];
  const listed = new Set([...held.tasks, ...held.assets]);
  await to.erasures.note({
    tasks: old.tasks.filter(id => !listed.has(id)),
    assets: old.assets.filter(id => !listed.has(id)),
  });
}

/** Only what is in the new place or was erased: a file that no row names may be of use to somebody. */
async function clearOld({ database, secrets, from, to }: MoveParts, moved: Moved): Promise<void> {
  const keys = from.keys(secrets);
  const pictures = new Pictures(from.files, keys, false);
  for await (const batch of batches(from.files.list())) {
    const fates = await assetFates(database, batch);
    for (const id of batch) {
      const fate = fates.get(id);
      if (fate === undefined) moved.unknown += 1;
      else if (fate === 'ERASED' || (await to.files.has(id))) {
        await pictures.remove(id);
        moved.removed += 1;
      }
    }
  }
  // The database goes by those of the new place from now on.
  for await (const id of keys.list('task')) await keys.destroy(id);
  // Empty, it can be moved to again.
  if (moved.unknown === 0) await from.marks.remove('database-id');
}

async function* batches(ids: AsyncIterable<string>): AsyncIterable<string[]> {
  let batch: string[] = [];
  for await (const id of ids)
    if (batch.push(id) === BATCH) {
      yield batch;
      batch = [];
    }
  if (batch.length > 0) yield batch;
}
