import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newId } from '../kernel/ids.js';
import { ErasureFile } from './erasure-file.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-erasures-'));
  file = path.join(folder, 'erasures.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('what was erased is listed by id, one line each, for the owner alone', async () => {
  const list = new ErasureFile(file);
  expect(await list.read()).toEqual({ tasks: [], assets: [] });
  const [task, first, second] = [newId('task'), newId('asset'), newId('asset')];
  await list.note({ tasks: [task] });
  await list.note({ assets: [first, second] });
  await list.note({ assets: [first] });
  expect(await new ErasureFile(file).read()).toEqual({ tasks: [task], assets: [first, second] });
  expect(
    (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map(line => Object.keys(JSON.parse(line))),
  ).toEqual([
    ['at', 'task'],
    ['at', 'asset'],
    ['at', 'asset'],
    ['at', 'asset'],
  ]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('two lists on one file, as replicas have them, write no line into another', async () => {
  const assets = Array.from({ length: 400 }, () => newId('asset'));
  const lists = [new ErasureFile(file), new ErasureFile(file)];
  await Promise.all([0, 1].map(half => lists[half]!.note({ assets: assets.slice(half * 200, (half + 1) * 200) })));
  expect([...(await lists[0]!.read()).assets].sort()).toEqual([...assets].sort());
});

test('a line that was cut short costs no other one', async () => {
  const list = new ErasureFile(file);
  const [first, second] = [newId('asset'), newId('asset')];
  await list.note({ assets: [first] });
  await appendFile(file, '{"at":"2026-01-01T00:00:00.000Z","asset":"asset_0123');
  await list.note({ assets: [second] });
  expect((await list.read()).assets).toEqual([first, second]);
});

test('a list that cannot be written refuses', async () => {
  await expect(
    new ErasureFile(path.join(folder, 'none', 'file')).note({ tasks: [newId('task')] }),
  ).rejects.toMatchObject({ code: 'INTERNAL' });
});
