import { execFile } from 'node:child_process';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../src/kernel/paths.js';
import { ask } from './kill-clients.js';
import { plainPng } from './plain-png.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';
import { createPostgresDatabase } from './store-setup.js';

const FOREIGN = /code 1: (?:.*\n)*Darkroom cannot start: .*belongs to another database.*echo adopt/;
const NOT_MOUNTED = /code 1: (?:.*\n)*Darkroom cannot start: .*Is its disk mounted\?/;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await folder.remove();
});

async function start(directory: string, databaseUrl?: string, secret = 's'.repeat(32)): Promise<ServerProcess> {
  const postgres = { DATABASE_URL: databaseUrl ?? '', DARKROOM_SECRET: secret };
  const server = await spawnServer(path.join(folder.path, directory), {
    DARKROOM_SANDBOX: 'off',
    ...(databaseUrl === undefined ? {} : postgres),
  });
  closing.push(() => server.kill('SIGKILL'));
  return server;
}

async function database(): Promise<string> {
  const { url, drop } = await createPostgresDatabase();
  closing.push(drop);
  return url;
}

/** The files of a photo: the upright copy and the original. */
async function upload({ url }: ServerProcess): Promise<string[]> {
  const file = new Blob([plainPng(200)]);
  const { uploadPhoto } = await ask(url, 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }', { file });
  const files = await pictures('data');
  expect(files).toHaveLength(2);
  expect(files).toContain(uploadPhoto.id);
  return files;
}

async function move(directory: string, databaseUrl: string): Promise<void> {
  const script = path.join(ROOT, 'dist', 'src', 'maintenance', 'maintain.js');
  const data = path.join(folder.path, directory);
  await promisify(execFile)(process.execPath, [script, 'move-to-postgres'], {
    env: {
      PATH: process.env.PATH,
      DARKROOM_DATA_DIR: data,
      DATABASE_URL: databaseUrl,
      DARKROOM_SECRET_FILE: path.join(data, 'secret'),
    },
  });
}

/** The pictures in their places, quarantine not included. */
async function pictures(directory: string): Promise<string[]> {
  const assets = path.join(folder.path, directory, 'assets');
  const all = await readdir(assets, { recursive: true });
  return all
    .filter(name => /^..\/asset_/.test(name))
    .map(name => name.slice(3))
    .sort();
}

test('whose folder `database` was deleted starts no empty one over its pictures', async () => {
  const server = await start('data');
  const files = await upload(server);
  await server.kill('SIGTERM');
  await rm(path.join(folder.path, 'data', 'database'), { recursive: true });
  for (let tries = 0; tries < 2; tries += 1) await expect(start('data')).rejects.toThrow(FOREIGN);
  expect(await pictures('data')).toEqual(files);

  await writeFile(path.join(folder.path, 'data', 'assets', 'database-id'), 'adopt\n');
  const adopted = await start('data');
  await adopted.logged('were set aside');
  expect(await pictures('data')).toEqual([]);
  expect((await readdir(path.join(folder.path, 'data', 'assets', 'quarantine'))).sort()).toEqual(files);
}, 240_000);

test('a start looks at no folder of pictures, however many there are; it does so beside the work', async () => {
  await (await start('data')).kill('SIGTERM');
  // Whoever lists it fails.
  await writeFile(path.join(folder.path, 'data', 'assets', 'zz'), 'no folder');
  const server = await start('data');
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  await server.logged('the look through the files came upon an error');
  expect(await server.kill('SIGTERM')).toBe(0);
}, 240_000);

test('another database on the pictures of the first is refused, and so is the first without its directory', async () => {
  const [first, second] = [await database(), await database()];
  const server = await start('data', first);
  const files = await upload(server);
  await server.kill('SIGTERM');
  await expect(start('data', second)).rejects.toThrow(FOREIGN);
  await expect(start('data')).rejects.toThrow(FOREIGN);
  await expect(start('another-disk', first)).rejects.toThrow(NOT_MOUNTED);
  await start('data', first);
  expect(await pictures('data')).toEqual(files);
}, 240_000);

test('a move to Postgres takes the pictures along: the embedded database does not start on them any more', async () => {
  const server = await start('data');
  const files = await upload(server);
  await server.kill('SIGTERM');
  const target = await database();
  await move('data', target);
  await expect(start('data')).rejects.toThrow(FOREIGN);
  const secret = await readFile(path.join(folder.path, 'data', 'secret'), 'utf8');
  await start('data', target, secret);
  expect(await pictures('data')).toEqual(files);
}, 240_000);

test('a second host with a copy of the directory is refused while the first one runs', async () => {
  const url = await database();
  await (await start('data', url)).kill('SIGTERM');
  await cp(path.join(folder.path, 'data'), path.join(folder.path, 'copy'), { recursive: true });
  await start('data', url);
  await expect(start('copy', url)).rejects.toThrow(/code 1: (?:.*\n)*Darkroom cannot start: .*pictures elsewhere/);
  const second = await start('data', url);
  expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
}, 240_000);
