import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../kernel/errors.js';
import { syncPath } from '../kernel/sync-path.js';
import { lockDirectory } from '../store/directory-lock.js';

/** The embedded store: the database, the pictures, and the secret of their links and sealed texts. */
const PARTS = ['database', 'assets', 'secret'] as const;
const MANIFEST = 'manifest.json';

interface Manifest {
  madeAt: string;
  files: Record<string, { bytes: number; sha256: string }>;
}

/**
 * Copies the data directory of a stopped server into `target`, which must not exist. It appears complete or not at all.
 * Errors: DIRECTORY_LOCKED while a server runs on it, BAD_USER_INPUT.
 */
export async function backUp(directory: string, target: string): Promise<{ files: number; bytes: number }> {
  if (existsSync(target))
    throw new DarkroomError('BAD_USER_INPUT', `The folder ${target} exists already; name a new one.`);
  if (!existsSync(path.join(directory, 'database')))
    throw new DarkroomError('BAD_USER_INPUT', `There is no data in ${directory}.`);
  const lock = await lockDirectory(directory);
  const building = `${target}.new`;
  try {
    await rm(building, { recursive: true, force: true });
    await mkdir(building, { recursive: true, mode: 0o700 });
    for (const part of PARTS) {
      const from = path.join(directory, part);
      if (existsSync(from)) await cp(from, path.join(building, part), { recursive: true, preserveTimestamps: true });
    }
    const manifest: Manifest = { madeAt: new Date().toISOString(), files: await hashTree(building) };
    await writeFile(path.join(building, MANIFEST), JSON.stringify(manifest, null, 1), { mode: 0o600 });
    await syncPath(building);
    await rename(building, target);
    return totals(manifest);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  } finally {
    await lock.release();
  }
}

/**
 * Restores a backup into a data directory without data, after checking every file against the manifest.
 * Errors: BAD_USER_INPUT, DIRECTORY_LOCKED.
 */
export async function restore(source: string, directory: string): Promise<{ files: number; bytes: number }> {
  if (PARTS.some(part => existsSync(path.join(directory, part)))) {
    throw new DarkroomError(
      'BAD_USER_INPUT',
      `${directory} holds data already; move it away or set DARKROOM_DATA_DIR to another folder.`,
    );
  }
  const manifest = await readManifest(source);
  const found = await hashTree(source);
  const broken = Object.keys(manifest.files).find(file => found[file]?.sha256 !== manifest.files[file]!.sha256);
  if (broken !== undefined)
    throw new DarkroomError('BAD_USER_INPUT', `The backup is damaged: ${broken} is not as it was written.`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(directory);
  try {
    // The database comes last: after an interrupted restore, the next start finds no database and does not take the
    // rest for data.
    for (const part of [...PARTS].reverse()) {
      const from = path.join(source, part);
      if (existsSync(from)) await cp(from, path.join(directory, part), { recursive: true, preserveTimestamps: true });
    }
    return totals(manifest);
  } finally {
    await lock.release();
  }
}

async function readManifest(source: string): Promise<Manifest> {
  const text = await readFile(path.join(source, MANIFEST), 'utf8').catch(() => {
    throw new DarkroomError('BAD_USER_INPUT', `${source} is no backup: it has no ${MANIFEST}.`);
  });
  return JSON.parse(text) as Manifest;
}

async function hashTree(root: string): Promise<Manifest['files']> {
  const files: Manifest['files'] = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === MANIFEST) continue;
    const file = path.join(entry.parentPath, entry.name);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    files[path.relative(root, file).split(path.sep).join('/')] = {
      bytes: (await stat(file)).size,
      sha256: hash.digest('hex'),
    };
  }
  return files;
}

function totals({ files }: Manifest): { files: number; bytes: number } {
  const all = Object.values(files);
  return { files: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) };
}
