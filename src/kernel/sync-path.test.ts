import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { syncPath } from './sync-path.js';

test('a file and a folder can be synced; a path that does not exist is an error', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-sync-'));
  const file = path.join(folder, 'file');
  await writeFile(file, 'content');
  await syncPath(file);
  await syncPath(folder);
  await expect(syncPath(path.join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  await rm(folder, { recursive: true });
});
