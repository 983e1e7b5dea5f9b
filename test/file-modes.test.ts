import { chmod, lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import { maintain } from './backup-house.js';
import { ask } from './kill-clients.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const PORTRAIT = path.join(ROOT, 'test', 'fixtures', 'astronaut.png');

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await server?.kill('SIGKILL');
  await folder.remove();
});

/** Paths that somebody else than the owner may read, write or enter. */
async function open(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true });
  expect(entries.length).toBeGreaterThan(0);
  const modes = await Promise.all(
    entries.map(async name => ({ name, mode: (await lstat(path.join(directory, name))).mode })),
  );
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ name, mode }) => `${name} ${mode.toString(8)}`);
}

test("everything that a run writes is its owner's alone: pictures, the embedded database, a backup", async () => {
  const data = path.join(folder.path, 'data');
  server = await spawnServer(data, { DARKROOM_SANDBOX: 'off', DARKROOM_ENGINE_WORKERS: '1' });
  const file = new Blob([await readFile(PORTRAIT)]);
  await ask(server.url, 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }', { file });
  expect(await open(data)).toEqual([]);
  await server.kill('SIGTERM');
  expect(await open(data)).toEqual([]);
  const backup = path.join(folder.path, 'backup');
  expect(await maintain({ DARKROOM_DATA_DIR: data }, ['backup', '--with-secret', backup])).toMatchObject({ code: 0 });
  expect(await open(backup)).toEqual([]);

  // A database that an older version left open to others is closed at the next start.
  await chmod(path.join(data, 'database', 'PG_VERSION'), 0o644);
  await chmod(path.join(data, 'database', 'base', '1', 'PG_VERSION'), 0o644);
  expect(await open(data)).toHaveLength(2);
  server = await spawnServer(data, { DARKROOM_SANDBOX: 'off', DARKROOM_ENGINE_WORKERS: '1' });
  expect(await open(data)).toEqual([]);
}, 150_000);
