import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openUnder, Sealer } from '../src/kernel/seal.js';
import { Secrets } from '../src/kernel/secrets.js';
import { DiskKeys } from '../src/sealing/disk-keys.js';
import { isSealed, openBytes } from '../src/sealing/sealed-bytes.js';

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}

/** What somebody finds in a copy of a data directory: rows, write-ahead log, dead rows, files, logs. */
export interface Loot {
  /** Sealed texts, wherever they stand. */
  texts: string[];
  /** The contents of sealed files. */
  files: Buffer[];
  taskIds: string[];
  assetIds: string[];
}

export function lootOf(directory: string): Loot {
  const loot = { texts: new Set<string>(), files: [] as Buffer[], tasks: new Set<string>(), assets: new Set<string>() };
  for (const file of filesUnder(directory)) {
    const bytes = readFileSync(file);
    if (isSealed(bytes)) loot.files.push(bytes);
    const text = bytes.toString('latin1');
    for (const [found] of text.matchAll(/v[12]\.(?:[0-9a-f]{8}\.)?[\w-]{16}\.[\w-]{22,}/g)) loot.texts.add(found);
    for (const [found] of text.matchAll(/task_[0-9a-z]{26}/g)) loot.tasks.add(found);
    for (const [found] of `${file} ${text}`.matchAll(/asset_[0-9a-z]{26}/g)) loot.assets.add(found);
  }
  return { texts: [...loot.texts], files: loot.files, taskIds: [...loot.tasks], assetIds: [...loot.assets] };
}

/**
 * Somebody who has the secret, and tries every key of this directory, for every task and asset, on everything that was
 * found. @returns what opened
 */
export async function openAll(loot: Loot, keysOf: string, secret: string): Promise<string[]> {
  const secrets = new Secrets([Buffer.from(secret)]);
  const keys = new DiskKeys(path.join(keysOf, 'keys'), new Sealer(secrets, 'data keys'));
  const found: Buffer[] = [];
  for (const id of [...loot.taskIds, ...loot.assetIds]) {
    const key = await keys.find(id).catch(() => undefined);
    if (key !== undefined) found.push(key);
  }
  const opened: string[] = [];
  const attempt = async (open: () => string | Promise<Buffer>) => {
    try {
      opened.push((await open()).toString('latin1'));
    } catch {}
  };
  for (const text of loot.texts) {
    for (const about of ['default FACE_VERIFICATION', ...loot.taskIds.map(id => `task:default:${id}`)]) {
      for (const key of found) await attempt(() => openUnder(key, text, about));
      for (const purpose of ['seals', 'data keys'] as const)
        await attempt(() => new Sealer(secrets, purpose).open(text, about));
    }
    // A wrapped key that is left somewhere would open what it wraps.
    for (const id of loot.taskIds) await attempt(() => new Sealer(secrets, 'data keys').open(text, `key:${id}`));
  }
  for (const file of loot.files)
    for (const id of loot.assetIds)
      for (const key of found) await attempt(() => openBytes(key, `asset:default:${id}`, file));
  return opened;
}
