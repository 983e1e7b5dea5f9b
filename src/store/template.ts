import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, constants, copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { LIMITS } from '../kernel/limits.js';
import { ROOT } from '../kernel/paths.js';
import { syncPath } from '../kernel/sync-path.js';
import { schemaHash } from './migrate.js';

const TEMPLATES = path.join(ROOT, 'dist');

interface ClusterOptions {
  /** Whether the cluster is on the disk before it appears. */
  durable: boolean;
  /** Without a schema. Else with the newest, so that `migrate` finds nothing to do. */
  empty?: boolean | undefined;
  templates?: string;
}

/**
 * Creates a cluster in `directory`, which must not exist. The folder appears complete or not at all: a process that is
 * killed leaves only folders named `*.new-*` beside it.
 *
 * initdb takes 3 s, and the migrations 1.6 s and 3 s of CPU, most of it for compiling WebAssembly. Their results are kept
 * as folders under `dist/`, an empty one for each version of PGlite and one for each schema, and copied in 0.2 s.
 * (A gzipped dump, which PGlite can load too, is 25 MB smaller but takes 0.9 s and 100 MB more memory.)
 */
export async function createCluster(directory: string, options: ClusterOptions): Promise<void> {
  const { durable, empty = false, templates = TEMPLATES } = options;
  const template = await ensureTemplate(templates, empty);
  if (!template) return buildCluster(directory, 'empty');
  const building = `${directory}.new-${randomBytes(6).toString('hex')}`;
  const made = await copyTree(template, building);
  if (durable) await syncAll(made);
  await rename(building, directory);
  if (durable) await syncPath(path.dirname(directory));
}

/**
 * Removes the unfinished folders of a killed `createCluster`. Only the owner of the lock of the directory may call it.
 */
export async function sweepUnfinished(directory: string): Promise<void> {
  const parent = path.dirname(directory);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${path.basename(directory)}.new-`)) continue;
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

/** Makes what new databases are copied from, for an installation that is read-only later. Gives the folder of the empty one. */
export async function prepareTemplates(templates = TEMPLATES): Promise<string | undefined> {
  await ensureTemplate(templates, false);
  return ensureTemplate(templates, true);
}

/** The folder of the template. Undefined where it cannot be kept, in a read-only installation. */
async function ensureTemplate(templates: string, empty: boolean): Promise<string | undefined> {
  const version = `pglite-${await pgliteVersion()}`;
  const template = path.join(templates, empty ? version : `${version}-${await schemaHash()}`);
  if (existsSync(template)) return template;
  try {
    await buildCluster(template, empty ? 'empty' : 'migrated');
    return template;
  } catch (error) {
    if (existsSync(template)) return template; // another process has built it meanwhile
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return undefined;
    throw error;
  }
}

/** Read by its path, because the package does not export its package.json. */
async function pgliteVersion(): Promise<string> {
  const manifest = path.join(require.resolve('@electric-sql/pglite'), '..', '..', 'package.json');
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version;
}

async function buildCluster(directory: string, schema: 'empty' | 'migrated'): Promise<void> {
  const building = `${directory}.new-${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(building, { recursive: true, mode: 0o700 });
    await promisify(execFile)(process.execPath, [path.join(__dirname, 'build-template.js'), schema, building], {
      timeout: LIMITS.store.templateBuildMs,
      windowsHide: true,
    });
    await rename(path.join(building, 'database'), directory);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Copies a folder and returns the paths of all copies, parents first. */
async function copyTree(from: string, to: string): Promise<string[]> {
  await mkdir(to, { mode: 0o700 });
  const made = [to];
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) made.push(...(await copyTree(source, target)));
    else {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      // The mode is copied, too, and what is installed may be read-only.
      await chmod(target, 0o600);
      made.push(target);
    }
  }
  return made;
}

/**
 * Concurrently, so that many syncs share one commit of the journal of the file system: 1,000 files in 90 ms instead of
 * 700.
 */
async function syncAll(targets: string[]): Promise<void> {
  const rest = targets.values();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const target of rest) await syncPath(target);
    }),
  );
}
