import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ERASURES, ErasureFile } from '../assets/erasure-file.js';
import { DarkroomError } from '../kernel/errors.js';
import { isMissing, unlessMissing, writeSynced } from '../kernel/whole-files.js';
import { keyFile } from '../sealing/data-keys.js';
import { HEADER_BYTES, isSealed } from '../sealing/sealed-bytes.js';
import { TABLES, type Table, type TextRow } from './rows.js';

/**
 * A backup is a folder: `rows/<table>.jsonl` (a row a line, its columns as texts), `assets/` (the pictures, laid out as
 * in the data directory) and `keys/` (those of what is sealed in it), `erasures.jsonl`, `secret` where it was asked for, and a manifest that lists all of them.
 */
export interface Manifest {
  format: 1;
  /** The version of Darkroom that made it. */
  product: string;
  schema: number;
  /** When the rows were read: what was acknowledged before is in it. */
  takenAt: string;
  /** Tells secrets apart: sealed texts and links need the one that they were made with. */
  secretFingerprint: string;
  /** In the order in which they are written back. */
  tables: Partial<Record<Table, { columns: string[]; rows: number }>>;
  files: Record<string, FileFacts>;
  /** Pictures that the house itself no longer had whole when this was made, by id. */
  lacking: string[];
}

export interface FileFacts {
  bytes: number;
  sha256: string;
}

const MANIFEST = 'manifest.json';
/** In the form of `sha256sum`, so that the manifest can be checked without this program. */
const SEAL = 'manifest.json.sha256';

export const SECRET = 'secret';
export const ASSETS = 'assets';
export const KEYS = 'keys';

export function rowsFile(table: Table): string {
  return `rows/${table}.jsonl`;
}

export function pictureFile(id: string): string {
  return `${ASSETS}/${id.slice(id.indexOf('_') + 1).slice(0, 2)}/${id}`;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Without the blanks at its ends; undefined where there is no such file. */
export async function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').then(
    text => text.trim(),
    error => {
      if (isMissing(error)) return undefined;
      throw error;
    },
  );
}

/** How many pictures are copied at once: each waits for the disk. */
const AT_ONCE = 8;

export async function copyAll<T>(pictures: readonly T[], copy: (picture: T) => Promise<void>): Promise<void> {
  for (let next = 0; next < pictures.length; next += AT_ONCE)
    await Promise.all(pictures.slice(next, next + AT_ONCE).map(copy));
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await writeSynced(path.join(folder, MANIFEST), text);
  await writeSynced(path.join(folder, SEAL), `${sha256(text)}  ${MANIFEST}\n`);
}

/** Throws BAD_USER_INPUT where the folder holds no backup that this program can read. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(path.join(folder, MANIFEST), 'utf8').catch(() => {
    throw new DarkroomError('BAD_USER_INPUT', `${folder} is no backup: it has no ${MANIFEST}.`);
  });
  const seal = await readFile(path.join(folder, SEAL), 'utf8').catch(() => '');
  if (seal.split(' ')[0] !== sha256(text))
    throw new DarkroomError('BAD_USER_INPUT', `The backup is damaged: ${MANIFEST} is not as it was written.`);
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== 1)
    throw new DarkroomError(
      'BAD_USER_INPUT',
      `A backup of format ${manifest.format} needs a newer version of Darkroom.`,
    );
  return manifest;
}

export function tablesIn({ tables }: Manifest): Table[] {
  return TABLES.filter(table => tables[table] !== undefined);
}

/**
 * The rows of one table, line by line. Not by `node:readline`: from Node 24 on it ends a line at U+2028 and U+2029 too, which
 * JSON writes as they are, and the text of a caller may hold them.
 */
export async function* rowsOf(folder: string, table: Table): AsyncGenerator<TextRow> {
  let rest = '';
  for await (const chunk of createReadStream(path.join(folder, rowsFile(table)), 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as TextRow;
  }
  if (rest !== '') yield JSON.parse(rest) as TextRow;
}

/**
 * What of a backup is not as it was written, a line each; none where it is whole. Throws as `readManifest`. Pictures that
 * the house itself lacked are no damage of the backup: see `Manifest.lacking`.
 */
export async function checkBackup(folder: string): Promise<{ manifest: Manifest; faults: string[] }> {
  const manifest = await readManifest(folder);
  const faults = await compareFiles(folder, manifest);
  // Rows that were changed cannot be read for certain, and what they say of pictures is worth nothing.
  if (faults.some(fault => fault.startsWith('rows/'))) return { manifest, faults };
  for (const table of tablesIn(manifest)) {
    const { rows } = manifest.tables[table]!;
    let count = 0;
    for await (const _row of rowsOf(folder, table)) count += 1;
    if (count !== rows) faults.push(`${rowsFile(table)}: ${count} rows instead of ${rows}`);
  }
  return { manifest, faults: [...faults, ...(await comparePictures(folder, manifest))] };
}

async function compareFiles(folder: string, { files }: Manifest): Promise<string[]> {
  const faults: string[] = [];
  const found = new Set(await filesUnder(folder));
  for (const [name, { bytes, sha256: hash }] of Object.entries(files)) {
    if (!found.delete(name)) faults.push(`${name}: missing`);
    else if ((await stat(path.join(folder, name))).size !== bytes) faults.push(`${name}: not ${bytes} bytes`);
    else if ((await hashOf(path.join(folder, name))) !== hash) faults.push(`${name}: not as it was written`);
  }
  for (const name of [MANIFEST, SEAL]) found.delete(name);
  return [...faults, ...[...found].map(name => `${name}: does not belong here`)];
}

/** Each picture that a row stands for is there, unless it was erased while the backup was made; and no other one. */
async function comparePictures(folder: string, { tables, files, lacking }: Manifest): Promise<string[]> {
  const faults: string[] = [];
  const erased = new Set((await new ErasureFile(path.join(folder, ERASURES)).read()).assets);
  const column = (name: string) => tables.assets!.columns.indexOf(name);
  const [id, hash, purged] = [column('id'), column('sha256'), column('purged_at')];
  const pictures = new Set(Object.keys(files).filter(name => name.startsWith(`${ASSETS}/`)));
  const excused = new Set([...erased, ...lacking]);
  for await (const row of rowsOf(folder, 'assets')) {
    if (row[purged] !== null) continue;
    const name = pictureFile(row[id]!);
    if (!pictures.delete(name) && !excused.has(row[id]!)) faults.push(`${name}: no file of this picture`);
    if (files[name] === undefined) continue;
    if (await isSealedFile(path.join(folder, name))) {
      if (files[`${KEYS}/${keyFile(row[id]!)}`] === undefined) faults.push(`${name}: no key of this picture`);
    } else if (files[name].sha256 !== row[hash]) faults.push(`${name}: not that of its row`);
  }
  return [...faults, ...[...pictures].map(name => `${name}: no row of this picture`)];
}

/** What is in it cannot be compared without the secret. */
async function isSealedFile(file: string): Promise<boolean> {
  const head = Buffer.alloc(HEADER_BYTES);
  const handle = await unlessMissing(open(file));
  // That it is missing is a fault already.
  if (handle === undefined) return true;
  try {
    await handle.read(head, 0, HEADER_BYTES, 0);
  } finally {
    await handle.close();
  }
  return isSealed(head);
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
