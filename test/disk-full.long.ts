import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../src/kernel/paths.js';
import { ask } from './kill-clients.js';
import { type ServerProcess, spawnServer } from './running-server.js';

const PORTRAIT = new Blob([readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'))]);

const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-disk-'));
const assets = path.join(folder, 'assets');
const mounted = mountSmall();
let server: ServerProcess | undefined;

/** A file system of its own under the asset store, with a little more room than a server wants to be ready; only root may mount one. */
function mountSmall(): boolean {
  mkdirSync(assets);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=104m', 'tmpfs', assets], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

afterAll(async () => {
  await server?.kill('SIGKILL');
  if (mounted) execFileSync('umount', [assets]);
  await rm(folder, { recursive: true, force: true });
});

/** Every file there is, but for the one that fills the disk. */
async function files(): Promise<string[]> {
  const all = await readdir(assets, { recursive: true, withFileTypes: true });
  return all.filter(entry => entry.isFile() && entry.name !== 'filler').map(({ name }) => name);
}

async function fill(): Promise<void> {
  await writeFile(path.join(assets, 'filler'), Buffer.alloc(120_000_000)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error;
  });
}

async function readiness(url: string): Promise<{ status: number; codes: string[] }> {
  const response = await fetch(`${url}/health/ready`);
  const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, codes: errors.map(({ extensions }) => extensions.code) };
}

async function ended(url: string, id: string): Promise<{ state: string; failure: { code: string } | null }> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { task } = await ask(url, 'query ($id: ID!) { task(id: $id) { state failure { code } } }', { id });
    if (task.state !== 'QUEUED' && task.state !== 'RUNNING') return task;
    await sleep(100);
  }
  throw new Error('the task did not end');
}

const testWhereMounted = mounted ? test : test.skip;

testWhereMounted(
  'a full disk: uploads and tasks fail as STORAGE_FULL, no half file stays, the process lives, and space helps',
  async () => {
    server = await spawnServer(folder, { DARKROOM_SANDBOX: 'off', DARKROOM_ENGINE_WORKERS: '1' });
    const { url } = server;
    const upload = () => ask(url, 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }', { file: PORTRAIT });
    const create = (assetId: string) =>
      ask(url, 'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }', {
        input: { photo: { assetId }, specId: 'yi-cun-295x413' },
      });
    const { uploadPhoto: photo } = await upload();
    const before = await files();
    expect(await readiness(url)).toEqual({ status: 200, codes: [] });

    await fill();
    await expect(upload()).rejects.toThrow(/STORAGE_FULL/);
    const { createIdPhoto: refused } = await create(photo.id);
    expect(await ended(url, refused.id)).toMatchObject({ state: 'FAILED', failure: { code: 'STORAGE_FULL' } });
    expect(await files()).toEqual(before);
    expect(await readiness(url)).toEqual({ status: 503, codes: ['STORAGE_FULL'] });

    await rm(path.join(assets, 'filler'));
    expect(await readiness(url)).toEqual({ status: 200, codes: [] });
    const { createIdPhoto: made } = await create(photo.id);
    expect(await ended(url, made.id)).toMatchObject({ state: 'SUCCEEDED' });
    expect(server.log()).not.toContain(folder);
  },
  60_000,
);
