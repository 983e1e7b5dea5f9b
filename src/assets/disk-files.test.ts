import { execFile } from 'node:child_process';
import fs, { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { newId } from '../kernel/ids.js';
import { DiskFiles } from './disk-files.js';
import type { AssetFiles } from './files.js';

const WRITER = path.join(__dirname, '..', '..', 'test', 'file-writer.js');

let directory: string;
let files: AssetFiles;

beforeEach(async () => {
  directory = path.join(await mkdtemp(path.join(tmpdir(), 'darkroom-files-')), 'assets');
  files = new DiskFiles(directory);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rm(path.dirname(directory), { recursive: true, force: true });
});

async function everyFile(): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => entry.name);
}

async function ids(): Promise<string[]> {
  const found: string[] = [];
  for await (const id of files.list()) found.push(id);
  return found.sort();
}

test('only this user can read the files and their folders', async () => {
  const id = newId('asset');
  await files.write(id, Buffer.from('photo'));
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const { mode } = await stat(path.join(entry.parentPath, entry.name));
    expect((mode & 0o777).toString(8)).toBe(entry.isFile() ? '600' : '700');
  }
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});

test.each([
  '../../etc/passwd',
  'asset_../../../../etc/passwd',
  `${newId('asset')}/..`,
  `${newId('asset')}\0`,
  'temporary',
  '',
  newId('task'),
])('the id %j never becomes a path', async wrong => {
  const touched = ['open', 'readFile', 'mkdir', 'rm', 'rename'].map(name => jest.spyOn(fs, name as 'rm'));
  await expect(files.write(wrong, Buffer.from('x'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(files.read(wrong)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(files.open(wrong)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(files.remove(wrong)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const spy of touched) expect(spy).not.toHaveBeenCalled();
});

test('files that are no assets are not listed', async () => {
  const id = newId('asset');
  await files.write(id, Buffer.from('photo'));
  await writeFile(path.join(directory, 'notes.txt'), 'x');
  await writeFile(path.join(path.join(directory, id.slice(6, 8)), '.DS_Store'), 'x');
  expect(await ids()).toEqual([id]);
});

test('the sweep removes what was half written and nothing else', async () => {
  const id = newId('asset');
  await files.write(id, Buffer.from('photo'));
  await writeFile(path.join(directory, 'temporary', `${newId('asset')}.0123`), 'half a ph');
  await files.sweepTemporary();
  expect(await everyFile()).toEqual([id]);
});

test('on a disk that replicas share, only what is old is swept: another one may be writing the rest', async () => {
  const hour = 3_600_000;
  const [young, old] = [newId('asset'), newId('asset')];
  for (const id of [young, old]) await files.write(id, Buffer.from('photo'));
  const halves = [young, old].map(id => path.join(directory, 'temporary', `${id}.0123`));
  for (const half of halves) await writeFile(half, 'half a ph');
  const past = new Date(Date.now() - 2 * hour);
  const random = old.slice(old.indexOf('_') + 1);
  for (const file of [halves[1]!, path.join(directory, random.slice(0, 2), old)]) await fs.utimes(file, past, past);
  expect([await files.isOlder(young, hour), await files.isOlder(old, hour)]).toEqual([false, true]);
  await files.sweepTemporary(hour);
  expect((await everyFile()).sort()).toEqual([young, old, `${young}.0123`].sort());
});

test.each([
  ['ENOSPC', 'STORAGE_FULL'],
  ['EDQUOT', 'STORAGE_FULL'],
  ['EIO', 'INTERNAL'],
])('after %s in the middle of a write no half file is left and the error says %s', async (code, expected) => {
  const realOpen = fs.open;
  jest.spyOn(fs, 'open').mockImplementation(async (...words) => {
    const handle = await realOpen(...words);
    jest.spyOn(handle, 'writeFile').mockImplementation(async bytes => {
      await handle.write((bytes as Buffer).subarray(0, 3));
      throw Object.assign(new Error(`${code}: write '${directory}'`), { code });
    });
    return handle;
  });
  const error = await files.write(newId('asset'), Buffer.from('photo')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: expected });
  expect((error as Error).message).not.toContain(directory);
  expect(await everyFile()).toEqual([]);
});

test('a failed sync is a failed write', async () => {
  const realOpen = fs.open;
  jest.spyOn(fs, 'open').mockImplementation(async (...words) => {
    const handle = await realOpen(...words);
    jest.spyOn(handle, 'sync').mockRejectedValue(Object.assign(new Error('EIO'), { code: 'EIO' }));
    return handle;
  });
  await expect(files.write(newId('asset'), Buffer.from('photo'))).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await everyFile()).toEqual([]);
});

const limited = process.platform === 'win32' ? test.skip : test;

limited('a real limit of the system in the middle of a file leaves no part of it', async () => {
  const run = async (size: number) => {
    // A shell's `ulimit -f` counts 512-byte or 1,024-byte blocks: 100 of them are less than 1 MB in any case.
    const script = 'ulimit -f 100; exec "$0" "$@"';
    const words = ['-c', script, process.execPath, WRITER, directory, newId('asset'), String(size)];
    return (await promisify(execFile)('sh', words)).stdout;
  };
  expect(await run(1_000)).toBe('kept');
  expect(await run(1_000_000)).toBe('STORAGE_FULL');
  expect(await everyFile()).toHaveLength(1);
});
