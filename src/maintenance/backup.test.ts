import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { backUp, restore } from './backup.js';

let folder: string;
let data: string;
let backup: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-backup-'));
  [data, backup] = [path.join(folder, 'data'), path.join(folder, 'backup')];
  await mkdir(path.join(data, 'database', 'base'), { recursive: true });
  await mkdir(path.join(data, 'assets', 'ab'), { recursive: true });
  await writeFile(path.join(data, 'database', 'base', '1'), 'rows');
  await writeFile(path.join(data, 'assets', 'ab', 'asset_1'), 'picture');
  await writeFile(path.join(data, 'secret'), 's'.repeat(64), { mode: 0o600 });
  await writeFile(path.join(data, 'notes.txt'), 'not ours');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const manifest = async () =>
  JSON.parse(await readFile(path.join(backup, 'manifest.json'), 'utf8')) as {
    files: Record<string, { bytes: number; sha256: string }>;
  };

test('a backup holds database, pictures and secret, and lists each file with its hash', async () => {
  expect(await backUp(data, backup)).toEqual({ files: 3, bytes: 4 + 7 + 64 });
  expect((await readdir(backup)).sort()).toEqual(['assets', 'database', 'manifest.json', 'secret']);
  const { files } = await manifest();
  expect(Object.keys(files).sort()).toEqual(['assets/ab/asset_1', 'database/base/1', 'secret']);
  expect(files['assets/ab/asset_1']!.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test('it holds a secret, so no other user can read it', async () => {
  await backUp(data, backup);
  expect((await stat(backup)).mode & 0o077).toBe(0);
  expect((await stat(path.join(backup, 'secret'))).mode & 0o777).toBe(0o600);
});

test('what an interrupted backup left is replaced, and nothing is left beside the new one', async () => {
  await mkdir(`${backup}.new`);
  await writeFile(path.join(`${backup}.new`, 'half'), '');
  await backUp(data, backup);
  expect((await readdir(folder)).sort()).toEqual(['backup', 'data']);
  expect(await readdir(backup)).not.toContain('half');
});

test('a folder without a database is no data directory, and gets no lock file', async () => {
  const empty = path.join(folder, 'empty');
  await mkdir(empty);
  await expect(backUp(empty, backup)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await readdir(empty)).toEqual([]);
});

test('a restored directory has the same files, and no lock', async () => {
  await backUp(data, backup);
  const target = path.join(folder, 'restored');
  expect(await restore(backup, target)).toEqual({ files: 3, bytes: 75 });
  expect((await readdir(target)).sort()).toEqual(['assets', 'database', 'secret']);
  expect(await readFile(path.join(target, 'database', 'base', '1'), 'utf8')).toBe('rows');
});

test.each([
  ['a file that is missing', () => rm(path.join(backup, 'database', 'base', '1'))],
  ['a file of the same length that was changed', () => writeFile(path.join(backup, 'database', 'base', '1'), 'ROWS')],
])('%s is damage: nothing is restored', async (_, damage) => {
  await backUp(data, backup);
  await damage();
  const target = path.join(folder, 'restored');
  await expect(restore(backup, target)).rejects.toThrow('The backup is damaged: database/base/1');
  await expect(stat(target)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each(['database', 'assets', 'secret'])('a directory that holds %s already is not restored into', async part => {
  await backUp(data, backup);
  const target = path.join(folder, 'used');
  await mkdir(path.join(target, part), { recursive: true });
  await expect(restore(backup, target)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await readdir(target)).toEqual([part]);
});
